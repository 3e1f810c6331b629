"""For every test: no example of hypothesis is timed, for a busy machine would fail what is right."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rota", deadline=None)
settings.load_profile("rota")

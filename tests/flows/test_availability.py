"""A doctor sets a week from a phone."""

from __future__ import annotations

import pytest

from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_monday_to_friday_nine_to_five_is_five_taps(rota: Rota) -> None:
    """Mon–Fri, Next, 09:00, 17:00, Save: and the week is shown as saved."""
    doctor = await rota.doctor()
    doctor.say("/availability")
    for label, shown in (("Mon–Fri", "✓ Mon"), ("Next", "From what time"), ("09:00", "17:00 · 8 h")):
        await doctor.sees("Which days" if label == "Mon–Fri" else label)
        doctor.tap(label)
        await doctor.sees(shown)
    doctor.tap("17:00")
    await doctor.sees("Is this right?")
    doctor.tap("Save")
    saved = await doctor.sees("Saved.")
    assert saved.text.count("09:00–17:00") == 5
    assert "Total: 40 h" in saved.text

"""An update that PTB cannot read."""

from __future__ import annotations

import pytest

from tests.phone import handled
from tests.rota import Rota

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_unreadable_update_is_passed_over(rota: Rota) -> None:
    """A poll's answer without the fields that PTB wants stops nobody behind it."""
    doctor = await rota.doctor()
    user = {"id": 77, "is_bot": False, "first_name": "Sam"}
    rota.stand_in.push({"poll_answer": {"poll_id": "1", "user": user, "option_ids": []}})
    await handled(doctor)
    assert "is passed over" in rota.log

"""Every revision of the schema, with what it can hold."""

from __future__ import annotations

import json

from storage.database import Database
from storage.schema import HEAD, migrate
from tests.storage.plain import Plain

AT = "2026-07-06 18:30:15.000000"
EMPTY = json.dumps([[False, []]] * 7)
WEDNESDAY = json.dumps([[day == 2, [[540, 780]] if day == 2 else []] for day in range(7)])
FILLING = {
    "0001": f"""
        INSERT INTO doctors (doctor_id, name, specialization) VALUES (1, 'Ada', 'Cardiology');
        INSERT INTO people VALUES (7, 'Ada', FALSE, TRUE, 1, 'de', FALSE);
        INSERT INTO invitations (token_hash, role, created_by, expires_at, doctor_id)
            VALUES ('a', 'doctor', 7, '{AT}', 1);
    """,  # noqa: S608  own rows
    "0002": f"""
        INSERT INTO week_changes VALUES (1, 1, '{AT}', 7, 'Ada', '{EMPTY}', '{WEDNESDAY}', NULL);
        UPDATE doctors SET week_version = 1;
        INSERT INTO day_availability VALUES (1, 2, TRUE);
        INSERT INTO time_ranges VALUES (1, 2, 540, 780);
    """,  # noqa: S608  own rows
    "0003": f"INSERT INTO drafts VALUES (1, 2, '{{}}', 1, FALSE, '{AT}');",  # noqa: S608  own rows
    "0004": f"""
        UPDATE doctors SET zone = 'Asia/Tokyo';
        INSERT INTO week_plans VALUES (9, 1, TRUE, '2026-07-06', '2026-07-12', '2001-01-01', 1, 7, 'Ada', '{AT}');
        INSERT INTO day_availability VALUES (9, 0, 4, TRUE);
        INSERT INTO time_ranges VALUES (9, 0, 4, 540, 600);
        INSERT INTO time_off VALUES (1, 1, '2026-07-06', '2026-07-07', NULL, NULL, '', 'sick', 7, 'Ada', '{AT}');
        INSERT INTO date_overrides VALUES (1, '2026-07-06', TRUE, 7, 'Ada', '{AT}');
        INSERT INTO override_ranges VALUES (1, '2026-07-06', 540, 780);
        INSERT INTO closures VALUES (1, '2026-12-24', '2026-12-26', 'Christmas', 7, 'Ada', '{AT}');
        INSERT INTO date_changes VALUES (1, 1, '{AT}', 7, 'Ada', '[]', '[]', NULL);
        INSERT INTO notices VALUES (1, 8, NULL);
    """,  # noqa: S608  own rows
    "0005": f"""
        UPDATE doctors SET slot_minutes = 20, slot_buffer = 5;
        INSERT INTO bookings VALUES
            (1, 1, '{AT}', '2026-07-06 19:00:00.000000', 'P-1', '', 'booked', TRUE, '', 1, 7, 'Ada', '{AT}');
        INSERT INTO booking_changes VALUES (1, 1, '{AT}', 7, 'Ada', NULL, '{{}}');
        INSERT INTO booking_notices VALUES (1, 8, '[1]', NULL);
    """,  # noqa: S608  own rows
    "0006": "",
    "0007": f"INSERT INTO updates VALUES (7, 8, '{AT}', TRUE);",  # noqa: S608  own rows
    "0008": f"""
        UPDATE people SET blocked = FALSE;
        INSERT INTO broadcasts VALUES
            (1, '{{}}', 'doctors', '', '[]', '{AT}', 7, 'Ada', 'running', 7, 1, '{AT}', NULL, 0, '{AT}');
        INSERT INTO deliveries VALUES (1, 1, 7, 'waiting', '{AT}', 0, '', NULL);
    """,  # noqa: S608  own rows
    "0009": f"""
        INSERT INTO confirmations VALUES (1, '2026-07-06', 'same', 'c0ffeec0ffee', 7, 'Ada', '{AT}');
    """,  # noqa: S608  own rows
    "0010": f"""
        INSERT INTO watches VALUES (1, 8);
        INSERT INTO hours_notices VALUES (1, 8, 1, '{AT}', '[]', '["Ada"]', NULL);
    """,  # noqa: S608  own rows
    "0011": f"""
        INSERT INTO reminders VALUES
            (1, 16, 540, FALSE, 'doctors', '', '[]', '', '[240]', 7, 'Ada', '{AT}', '2026-07-10', 1, 1);
        INSERT INTO occurrences VALUES (1, 1, '2026-07-10', 540, '2026-07-13', '[240]', '{AT}', 1);
    """,  # noqa: S608  own rows
    "0012": "INSERT INTO revert_notices VALUES (1, 8, 1, true, 1, NULL);",
    "0013": f"""
        UPDATE week_changes SET on_behalf = 'Eva';
        UPDATE time_off SET on_behalf = 'Eva';
        INSERT INTO delegates VALUES (1, 7);
        INSERT INTO proposals VALUES
            (1, 1, '{{}}', 'every week', '2026-07-06', 'waiting', '{AT}', 7, 'Ada', NULL);
        INSERT INTO personal_notices VALUES (1, 8, 'proposed', 1, NULL);
    """,  # noqa: S608  own rows
    "0014": "UPDATE people SET telegram_language = 'pt-BR' WHERE user_id = 7;",
    "0015": "",
    "0016": "",
    "0017": "",
}
"""What each revision can hold more than the one before."""
REVISIONS = tuple(FILLING)


async def fill(database: Database, *revisions: str) -> None:
    """Bring the schema to each revision in turn, and put in what that one can hold."""
    for revision in revisions:
        await migrate(database, revision)
        await Plain(database).execute(*(line for line in FILLING[revision].split(";") if line.strip()))


async def there_and_back(database: Database, revision: str) -> tuple[int, list[str]]:
    """Go from a revision, filled as it can be, up to the newest, down and up again.

    Return how many rows were compared, and the tables whose rows were others afterwards, down there and up here.
    """
    plain = Plain(database)
    await fill(database, *(there for there in REVISIONS if there <= revision))
    below = await plain.rows()
    await migrate(database, HEAD)
    above = await plain.rows()
    await migrate(database, revision, down=True)
    again_below = await plain.rows()
    await migrate(database, HEAD)
    again_above = await plain.rows()
    pairs = ((below, again_below), (above, again_above))
    changed = [
        f"{table} of {first['alembic_version'][0][0]}"
        for first, second in pairs
        for table in sorted({*first, *second})
        if first.get(table) != second.get(table)
    ]
    return sum(len(rows) for first, _ in pairs for rows in first.values()), changed

"""What revision 0004 does with the weekly hours that are there, both ways; it is as finished as the revision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, UTC
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

Week = list[Any]
"""Seven times ``[on, [[start, end], ...]]``, Monday first; the history of 0003 has one on either side of a line."""
Plan = dict[str, Any]
"""One plan as the history of 0004 has it, which has a list of them on either side."""
Rows = Sequence[sa.Row[Any]]

_PLANS = sa.table(
    "week_plans",
    sa.column("plan_id", sa.Integer()),
    sa.column("doctor_id", sa.Integer()),
    sa.column("once", sa.Boolean()),
    sa.column("starts", sa.Date()),
    sa.column("ends", sa.Date()),
    sa.column("anchor", sa.Date()),
    sa.column("week_count", sa.SmallInteger()),
    sa.column("set_by_id", sa.BigInteger()),
    sa.column("set_by", sa.Text()),
    sa.column("set_at", sa.DateTime(timezone=True)),
)
_CHANGES = sa.table(
    "week_changes",
    sa.column("doctor_id", sa.Integer()),
    sa.column("version", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("by_user_id", sa.BigInteger()),
    sa.column("by_name", sa.Text()),
    sa.column("before", sa.JSON()),
    sa.column("after", sa.JSON()),
)
_ALWAYS = {"starts": date.min, "ends": date.max, "once": False, "anchor": date(2001, 1, 1)}


def _days(owner: str, *week: str) -> tuple[sa.TableClause, sa.TableClause]:
    """Return the tables of days and of ranges, whose rows are a doctor's before and a plan's after."""
    keys = (owner, *week, "weekday")
    days = sa.table("day_availability", *map(sa.column, keys), sa.column("is_on", sa.Boolean()))
    return days, sa.table("time_ranges", *map(sa.column, (*keys, "start", "end")))


_OF_DOCTORS = _days("doctor_id")
_OF_PLANS = _days("plan_id", "week")


def read_days(connection: sa.Connection) -> tuple[Rows, Rows]:
    """Return the rows of ``day_availability`` and of ``time_ranges`` as 0003 has them."""
    days, ranges = (connection.execute(sa.select(table)).all() for table in _OF_DOCTORS)
    return days, ranges


def write_plans(connection: sa.Connection, days: Rows, ranges: Rows) -> None:
    """Give each doctor who has hours one plan, from the first date to the last, as set by the last change."""
    newest = {line.doctor_id: line for line in _history(connection)}
    plans = []
    for doctor_id in dict.fromkeys(day.doctor_id for day in days):
        last = newest.get(doctor_id)
        by = {"set_by_id": last.by_user_id, "set_by": last.by_name, "set_at": last.at} if last else {}
        unknown = dict.fromkeys(("set_by_id", "set_by", "set_at"))
        plans.append({"doctor_id": doctor_id, **_ALWAYS, "week_count": 1, **unknown, **by})
    _fill(connection, _PLANS, plans)
    made = {row.doctor_id: row.plan_id for row in connection.execute(sa.select(_PLANS))}
    for table, rows in zip(_OF_PLANS, (days, ranges), strict=True):
        kept = [dict(row._mapping) for row in rows]  # noqa: SLF001  the public name that a named tuple leaves
        _fill(connection, table, [row | {"plan_id": made[row.pop("doctor_id")], "week": 0} for row in kept])


def read_weeks(connection: sa.Connection) -> tuple[list[Plan], list[Plan]]:
    """Return days and ranges of the first week of the plans that go on to the last date there is, as rows of 0003."""
    plans = connection.execute(sa.select(_PLANS)).all()
    lasting = {plan.plan_id: plan.doctor_id for plan in plans if plan.ends == date.max}
    kept: list[list[Plan]] = []
    for table in _OF_PLANS:
        rows = [dict(row._mapping) for row in connection.execute(sa.select(table))]  # noqa: SLF001  as above
        first = [row for row in rows if not row.pop("week") and row["plan_id"] in lasting]
        kept.append([row | {"doctor_id": lasting[row.pop("plan_id")]} for row in first])
    days, ranges = kept
    return days, ranges


def write_days(connection: sa.Connection, days: list[Plan], ranges: list[Plan]) -> None:
    for table, rows in zip(_OF_DOCTORS, (days, ranges), strict=True):
        _fill(connection, table, rows)


def history_to_plans(connection: sa.Connection) -> None:
    """Turn the week before and after each change into plans, those before as set by the change before."""
    changed = []
    for _, lines in groupby(_history(connection), key=attrgetter("doctor_id")):
        stamp: Plan | None = None
        for line in lines:
            before, stamp = _plans(line.before, stamp), _stamp(line)
            changed.append((line, before, _plans(line.after, stamp)))
    _rewrite(connection, changed)


def history_to_weeks(connection: sa.Connection) -> None:
    """Turn the plans before and after each change into the first week of the one that went on."""
    changed = []
    for _, lines in groupby(_history(connection), key=attrgetter("doctor_id")):
        plans: dict[Any, Plan] = {}
        for line in lines:
            before = _lasting(plans)
            for plan in line.before:
                plans.pop((plan["once"], plan["starts"]), None)
            plans |= {(plan["once"], plan["starts"]): plan for plan in line.after}
            changed.append((line, before, _lasting(plans)))
    _rewrite(connection, changed)


def _history(connection: sa.Connection) -> Rows:
    return connection.execute(sa.select(_CHANGES).order_by(_CHANGES.c.doctor_id, _CHANGES.c.version)).all()


def _rewrite(connection: sa.Connection, changed: Sequence[tuple[sa.Row[Any], list[Any], list[Any]]]) -> None:
    line = sa.update(_CHANGES).where(
        _CHANGES.c.doctor_id == sa.bindparam("of"), _CHANGES.c.version == sa.bindparam("made")
    )
    json = sa.JSON()
    both = line.values(before=sa.bindparam("taken", type_=json), after=sa.bindparam("put", type_=json))
    rows = [{"of": row.doctor_id, "made": row.version, "taken": taken, "put": put} for row, taken, put in changed]
    if rows:
        connection.execute(both, rows)


def _fill(connection: sa.Connection, table: sa.TableClause, rows: list[Plan]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _stamp(line: sa.Row[Any]) -> Plan:
    at: datetime = line.at if line.at.tzinfo else line.at.replace(tzinfo=UTC)
    return {"user_id": line.by_user_id, "name": line.by_name, "at": at.astimezone(UTC).isoformat()}


def _plans(week: Week, stamp: Plan | None) -> list[Plan]:
    """Return a week as plans: none where no day has hours, as where nothing was ever set."""
    if not any(ranges for _, ranges in week):
        return []
    always = {"starts": date.min.isoformat(), "ends": date.max.isoformat(), "anchor": "2001-01-01"}
    return [{**always, "once": False, "weeks": [week], "stamp": stamp}]


def _lasting(plans: dict[Any, Plan]) -> Week:
    """Return the first week of the plan that goes on; days off where none does."""
    weeks = (plan["weeks"][0] for plan in plans.values() if plan["ends"] == date.max.isoformat())
    return next(weeks, [[False, []] for _ in range(7)])

"""Who sees which session: one condition, written once, applied inside every query."""

from collections.abc import Iterable
from typing import Any, LiteralString
from uuid import UUID

from training.base.structs import Viewer
from training.people.rules import Permission, Role, reach

EVERYTHING = "1 = 1"


def visibility(viewer: Viewer, alias: LiteralString = "s", code: str = "") -> tuple[str, list[Any]]:
    """A condition on the session table named `alias`, with `{}` for its values, and the values.

    Staff see everything, managers their programs; trainers, enrolled people and people who wait see their sessions in
    any state. Everybody else sees no drafts; then public sessions, those for participating partners through one of
    their partners, those a partner of theirs is invited to, and any session whose access code they give.
    """
    managed = reach(viewer, Permission.SESSION_MANAGE)
    if managed.everywhere:
        return EVERYTHING, []
    open_to, values = _audiences(viewer, alias, code)
    parts = [f"({alias}.state <> 'draft' AND ({' OR '.join(open_to)}))"]
    if managed.scope_ids:
        parts.append(f"{alias}.program_id IN ({_marks(managed.scope_ids)})")
        values += sorted(managed.scope_ids)
    if viewer.person_id is not None:
        parts.append(f"{alias}.id IN (SELECT session_id FROM trainer_assignment WHERE person_id = {{}})")
        parts.append(
            f"{alias}.id IN (SELECT session_id FROM occupancy"
            " WHERE subject_id = {} AND kind IN ('learner', 'waiting'))"
        )
        values += [viewer.person_id, viewer.person_id]
    return f"({' OR '.join(parts)})", values


def _audiences(viewer: Viewer, alias: LiteralString, code: str) -> tuple[list[str], list[Any]]:
    parts = [f"{alias}.audience = 'public'"]
    values: list[Any] = []
    partners = sorted(viewer.scopes(Role.COORDINATOR, Role.MEMBER))
    if partners:
        parts.append(
            f"({alias}.audience = 'participating' AND {alias}.program_id IN (SELECT program_id FROM participation"
            f" WHERE ended_at IS NULL AND partner_id IN ({_marks(partners)})))"
        )
        parts.append(f"{alias}.id IN (SELECT session_id FROM session_partner WHERE partner_id IN ({_marks(partners)}))")
        values += [*partners, *partners]
    # A code that cannot be one of ours must not reach a database that cannot store it.
    if code and code.isprintable():
        parts.append(f"({alias}.access_code <> '' AND {alias}.access_code = {{}})")
        values.append(code)
    return parts, values


def _marks(values: Iterable[UUID]) -> str:
    return ", ".join("{}" for _ in values)

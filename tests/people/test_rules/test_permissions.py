"""The permission table: judged with plain viewers, and printed in the manual exactly as it is."""

from pathlib import Path
from uuid import UUID

import pytest

from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.people.rules import PERMISSIONS, Permission, Role, may, permission_rows, reach, require

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "reference" / "permissions.md"
HERE, ELSEWHERE = UUID(int=1), UUID(int=2)


def viewer(role: Role, scope_id: UUID | None = HERE) -> Viewer:
    return Viewer(person_id=UUID(int=9), grants=frozenset({Grant(role=role.value, scope_id=scope_id)}))


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.STAFF])
def test_a_role_reaches_its_own_scope_and_no_other(permission: Permission, role: Role) -> None:
    holds = role in PERMISSIONS[permission]
    assert may(viewer(role), permission, HERE) is holds
    assert may(viewer(role), permission) is holds
    assert may(viewer(role), permission, ELSEWHERE) is False


@pytest.mark.parametrize("permission", list(Permission))
def test_staff_and_ourselves_may_everything_and_nobody_else_anything(permission: Permission) -> None:
    assert may(viewer(Role.STAFF, None), permission, ELSEWHERE)
    assert may(Viewer.machine("worker"), permission, ELSEWHERE)
    assert reach(viewer(Role.STAFF, None), permission).everywhere
    assert not may(ANONYMOUS, permission)
    assert not may(viewer(Role.STAFF, HERE), permission), "staff of one program is no role we give"


def test_what_one_may_not_touch_answers_like_what_is_not_there() -> None:
    with pytest.raises(NotFound) as refused:
        require(viewer(Role.COORDINATOR), Permission.PLACES_BOOK, ELSEWHERE)
    assert type(refused.value) is NotFound
    assert refused.value.data == {}


def test_the_manual_shows_the_table_as_it_is() -> None:
    """Every row of the table, in order, and no other."""
    wanted = [f"| `{row.permission}` | {row.meaning} | {', '.join(row.roles)} |" for row in permission_rows()]
    shown = [line for line in MANUAL.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert shown == wanted

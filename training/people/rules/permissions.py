"""Who may do what: the one permission table.

A permission names the roles that hold it. A role is either platform-wide (`staff`), limited to a program
(`program_manager`), limited to a partner (`coordinator`, `member`), or comes from an assignment (`trainer`), which
only the schedule can judge. Staff may do everything. Queries ask `reach(viewer, permission)` and filter by the
answer, so a foreign object is simply not found; actions ask `may` once the scope is known.
"""

from enum import StrEnum
from uuid import UUID

from training.base.errors import Invalid, NotFound
from training.base.structs import Frozen, Viewer


class Role(StrEnum):
    """A role that can be granted to a person."""

    STAFF = "staff"
    PROGRAM_MANAGER = "program_manager"
    FUND_MANAGER = "fund_manager"
    HUB_EDITOR = "hub_editor"
    COORDINATOR = "coordinator"
    MEMBER = "member"


PROGRAM_ROLES = frozenset({Role.PROGRAM_MANAGER, Role.FUND_MANAGER, Role.HUB_EDITOR})
PARTNER_ROLES = frozenset({Role.COORDINATOR, Role.MEMBER})


class Permission(StrEnum):
    """A thing that not everybody may do. The value is public: it appears in the manual."""

    PLATFORM_RUN = "platform.run"
    PROGRAM_CREATE = "program.create"
    PROGRAM_MANAGE = "program.manage"
    COURSE_MANAGE = "course.manage"
    VENUE_MANAGE = "venue.manage"
    SESSION_MANAGE = "session.manage"
    ROSTER_SEE = "roster.see"
    PARTNER_CREATE = "partner.create"
    PARTNER_SEE = "partner.see"
    PARTNER_MANAGE = "partner.manage"
    PLACES_BOOK = "places.book"
    OUTBOX_SEE = "outbox.see"
    OUTBOX_MANAGE = "outbox.manage"
    ATTENDANCE_MARK = "attendance.mark"
    CERTIFICATE_MANAGE = "certificate.manage"
    SURVEY_SEE = "survey.see"
    MATERIAL_MANAGE = "material.manage"
    HOURS_SEE = "hours.see"


# What each permission lets a person do, in the words of the manual.
MEANINGS: dict[Permission, str] = {
    Permission.PLATFORM_RUN: "Operate the platform: see every program, add managers, disable accounts",
    Permission.PROGRAM_CREATE: "Start a new program",
    Permission.PROGRAM_MANAGE: "Change a program, its moments and which partners take part",
    Permission.COURSE_MANAGE: "Add and change the courses of a program",
    Permission.VENUE_MANAGE: "Add and change venues and rooms",
    Permission.SESSION_MANAGE: "Plan, publish, move and cancel the sessions of a program; assign trainers",
    Permission.ROSTER_SEE: "See who is enrolled in the sessions of a program",
    Permission.PARTNER_CREATE: "Add a partner organization",
    Permission.PARTNER_SEE: "See a partner organization and its members",
    Permission.PARTNER_MANAGE: "Change a partner organization, invite and remove its members",
    Permission.PLACES_BOOK: "Book places for people of a partner organization, change and cancel them",
    Permission.OUTBOX_SEE: "See the messages of a program that wait, were sent or failed",
    Permission.OUTBOX_MANAGE: "Send messages of a program again that did not arrive, and take back those that wait",
    Permission.ATTENDANCE_MARK: "Mark who was there in the sessions of a program, correct it, close rosters",
    Permission.CERTIFICATE_MANAGE: "Say what it takes to complete a session; issue, replace and revoke certificates",
    Permission.SURVEY_SEE: "Write the surveys of a program and see their results",
    Permission.MATERIAL_MANAGE: "Add and change the materials of courses and sessions; see who opened them",
    Permission.HOURS_SEE: "See and export the hours of learners and trainers of a program",
}

# The whole table. Staff is in every row and therefore in none.
PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.PLATFORM_RUN: frozenset(),
    Permission.PROGRAM_CREATE: frozenset(),
    Permission.PROGRAM_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.COURSE_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.VENUE_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.SESSION_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.ROSTER_SEE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.PARTNER_CREATE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.PARTNER_SEE: frozenset({Role.COORDINATOR, Role.MEMBER}),
    Permission.PARTNER_MANAGE: frozenset({Role.COORDINATOR}),
    Permission.PLACES_BOOK: frozenset({Role.COORDINATOR}),
    Permission.OUTBOX_SEE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.OUTBOX_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.ATTENDANCE_MARK: frozenset({Role.PROGRAM_MANAGER}),
    Permission.CERTIFICATE_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.SURVEY_SEE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.MATERIAL_MANAGE: frozenset({Role.PROGRAM_MANAGER}),
    Permission.HOURS_SEE: frozenset({Role.PROGRAM_MANAGER}),
}


class Reach(Frozen, frozen=True, kw_only=True):
    """How far a permission goes for a viewer: everywhere, or within these programs or partners."""

    everywhere: bool = False
    scope_ids: frozenset[UUID] = frozenset()

    def covers(self, scope_id: UUID | None) -> bool:
        """Whether a thing of this program or partner is within reach."""
        return self.everywhere or scope_id in self.scope_ids

    @property
    def anywhere(self) -> bool:
        """Whether there is anything within reach at all."""
        return self.everywhere or bool(self.scope_ids)


def reach(viewer: Viewer, permission: Permission) -> Reach:
    """How far `permission` goes for `viewer`."""
    if viewer.staff:
        return Reach(everywhere=True)
    return Reach(scope_ids=viewer.scopes(*PERMISSIONS[permission]))


def may(viewer: Viewer, permission: Permission, scope_id: UUID | None = None) -> bool:
    """Whether `viewer` holds `permission` for this program or partner (None: anywhere at all)."""
    granted = reach(viewer, permission)
    return granted.anywhere if scope_id is None else granted.covers(scope_id)


def require(viewer: Viewer, permission: Permission, scope_id: UUID | None = None) -> None:
    """Raise NotFound unless `may`: a thing one may not touch and a thing that does not exist answer alike."""
    if not may(viewer, permission, scope_id):
        raise NotFound


class PermissionRow(Frozen, frozen=True, kw_only=True):
    """One line of the permission table as the manual prints it."""

    permission: str
    meaning: str
    roles: tuple[str, ...]


def permission_rows() -> tuple[PermissionRow, ...]:
    """The permission table for the manual, in the order of `Permission`; staff, who may do everything, comes first."""
    return tuple(
        PermissionRow(
            permission=permission.value,
            meaning=MEANINGS[permission],
            roles=(Role.STAFF.value, *sorted(role.value for role in PERMISSIONS[permission])),
        )
        for permission in Permission
    )


class ScopeMismatch(Invalid):
    """This role is held either on the whole platform or in one program or partner, not the other way round."""

    code = "scope-mismatch"

"""What staff may not do to an account, and how roles are called."""

from collections.abc import Sequence
from uuid import UUID

from training.base.errors import Conflict
from training.base.structs import Viewer
from training.people.rules import Role

GRANTABLE = (Role.PROGRAM_MANAGER, Role.STAFF)
"""The roles that staff give by hand; those of partners follow from memberships."""

ROLE_WORDS = {
    Role.STAFF: "Staff",
    Role.PROGRAM_MANAGER: "Program manager",
    Role.FUND_MANAGER: "Fund manager",
    Role.HUB_EDITOR: "Hub editor",
    Role.COORDINATOR: "Coordinator",
    Role.MEMBER: "Member",
}


class OwnAccount(Conflict):
    """You cannot do this to your own account. Ask somebody else of the staff."""

    code = "own-account"


def check_not_own(viewer: Viewer, person_id: UUID) -> None:
    """Raise OwnAccount when somebody would lock themselves out: then nobody might be left to let them in again."""
    if viewer.person_id == person_id:
        raise OwnAccount


def role_word(role: str) -> str:
    """A role as people say it."""
    return ROLE_WORDS[Role(role)] if role in set(Role) else role.replace("_", " ").capitalize()


def words_of(text: str) -> Sequence[str]:
    """What somebody searches for, word by word, at most eight."""
    return text.split()[:8]

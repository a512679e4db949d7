"""Who may ask what of invites."""

from tests.access.entry import get
from tests.access.facts import MANAGES, Role, Rule, Side, either


def _inside(role: Role, side: Side) -> bool:
    # Of the people of the table only the learner has a place (tests/access/world.py).
    return role.teaches == side.name or (role.owns == side.name and role.name.startswith("learner"))


JOINS = either(
    "who has or had a place in the session, its trainers and managers", MANAGES, Rule(words="", judge=_inside)
)

ENTRIES = (get("/join/{meeting_id}", JOINS),)

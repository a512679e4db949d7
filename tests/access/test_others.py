"""What others do shows in nothing: no page changes a byte by it, and no verdict tells who booked somebody."""

import json

import pytest

from tests.access.asking import Answer, Asking
from tests.access.entry import Entry, ids_of, post
from tests.access.facts import (
    ANONYMOUS,
    ANYBODY,
    COORDINATOR_A,
    COORDINATOR_B,
    IN,
    LEARNER_A,
    ONE,
    OTHER_MANAGER,
    SHARED_A,
    SIDES,
    TRAINER,
    TWO,
    Role,
    Side,
    key,
)
from tests.access.others import add_people_of_both, add_private
from tests.access.routes import ENTRIES
from training.base.structs import Viewer
from training.base.work import Works

# Whoever was mailed the link to a place or a request is told how many wait, as everybody is who may see the session.
ASIDE = ("/health", "/requests/", "/places/")
LISTS = [entry for entry in ENTRIES if entry.method == "GET" and not entry.path.startswith(ASIDE)]


async def everything(asking: Asking, role: Role) -> dict[str, Answer]:
    """Every page and list that somebody gets, made of every side's ids."""
    wanted = {
        (entry.name, ids_of(entry, side)): entry for entry in LISTS for side in SIDES if _shown(entry, role, side)
    }
    return {f"{name} {ids}": await asking.ask(role, entry, ids) for (name, ids), entry in wanted.items()}


def _shown(entry: Entry, role: Role, side: Side) -> bool:
    return entry.verdict(role, side) == IN


@pytest.mark.parametrize(
    ("role", "side"),
    [
        (COORDINATOR_B, ONE),
        (OTHER_MANAGER, ONE),
        (ANONYMOUS, ONE),
        (COORDINATOR_A, TWO),
        (LEARNER_A, TWO),
        (TRAINER, TWO),
    ],
    ids=lambda value: value.name,
)
async def test_no_answer_changes_by_what_others_do(asking: Asking, works: Works, role: Role, side: Side) -> None:
    before = await everything(asking, role)
    await works.run(Viewer.machine("test"), add_private, side)
    after = await everything(asking, role)
    changed = [name for name in before if before[name].without(()) != after[name].without(())]
    assert changed == []


async def test_what_others_do_changes_the_pages_of_their_own(asking: Asking, works: Works) -> None:
    """The control: whoever may see it, sees it."""
    before = await everything(asking, COORDINATOR_A)
    await works.run(Viewer.machine("test"), add_private, ONE)
    after = await everything(asking, COORDINATOR_A)
    changed = {name.partition(" (")[0] for name in before if before[name].without(()) != after[name].without(())}
    assert {"GET /partners/{partner_id}", "GET /api/v1/partners/{partner_id}/members"} <= changed


async def test_one_sentence_for_whatever_others_booked(asking: Asking, works: Works) -> None:
    """Somebody whom another partner booked there or elsewhere, or who enrolled themselves, is refused alike."""
    members = await works.run(Viewer.machine("test"), add_people_of_both)
    preview = post("/api/v1/sessions/{session_id}/bookings/preview", ANYBODY, {})
    told = {}
    for name, member_id in members.items():
        body = {"partner_id": str(key("partner A")), "people": [{"membership_id": str(member_id)}]}
        entry = post(preview.path, ANYBODY, body)
        answer = await asking.ask(COORDINATOR_A, entry, ids_of(preview, SHARED_A))
        (verdict,) = json.loads(answer.text)["verdicts"]
        told[name] = {field: verdict[field] for field in ("outcome", "code", "reason", "mode", "position")}
    assert told["there"] == told["elsewhere"] == told["herself"]
    assert told["there"]["code"] == "cannot-be-booked"
    assert told["nowhere"]["outcome"] == "waitlisted"

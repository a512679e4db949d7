"""Two people editing: whoever saves second sees who saved what, and when, and nothing that was typed is lost.

Every form of the pages that edits something is here: A opens it, B saves another value, A saves. So is every button
with a reason or a name beside it: what was typed is still there, and who was faster is named.
"""

from collections.abc import Mapping
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import bearer
from tests.web.facts import facts_of, filled
from tests.web.made import World
from tests.web.materials import TRIED as MATERIALS
from tests.web.presses import (
    ANNOUNCEMENT,
    BY_HAND,
    CASES,
    ENROLLMENT,
    OPEN_PLACE,
    PARTNER,
    PLACE,
    PROGRAM,
    ROSTER,
    RULES,
    SESSION,
)
from tests.web.situations import happened
from tests.web.typed import form_on
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Add, Work, Works
from training.booking.events import ListingChosen, OpenPlaceNoted
from training.booking.tables import Enrollment, OpenPlace
from training.people.actions import ensure_person
from training.people.rules import Role
from training.schedule.events import SessionEdited
from training.schedule.tables import Session

BEA = "Bea Overtaker"
NEWCOMER = "Neo Newcomer"


class Edit(Frozen, frozen=True, kw_only=True):
    """A form that edits: the address of its page where that is another one, and the field in which A and B disagree.

    `checks`: saving is agreed to on a page of its own, so that A sees that page instead of being led on. `given`: what
    has happened before, by its name in `situations.py`; `also`: what both choose alike.
    """

    field: str
    mine: str = "Typed by me"
    theirs: str = "Saved by her"
    page: str = ""
    role: Role = Role.PROGRAM_MANAGER
    state: str = "published"
    checks: bool = False
    given: str = ""
    also: Mapping[str, str] = {}


COORDINATOR = Role.COORDINATOR
EDITS = {
    PROGRAM: Edit(field="name"),
    "/manage/courses/{course_id:uuid}": Edit(field="title"),
    "/manage/venues/{venue_id:uuid}": Edit(field="name"),
    "/manage/moments/{moment_id:uuid}": Edit(field="name"),
    "/manage/rooms/{room_id:uuid}": Edit(field="name"),
    f"{SESSION}/edit": Edit(field="title"),
    f"{SESSION}/meetings/{{meeting_id:uuid}}": Edit(
        field="title", page=f"{SESSION}/meetings?meeting={{meeting_id}}", state="draft"
    ),
    f"{SESSION}/move": Edit(field="{meeting_id}.end", mine="23:10", theirs="23:20", checks=True),
    f"{PARTNER}/settings": Edit(field="name", role=COORDINATOR),
    f"{PARTNER}/members/{{membership_id:uuid}}": Edit(field="name", role=COORDINATOR),
    f"{PARTNER}/members/{{membership_id:uuid}}/repair": Edit(
        field="contact_email", mine="mine@people.example", theirs="hers@people.example", role=COORDINATOR
    ),
    f"{PARTNER}/contacts/{{contact_id:uuid}}": Edit(field="name", role=COORDINATOR),
    "/manage/questions/{question_id:uuid}": Edit(field="label"),
    f"{PROGRAM}/survey": Edit(field="introduction"),
    "/manage/courses/{course_id:uuid}/survey": Edit(field="introduction"),
    "/manage/terms/{terms_id:uuid}": Edit(field="title"),
    "/manage/terms/{terms_id:uuid}/publish": Edit(field="body", page="/manage/terms/{terms_id}"),
    f"{ANNOUNCEMENT}/edit": Edit(field="subject"),
    "/manage/reminders/plans/{plan_id:uuid}": Edit(field="words"),
    "/materials/{material_id:uuid}": Edit(field="title"),
    **{path: Edit(field="valid_months", mine="111", theirs="222") for path in RULES},
    "/rosters/sessions/{session_id:uuid}/people/{enrollment_id:uuid}": Edit(
        field="reason", given="on_the_day", also={"status": "present"}
    ),
    f"{OPEN_PLACE}/note": Edit(field="note", page="/open-places/{open_place_id}", role=COORDINATOR),
}


class Button(Frozen, frozen=True, kw_only=True):
    """What somebody else changes a moment before, by its table, and the words that are still there afterwards."""

    thing: str
    kept: str = ""
    role: Role = Role.PROGRAM_MANAGER


# They hold nothing that could be told field by field: the page shows how it stands now, who changed it, and the words.
PRESSED = {
    f"{SESSION}/publish": Button(thing="session"),
    f"{SESSION}/confirm": Button(thing="session"),
    f"{SESSION}/cancel": Button(thing="session", kept="The trainer is ill."),
    f"{SESSION}/trainers": Button(thing="session", kept="cora@example.org", role=Role.STAFF),
    f"{ROSTER}/remove": Button(thing="enrollment", kept="Asked to"),
    f"{ROSTER}/give-place": Button(thing="enrollment", kept="A late guest"),
    f"{ENROLLMENT}/cancel": Button(thing="enrollment", kept="Ill", role=COORDINATOR),
    f"{ENROLLMENT}/change": Button(thing="enrollment", kept=NEWCOMER, role=COORDINATOR),
    f"{OPEN_PLACE}/name": Button(thing="open_place", kept=NEWCOMER, role=COORDINATOR),
    f"{OPEN_PLACE}/link": Button(thing="open_place", kept="ana@x.example", role=COORDINATOR),
    f"{OPEN_PLACE}/release": Button(thing="open_place", kept="Nobody", role=COORDINATOR),
}
# They ask for the version too, but hold no words that somebody typed: how it stands now is shown.
BUTTONS = {
    f"{SESSION}/meetings",
    f"{SESSION}/meetings/{{meeting_id:uuid}}/drop",
    f"{SESSION}/trainers/{{person_id:uuid}}/withdraw",
    f"{PARTNER}/contacts/{{contact_id:uuid}}/remove",
    "/manage/moments/{moment_id:uuid}/remove",
    *(f"{ENROLLMENT}/{name}" for name in ("answer", "listed")),
    f"{OPEN_PLACE}/withdraw",
    # Its time is still there, and who was faster is named: tests/reminders/test_pages/test_sending.py.
    f"{ANNOUNCEMENT}/schedule",
    # Whoever came by a link is told that it changed, and of nobody; their reason is tried in test_guest.py.
    f"{PLACE}/leave",
    "/manage/questions/{question_id:uuid}/retire",
    "/manage/terms/{terms_id:uuid}/retire",
    "/manage/reminders/plans/{plan_id:uuid}/remove",
    f"{ANNOUNCEMENT}/delete",
    *(f"{path}/remove" for path in RULES),
    f"{BY_HAND}/end",
    # Nothing is ticked before somebody decides: tests/completion/test_pages/test_completions.py.
    BY_HAND,
    # What was chosen is on the page with how the list stands now; a stale reason is shown again. Both are tried in
    # tests/attendance/test_actions/test_online.py and tests/completion/test_pages/test_certifying.py.
    "/rosters/{meeting_id:uuid}/online-list/{list_id:uuid}",
    f"{SESSION}/certificates/{{code:str}}/revoke",
    *MATERIALS,
}


def test_every_form_with_a_version_is_here() -> None:
    assert {route for route, case in CASES.items() if "version" in case.body} == (
        EDITS.keys() | PRESSED.keys() | BUTTONS
    )


async def _somebody(works: Works, name: str, role: Role, world: World) -> Viewer:
    """Somebody of this name who holds the role in the scene."""
    scopes = {COORDINATOR: world.scene.partner_id, Role.PROGRAM_MANAGER: world.scene.program_id}

    async def make(work: Work) -> Viewer:
        email = f"{name.split(maxsplit=1)[0].lower()}@people.example"
        person_id = await ensure_person(work, email, name)
        grants = frozenset({Grant(role=role.value, scope_id=scopes.get(role))})
        return Viewer(person_id=person_id, name=name, email=email, grants=grants)

    return await works.run(Viewer.machine("cli"), make)


async def _enter(works: Works, name: str, role: Role, world: World) -> dict[str, str]:
    """The same, signed in, as headers of their browser."""
    return {"cookie": f"sign_in={await bearer(works, await _somebody(works, name, role, world))}"}


async def _addresses(world: World, route: str, edit: Edit) -> tuple[str, str, str]:
    """Where the form is, where it posts to, and the name of its field."""
    facts = await facts_of(world, state=edit.state, asked=False)
    known = {**facts, **{name: world.ids_for(name)[0] for name in ("contact_id", "plan_id")}}
    known |= {"scope_id": next((facts[of.strip("{}")] for path, of in RULES.items() if path == route), "")}
    known |= {"membership_id": str(world.scene.members[0]), "enrollment_id": facts["own_id"]}
    form = filled(route.replace(":uuid", ""), known)
    page = filled(edit.page.replace(":uuid", ""), known) or form
    return page, form, filled(edit.field, known)


@pytest.mark.parametrize("route", EDITS)
async def test_who_is_overtaken_sees_it_and_loses_nothing(
    route: str, works: Works, client: httpx.AsyncClient, world: World
) -> None:
    edit = EDITS[route]
    page, form, field = await _addresses(world, route, edit)
    await happened(edit.given, works, world, {})
    ann, bea = [await _enter(works, name, edit.role, world) for name in ("Ann Slow", BEA)]
    opened = await client.get(page, headers=ann)
    mine, hers = [form_on(opened.text, form) for _ in range(2)]
    # B opens the page herself: her form has a token of its own.
    hers = form_on((await client.get(page, headers=bea)).text, form)
    step = {"step": "confirm"} if edit.checks else {}
    saved = await client.post(form, data={**hers, **edit.also, field: edit.theirs, **step}, headers=bea)
    assert saved.status_code == 303, saved.text[-2000:]

    overtaken = await client.post(form, data={**mine, **edit.also, field: edit.mine}, headers=ann)
    assert overtaken.status_code == 409
    for words in (edit.mine, edit.theirs, BEA, "saved a change on", "Nothing of your form is saved yet"):
        assert words in overtaken.text, words
    again = form_on(overtaken.text, form)
    assert again[field] == [edit.mine], "what was typed is still in its field"
    assert again["version"] != mine["version"]
    assert edit.theirs in (await client.get(page, headers=ann)).text, "nothing of it was saved"

    decided = await client.post(form, data=again, headers=ann)
    assert decided.status_code == (200 if edit.checks else 303)
    if not edit.checks:
        assert edit.mine in (await client.get(page, headers=ann)).text


async def _touch(work: Work, world: World, thing: str, key: UUID) -> None:
    """Change a thing, as far as its version and the journal are concerned."""
    session_id, person_id = world.scene.session_id, world.scene.people[0]
    if thing == "session":
        work.change(Session, key, version=Add(1))
        work.emit(SessionEdited(session_id=key, changed=("summary",)))
    elif thing == "enrollment":
        work.change(Enrollment, key, version=Add(1))
        work.emit(ListingChosen(enrollment_id=key, session_id=session_id, person_id=person_id, listed=True))
    else:
        work.change(OpenPlace, key, version=Add(1))
        work.emit(OpenPlaceNoted(open_place_id=key, session_id=session_id))


@pytest.mark.parametrize("route", PRESSED)
async def test_who_presses_a_moment_later_sees_it_and_keeps_the_words(
    route: str, works: Works, client: httpx.AsyncClient, world: World
) -> None:
    button, case = PRESSED[route], CASES[route]
    facts = await facts_of(world, state=case.state, asked=False)
    facts |= {"enrollment_id": facts["waiting_id" if "give-place" in route else "own_id"]}
    ann = await _enter(works, "Ann Slow", button.role, world)
    bea = await _somebody(works, BEA, button.role, world)
    await bearer(works, bea)
    await works.run(bea, _touch, world, button.thing, UUID(facts[f"{button.thing}_id"]))
    typed = filled(case.body, facts)
    if route.endswith("/link"):
        typed["send_to"] = button.kept
    if button.kept == NEWCOMER:
        typed |= {"membership_id": "", "member": "", "name": NEWCOMER, "email": "new@x.example"}
    late = await client.post(filled(route.replace(":uuid", ""), facts), data=typed, headers=ann)
    assert late.status_code == 409, late.text[-2000:]
    for words in (button.kept, f"{BEA} saved a change on"):
        assert words in late.text, words


async def test_who_shares_nothing_with_the_other_reads_of_somebody(
    works: Works, client: httpx.AsyncClient, world: World
) -> None:
    """Venues belong to all programs; who works in another one is not named."""
    page, form, field = await _addresses(world, "/manage/venues/{venue_id:uuid}", Edit(field="name"))
    ann = await _enter(works, "Ann Slow", Role.PROGRAM_MANAGER, world)
    mine = form_on((await client.get(page, headers=ann)).text, form)
    staff = {"cookie": f"sign_in={world.headers['staff']['authorization'].split()[1]}"}
    hers = form_on((await client.get(page, headers=staff)).text, form)
    assert (await client.post(form, data={**hers, field: "Saved"}, headers=staff)).status_code == 303
    overtaken = await client.post(form, data={**mine, field: "Typed"}, headers=ann)
    assert overtaken.status_code == 409
    assert "Somebody saved a change on" in overtaken.text
    assert "Sam saved" not in overtaken.text
    assert (
        "You yourself, in another window"
        in (await client.post(form, data={**mine, field: "Other"}, headers=staff)).text
    )

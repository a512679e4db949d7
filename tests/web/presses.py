"""What each form of the pages holds when it is sent, by route, so that no new one escapes the test of presses."""

from typing import Any
from uuid import UUID

from tests.web.made import World
from training.base.database import execute
from training.base.structs import Frozen
from training.catalogue.tables import Course


class Case(Frozen, frozen=True, kw_only=True):
    """A form that does something: who sends it, what is in it, what stands in its address where that matters.

    Words in braces are facts of the world. `twice`: without a token, sending it twice does it twice. `state` is the
    session's before; `asked`, whether the invitation was mailed before. `shows`: the answer is a page, with a secret.
    """

    body: dict[str, Any] = {}
    role: str = "staff"
    path: dict[str, str] = {}
    twice: bool = False
    state: str = "published"
    asked: bool = False
    shows: bool = False


SESSION = "/manage/sessions/{session_id:uuid}"
PARTNER = "/partners/{partner_id:uuid}"
PROGRAM = "/manage/programs/{program_id:uuid}"
ROSTER = f"{SESSION}/roster/{{enrollment_id:uuid}}"
COURSE = {"title": "Listening", "language": "en", "mode": "online", "capacity_online": "5", "audience": "public"}
LATER = {"local_start": "2026-06-01T10:00", "local_end": "2026-06-01T12:00", "zone": "UTC"}
# Forms that change nothing anybody could have twice, each with its reason.
HARMLESS = {
    "/theme": "sets a cookie of this browser",
    "/zone": "sets a cookie of this browser",
    "/sessions/by-code": "looks something up",
    "/sign-out": "who is signed out stays so",
    "/account/sign-ins/{sign_in_id:uuid}/end": "an ended sign-in stays ended",
    "/account/sign-ins/end-others": "an ended sign-in stays ended",
    "/account/tokens/{token_id:uuid}/revoke": "a revoked token stays revoked",
    f"{PARTNER}/tokens/{{token_id:uuid}}/revoke": "a revoked token stays revoked",
    "/sign-in/{token:str}": "a link works once; two presses at once are tried in test_once",
    "/manage/courses/{course_id:uuid}/prerequisites/{required_id:uuid}/remove": "what is gone stays gone",
    "/invitations/{token:str}": "a link works once; two presses at once are tried in test_once",
}
CASES = {
    "/sign-in": Case(role="anonymous", body={"email": "cora@example.org", "next": "/"}, twice=True),
    "/account": Case(body={"name": "Samantha", "zone": "UTC"}),
    "/account/tokens": Case(body={"label": "Script", "scopes": "read", "days": "30"}, twice=True, shows=True),
    "/partners/{partner_id:uuid}/tokens": Case(
        body={"label": "Script", "scopes": "read", "days": "30"}, role="coordinator", twice=True, shows=True
    ),
    "/manage/programs": Case(body={"name": "Autumn", "zone": "UTC"}, twice=True),
    PROGRAM: Case(body={"name": "Renamed", "zone": "UTC", "version": "{program_version}"}),
    f"{PROGRAM}/moments": Case(body={"name": "World Day", "starts_on": "2026-10-10"}, twice=True),
    "/manage/moments/{moment_id:uuid}": Case(body={"name": "Renamed", "starts_on": "2026-10-10", "version": "1"}),
    "/manage/moments/{moment_id:uuid}/remove": Case(body={"version": "1"}),
    "/manage/courses/{course_id:uuid}/prerequisites": Case(body={"required_course_id": "{other_course_id}"}),
    f"{PROGRAM}/courses": Case(body=COURSE, twice=True),
    "/manage/courses/{course_id:uuid}": Case(body={**COURSE, "version": "{course_version}"}),
    "/manage/venues": Case(body={"name": "Town Hall", "zone": "UTC"}, twice=True),
    "/manage/venues/{venue_id:uuid}": Case(body={"name": "Renamed", "zone": "UTC", "version": "{venue_version}"}),
    "/manage/venues/{venue_id:uuid}/rooms": Case(body={"name": "Red room", "places": "4"}),
    "/manage/rooms/{room_id:uuid}": Case(body={"name": "Renamed", "places": "4", "version": "{room_version}"}),
    "/manage/partners": Case(body={"name": "Lighthouse", "program_id": "{program_id}"}),
    "/manage/partners/{partner_id:uuid}/coordinator": Case(body={"email": "new@example.org"}),
    f"{PROGRAM}/partners": Case(body={"partner": "Lonely"}, path={"program_id": "{program_id}"}),
    f"{PROGRAM}/partners/{{partner_id:uuid}}/leave": Case(),
    f"{PARTNER}/settings": Case(body={"name": "Renamed", "version": "{partner_version}"}, role="coordinator"),
    f"{PARTNER}/members": Case(body={"email": "new@example.org"}, role="coordinator"),
    f"{PARTNER}/members/{{membership_id:uuid}}": Case(
        body={"name": "Renamed", "contact_email": "renamed@example.org", "version": "1"}, role="coordinator"
    ),
    f"{PARTNER}/members/{{membership_id:uuid}}/invite": Case(
        path={"membership_id": "{invited_id}"}, role="coordinator"
    ),
    f"{PARTNER}/members/{{membership_id:uuid}}/end": Case(role="coordinator"),
    f"{PARTNER}/contacts": Case(
        body={"kind": "hub", "name": "Hana", "email": "hana@example.org"}, role="coordinator", twice=True
    ),
    f"{PARTNER}/contacts/{{contact_id:uuid}}": Case(
        body={"kind": "hub", "name": "Renamed", "email": "h@x.example", "version": "1"}, role="coordinator"
    ),
    f"{PARTNER}/contacts/{{contact_id:uuid}}/check": Case(role="coordinator", twice=True),
    f"{PARTNER}/contacts/{{contact_id:uuid}}/remove": Case(body={"version": "1"}, role="coordinator"),
    "/my/memberships/{membership_id:uuid}/accept": Case(path={"membership_id": "{invited_id}"}, asked=True),
    "/my/memberships/{membership_id:uuid}/end": Case(path={"membership_id": "{invited_id}"}),
    "/manage/sessions/new": Case(body={**COURSE, "course": "{course_id}"}, twice=True),
    f"{SESSION}/publish": Case(body={"version": "{session_version}"}, state="draft"),
    f"{SESSION}/confirm": Case(body={"version": "{session_version}"}),
    f"{SESSION}/edit": Case(
        body={"title": "Renamed", "mode": "in_person", "capacity_in_person": "3", "version": "{session_version}"}
    ),
    f"{SESSION}/meetings": Case(body={**LATER, "version": "{session_version}"}, state="draft"),
    f"{SESSION}/meetings/{{meeting_id:uuid}}": Case(body={**LATER, "version": "{session_version}"}, state="draft"),
    f"{SESSION}/meetings/{{meeting_id:uuid}}/drop": Case(body={"version": "{session_version}"}, state="draft"),
    f"{SESSION}/trainers": Case(body={"email": "cora@example.org", "role": "co", "version": "{session_version}"}),
    f"{SESSION}/trainers/{{person_id:uuid}}/withdraw": Case(
        body={"version": "{session_version}"}, path={"person_id": "{staff_id}"}
    ),
    f"{SESSION}/move": Case(
        body={
            "step": "confirm",
            "version": "{session_version}",
            "{meeting_id}.date": "2026-06-01",
            "{meeting_id}.start": "10:00",
            "{meeting_id}.end": "12:00",
            "{meeting_id}.zone": "UTC",
        }
    ),
    f"{SESSION}/cancel": Case(body={"reason": "The trainer is ill.", "version": "{session_version}"}),
    f"{ROSTER}/remove": Case(body={"reason": "Asked to", "version": "1"}),
    f"{ROSTER}/give-place": Case(
        body={"mode": "in_person", "above": "yes", "reason": "A late guest", "version": "1"},
        path={"enrollment_id": "{waiting_id}"},
    ),
    "/sessions/{session_id:uuid}/book": Case(
        body={"partner_id": "{partner_id}", "member": "{free_member_id}", "step": "confirm"}, role="coordinator"
    ),
    "/enrollments/{enrollment_id:uuid}/cancel": Case(body={"version": "1"}, role="coordinator"),
    "/manage/people": Case(body={"email": "new@host.example", "role": "staff"}),
    "/manage/people/{person_id:uuid}/roles": Case(
        body={"role": "program_manager", "program_id": "{program_id}"}, path={"person_id": "{member_person_id}"}
    ),
    "/manage/people/{person_id:uuid}/roles/end": Case(
        body={"role": "program_manager", "scope_id": "{program_id}"}, path={"person_id": "{manager_id}"}
    ),
    "/manage/people/{person_id:uuid}/switch-off": Case(path={"person_id": "{member_person_id}"}),
    "/manage/people/{person_id:uuid}/switch-on": Case(path={"person_id": "{off_person_id}"}),
}


# Forms that are not sent here yet: they came meanwhile. Give each its case above and take it off.
UNTRIED = frozenset(
    {
        "/bookings/{booking_id:uuid}/party",
        "/bookings/{booking_id:uuid}/undo",
        "/enrollments/{enrollment_id:uuid}/change",
        "/enrollments/{enrollment_id:uuid}/consents/{consent_id:uuid}/withdraw",
        "/enrollments/{enrollment_id:uuid}/questions",
        "/enrollments/{enrollment_id:uuid}/undo",
        "/manage/courses/{course_id:uuid}/questions",
        "/manage/courses/{course_id:uuid}/terms",
        "/manage/programs/{program_id:uuid}/terms",
        "/manage/questions/{question_id:uuid}",
        "/manage/questions/{question_id:uuid}/move",
        "/manage/questions/{question_id:uuid}/retire",
        "/manage/sessions/{session_id:uuid}/questions",
        "/manage/sessions/{session_id:uuid}/terms",
        "/manage/terms/{terms_id:uuid}",
        "/manage/terms/{terms_id:uuid}/publish",
        "/manage/terms/{terms_id:uuid}/retire",
        "/naming/{token:str}",
        "/open-places/{open_place_id:uuid}/link",
        "/open-places/{open_place_id:uuid}/name",
        "/open-places/{open_place_id:uuid}/note",
        "/open-places/{open_place_id:uuid}/release",
        "/open-places/{open_place_id:uuid}/withdraw",
    }
)


async def lonely() -> str:
    """A partner that takes part in nothing."""
    key = "10000000-0000-7000-8000-000000000000"
    await execute(
        "INSERT INTO partner (id, slug, name, folded_name, country, website, created_at, version)"
        " SELECT {}, 'lonely', 'Lonely', 'lonely', '', '', created_at, 1 FROM partner LIMIT 1",
        UUID(key),
    )
    return key


async def another_course(world: World) -> str:
    """A second course of the program."""
    key = "20000000-0000-7000-8000-000000000000"
    columns = ", ".join(column._meta.db_column_name for column in Course._meta.columns[1:])
    columns = columns.replace("slug, ", "")
    await execute(
        f"INSERT INTO course (id, slug, {columns}) SELECT {{}}, 'second', {columns} FROM course WHERE id = {{}}",
        UUID(key),
        world.scene.course_id,
    )
    return key


async def facts_of(world: World, *, state: str, asked: bool) -> dict[str, str]:
    """What a form of this world may need: ids, and the versions that are there now."""
    scene = world.scene
    await execute("UPDATE session SET state = {}, overbooking = 5 WHERE id = {}", state, scene.session_id)
    if asked:
        await execute("UPDATE membership SET invited_by = person_id WHERE state = 'invited'")
    await execute("UPDATE person SET disabled_at = created_at WHERE id = {}", scene.people[11])
    facts = {f"{name}_id": keys[0] for name, keys in world.ids.items() if keys}
    for name in ("program", "course", "venue", "room", "partner", "session"):
        rows = await execute(f"SELECT version FROM {name} WHERE id = {{}}", world.ids_for(f"{name}_id")[0])
        facts[f"{name}_version"] = str(rows[0]["version"])
    waiting = await execute("SELECT id FROM enrollment WHERE state = 'waitlisted' ORDER BY id")
    invited = await execute("SELECT id, person_id FROM membership WHERE state = 'invited'")
    return facts | {
        "other_course_id": await another_course(world),
        "session_id": str(scene.session_id),
        "partner_id": str(scene.partner_id),
        "course_id": str(scene.course_id),
        "program_id": str(scene.program_id),
        "meeting_id": str(scene.meeting_ids[0]),
        "waiting_id": str(waiting[0]["id"]),
        "invited_id": str(invited[0]["id"]),
        "staff_id": str(invited[0]["person_id"]),
        "manager_id": str(scene.manager.person_id),
        "free_member_id": str(scene.members[8]),
        "member_person_id": str(scene.people[7]),
        "off_person_id": str(scene.people[11]),
    }


def filled(value: Any, facts: dict[str, str]) -> Any:
    """The same with facts instead of the words in braces."""
    if isinstance(value, list):
        return [filled(part, facts) for part in value]
    if not isinstance(value, str | dict):
        return value
    if isinstance(value, dict):
        return {filled(key, facts): filled(part, facts) for key, part in value.items()}
    for name, fact in facts.items():
        value = value.replace("{" + name + "}", fact)
    return value

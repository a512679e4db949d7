"""What the cases of forms and requests are about: ids, versions, tokens, and what has happened before they are sent."""

from typing import Any
from uuid import UUID

from tests.conftest import SITE
from tests.web.made import World
from training.base.database import execute
from training.booking.rules.guests import place_token
from training.catalogue.tables import Course


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
    own = await execute("SELECT id, booking_id FROM enrollment WHERE person_id = {}", scene.people[0])
    asked_of = await execute("SELECT id, course_id FROM question ORDER BY position")
    of_course, of_session = (
        [str(row["id"]) for row in asked_of if bool(row["course_id"]) is yes] for yes in (True, False)
    )
    invited = await execute("SELECT id, person_id FROM membership WHERE state = 'invited'")
    return facts | {
        "other_course_id": await another_course(world),
        "session_id": str(scene.session_id),
        "partner_id": str(scene.partner_id),
        "course_id": str(scene.course_id),
        "program_id": str(scene.program_id),
        "meeting_id": str(scene.meeting_ids[0]),
        "waiting_id": str(waiting[0]["id"]),
        "waiting_token": place_token(SITE.secret_key, UUID(str(waiting[0]["id"])), 1),
        "own_id": str(own[0]["id"]),
        "place_token": place_token(SITE.secret_key, UUID(str(own[0]["id"])), 1),
        "party_id": str(own[0]["booking_id"]),
        "question_id": of_course[0],
        "next_question_id": of_course[1],
        "session_question_id": of_session[0],
        "next_session_question_id": of_session[1],
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

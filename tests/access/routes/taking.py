"""Who may ask what of the pages on which materials are read: of a session, by the link to a place, of a course."""

from tests.access.entry import get, post
from tests.access.facts import ANYBODY, CODE_HOLDER, MATERIAL_LEARNS, SEES_SIGNED_IN, THEMSELVES, either

LIST, ONE = "/sessions/{session_id}/materials", "/sessions/{session_id}/materials/{material_id}"
PLACE, COURSE = "/places/{token}/materials", "/courses/{course_id}/materials"
BY_LINK, OF_COURSE = {"token": "place_token"}, {"material_id": "course_material"}
OF_PLACE = {**BY_LINK, "material_id": "place_material"}
# What a visitor may not see asks them to sign in.
LEARNS = either(MATERIAL_LEARNS.words, MATERIAL_LEARNS)

ENTRIES = (
    get(LIST, SEES_SIGNED_IN, why="what they see of it"),
    get(ONE, LEARNS),
    get(f"{ONE}/versions", LEARNS),
    post(f"{ONE}/acknowledge", THEMSELVES),
    post(f"{ONE}/take-back", THEMSELVES),
    post(f"{LIST}/follow", THEMSELVES),
    post(f"{LIST}/unfollow", THEMSELVES),
    get(PLACE, CODE_HOLDER, ids=BY_LINK),
    get(f"{PLACE}/{{material_id}}", CODE_HOLDER, ids=OF_PLACE),
    get(f"{PLACE}/{{material_id}}/versions", CODE_HOLDER, ids=OF_PLACE),
    post(f"{PLACE}/{{material_id}}/acknowledge", CODE_HOLDER, ids=OF_PLACE),
    post(f"{PLACE}/{{material_id}}/take-back", CODE_HOLDER, ids=OF_PLACE),
    post(f"{PLACE}/follow", CODE_HOLDER, ids=BY_LINK),
    post(f"{PLACE}/unfollow", CODE_HOLDER, ids=BY_LINK),
    get(COURSE, ANYBODY, why="what they see of it"),
    get(f"{COURSE}/{{material_id}}", ANYBODY, ids=OF_COURSE),
    get(f"{COURSE}/{{material_id}}/versions", ANYBODY, ids=OF_COURSE),
)

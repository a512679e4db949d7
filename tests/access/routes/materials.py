"""Who may ask what of materials, as JSON. Their pages and files are declared beside this."""

from tests.access.entry import delete, get, patch, post, put
from tests.access.facts import ANYBODY, MATERIAL_EDITS, MATERIAL_LEARNS, SEES_SESSION, THEMSELVES, holds
from training.people.rules import Permission

API = "/api/v1"
SESSION, COURSE = f"{API}/sessions/{{session_id}}/materials", f"{API}/courses/{{course_id}}/materials"
ONE, OWN = f"{API}/materials/{{material_id}}", f"{API}/enrollments/{{enrollment_id}}/materials"
VERSION, VARIANT = (
    f"{API}/material-versions/{{material_version_id}}",
    f"{API}/material-variants/{{material_variant_id}}",
)
MANAGES = holds(Permission.MATERIAL_MANAGE, "program")
OF_COURSE = {"material_id": "course_material"}
READING = {"title": "Reading"}
NOTE = {"kind": "note", "name": "Words", "body": "Hello"}
FROM_COURSE = {"course_id": "@course", "material_ids": ["@course_material"]}
FROM_SESSION = {"session_id": "@session", "material_ids": ["@material"]}
STALE = {"ok": (200, 201, 204, 412), "why": "asked with another version"}

ENTRIES = (
    get(SESSION, SEES_SESSION, why="what they see of it"),
    post(SESSION, MATERIAL_EDITS, READING),
    put(f"{SESSION}/order", MATERIAL_EDITS, {"material_ids": ["@material"]}),
    post(f"{SESSION}/copies", MANAGES, FROM_COURSE),
    get(f"{SESSION}/reach", MATERIAL_EDITS),
    get(f"{SESSION}/{{material_id}}", MATERIAL_LEARNS),
    get(f"{SESSION}/{{material_id}}/versions", MATERIAL_LEARNS),
    get(f"{SESSION}/{{material_id}}/placement", MATERIAL_EDITS, ids=OF_COURSE),
    put(f"{SESSION}/{{material_id}}/placement", MATERIAL_EDITS, {"hidden": True}, ids=OF_COURSE, **STALE),
    get(COURSE, ANYBODY, why="what they see of it"),
    post(COURSE, MANAGES, READING),
    put(f"{COURSE}/order", MANAGES, {"material_ids": ["@course_material"]}),
    post(f"{COURSE}/copies", MANAGES, FROM_SESSION),
    get(f"{COURSE}/reach", MANAGES),
    get(f"{COURSE}/{{material_id}}", ANYBODY, ids=OF_COURSE),
    get(f"{COURSE}/{{material_id}}/versions", ANYBODY, ids=OF_COURSE),
    get(ONE, MATERIAL_EDITS),
    patch(ONE, MATERIAL_EDITS, {"title": "Other"}),
    post(f"{ONE}/withdrawal", MATERIAL_EDITS),
    delete(f"{ONE}/withdrawal", MATERIAL_EDITS),
    post(f"{ONE}/versions", MATERIAL_EDITS),
    get(VERSION, MATERIAL_EDITS),
    post(f"{VERSION}/variants", MATERIAL_EDITS, NOTE),
    post(f"{VERSION}/publication", MATERIAL_EDITS, {"note": "One page more"}),
    delete(VERSION, MATERIAL_EDITS),
    put(VARIANT, MATERIAL_EDITS, NOTE),
    delete(VARIANT, MATERIAL_EDITS),
    put(f"{OWN}/{{material_id}}/acknowledgement", THEMSELVES, None),
    delete(f"{OWN}/{{material_id}}/acknowledgement", THEMSELVES),
    put(f"{OWN}/follow", THEMSELVES, None),
    delete(f"{OWN}/follow", THEMSELVES),
)

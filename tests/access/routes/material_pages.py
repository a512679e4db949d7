"""Who may add and change materials on pages, and read who opened them."""

from tests.access.entry import get, post
from tests.access.facts import MATERIAL_EDITS, holds
from training.people.rules import Permission

MANAGES = holds(Permission.MATERIAL_MANAGE, "program")
SESSION, COURSE = "/materials/sessions/{session_id}", "/materials/courses/{course_id}"
ONE = "/materials/{material_id}"
VERSION = f"{ONE}/versions/{{version_id}}"
VARIANT = f"{VERSION}/variants/{{variant_id}}"
PLACED = f"{SESSION}/placements/{{material_id}}"
OF_COURSE = {"material_id": "course_material"}
IDS = {"version_id": "draft_version", "variant_id": "draft_variant"}
READING, LOOKED = {"title": "Reading"}, {"version": "1"}
LINK = {"name": "Slides", "link": "https://example.org/", "form": "slides", **LOOKED}
NOTE = {"name": "Words", "body": "Hello", "form": "document", **LOOKED}
HERE = {"hidden": "yes", "version": "0"}
NO_FILE = {"ok": (422,), "why": "asked without a file"}

ENTRIES = (
    get(SESSION, MATERIAL_EDITS),
    get(f"{SESSION}/export/{{fmt}}", MATERIAL_EDITS),
    get(f"{SESSION}/reach", MATERIAL_EDITS),
    get(f"{SESSION}/add", MATERIAL_EDITS),
    post(f"{SESSION}/add", MATERIAL_EDITS, READING),
    get(f"{SESSION}/copy", MATERIAL_EDITS),
    post(f"{SESSION}/copy", MANAGES, {"material": "@material", "to": "@course"}),
    get(PLACED, MATERIAL_EDITS, ids=OF_COURSE),
    post(PLACED, MATERIAL_EDITS, HERE, ids=OF_COURSE),
    get(f"{PLACED}/reach", MATERIAL_EDITS, ids=OF_COURSE),
    get(COURSE, MANAGES),
    get(f"{COURSE}/export/{{fmt}}", MANAGES),
    get(f"{COURSE}/reach", MANAGES),
    get(f"{COURSE}/add", MANAGES),
    post(f"{COURSE}/add", MANAGES, READING),
    get(f"{COURSE}/copy", MANAGES),
    post(f"{COURSE}/copy", MANAGES, {"material": "@course_material", "to": "@session"}),
    get(ONE, MATERIAL_EDITS),
    post(ONE, MATERIAL_EDITS, {**READING, **LOOKED}),
    post(f"{ONE}/move", MATERIAL_EDITS, {"step": "up"}),
    post(f"{ONE}/withdraw", MATERIAL_EDITS, LOOKED),
    post(f"{ONE}/put-back", MATERIAL_EDITS, LOOKED),
    get(f"{ONE}/openings", MATERIAL_EDITS),
    get(f"{ONE}/openings/export/{{fmt}}", MATERIAL_EDITS),
    post(f"{ONE}/versions", MATERIAL_EDITS),
    get(VERSION, MATERIAL_EDITS, ids=IDS),
    post(f"{VERSION}/files", MATERIAL_EDITS, LOOKED, ids=IDS, **NO_FILE),
    get(f"{VERSION}/links", MATERIAL_EDITS, ids=IDS),
    post(f"{VERSION}/links", MATERIAL_EDITS, LINK, ids=IDS),
    get(f"{VERSION}/notes", MATERIAL_EDITS, ids=IDS),
    post(f"{VERSION}/notes", MATERIAL_EDITS, NOTE, ids=IDS),
    post(f"{VERSION}/publish", MATERIAL_EDITS, {"note": "One page more", "same": "yes", **LOOKED}, ids=IDS),
    post(f"{VERSION}/discard", MATERIAL_EDITS, LOOKED, ids=IDS),
    get(VARIANT, MATERIAL_EDITS, ids=IDS),
    post(VARIANT, MATERIAL_EDITS, {"name": "reading.pdf", **LOOKED}, ids=IDS),
    post(f"{VARIANT}/remove", MATERIAL_EDITS, LOOKED, ids=IDS),
)

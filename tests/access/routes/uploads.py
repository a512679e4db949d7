"""Who may bring files, in parts, with a form, and many at once."""

from tests.access.entry import delete, get, post, put
from tests.access.facts import MATERIAL_EDITS, UPLOAD_STOPS, UPLOADER, holds
from training.people.rules import Permission

MANAGES = holds(Permission.MATERIAL_MANAGE, "program")
API, ONE = "/api/v1/uploads", "/api/v1/uploads/{upload_id}"
IDS = {"upload_id": "upload"}
OPEN = {"upload_id": "open_upload"}
OF_SESSION, OF_COURSE = "/materials/sessions/{session_id}/bulk", "/materials/courses/{course_id}/bulk"
NOTHING = {"ok": (422,), "why": "asked without a file"}
UNCHOSEN = {"ok": (303,), "why": "asked without files: it goes on to where they are chosen"}

ENTRIES = (
    post(API, MANAGES, {"name": "a.txt", "size": 3, "course_id": "@course"}),
    get(API, MANAGES, query={"course_id": "@course"}),
    get(ONE, UPLOADER, ids=IDS),
    put(f"{ONE}/parts/{{number}}", UPLOADER, b"abc", ids=IDS, ok=(204,)),
    post(f"{ONE}/finish", UPLOADER, ids=IDS, ok=(200, 409), why="asked with and without its parts"),
    delete(ONE, UPLOAD_STOPS, ids=OPEN),
    post("/materials/uploads/{upload_id}/stop", UPLOAD_STOPS, {}, ids=OPEN),
    post("/materials/uploads/stop", UPLOAD_STOPS, {"upload": "@open_upload"}),
    get(OF_SESSION, MATERIAL_EDITS),
    post(OF_SESSION, MATERIAL_EDITS, {}, **NOTHING),
    get(f"{OF_SESSION}/look", MATERIAL_EDITS, **UNCHOSEN),
    post(f"{OF_SESSION}/add", MATERIAL_EDITS, {}, **NOTHING),
    get(OF_COURSE, MANAGES),
    post(OF_COURSE, MANAGES, {}, **NOTHING),
    get(f"{OF_COURSE}/look", MANAGES, **UNCHOSEN),
    post(f"{OF_COURSE}/add", MANAGES, {}, **NOTHING),
)

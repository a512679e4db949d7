"""Who may ask what of check-in: at the door, on the screen, on one's own device."""

from tests.access.entry import get, post
from tests.access.facts import (
    ANYBODY,
    CODE_HOLDER,
    ONLY_OWN,
    SEES_ENROLLMENT,
    THEMSELVES,
    Rule,
    either,
    holds,
)
from training.people.rules import Permission

MARKS = either(
    "the session's trainers but a shadow, and `attendance.mark` in its program",
    holds(Permission.ATTENDANCE_MARK, "program"),
    Rule(words="", judge=lambda role, side: role.teaches == side.name),
)
ROOT, API = "/rosters/{meeting_id}", "/api/v1/meetings/{meeting_id}"
CODE, PLACE, KIOSK = {"token": "code_token"}, {"token": "place_token"}, {"token": "kiosk_token"}
EARLY = "before the roster opens a trainer is told when it does"
NOT_NOW = "nobody checks in long before the meeting"

ENTRIES = (
    get("/check-in/{token}", CODE_HOLDER, ids=CODE),
    post(
        "/check-in/{token}/in", MARKS, {"meeting_id": "@meeting"}, ids=CODE, ok=(303, 409), aside=("token",), why=EARLY
    ),
    get("/my/check-in/{enrollment_id}", THEMSELVES, ok=(303,)),
    get("/places/{token}/check-in", CODE_HOLDER, ids=PLACE, ok=(303,)),
    get("/here", ANYBODY),
    get("/here/{code}", ANYBODY),
    post("/here", ONLY_OWN, {"code": "482913"}, ok=(303, 404), why=NOT_NOW),
    get("/here/place/{token}", CODE_HOLDER, ids=PLACE),
    get("/here/place/{token}/{code}", CODE_HOLDER, ids=PLACE),
    post("/here/place/{token}/in", CODE_HOLDER, {"code": "482913"}, ids=PLACE, ok=(303, 404), why=NOT_NOW),
    get("/here/kiosk/{token}", CODE_HOLDER, ids=KIOSK, ok=(200, 410), why=NOT_NOW),
    post("/here/kiosk/{token}/in", CODE_HOLDER, {"code": "word"}, ids=KIOSK, ok=(303, 410), why=NOT_NOW),
    get(f"{ROOT}/scan", MARKS),
    post(f"{ROOT}/scan", MARKS, {"code": "@code_token"}, ok=(303, 422), aside=("code",), why=EARLY),
    get(f"{ROOT}/screen", MARKS),
    post(f"{ROOT}/self-check-in", MARKS, {"on": "yes"}),
    post(f"{API}/check-ins", MARKS, {"code": "@code_token"}, ok=(200, 409), aside=("code",), why=EARLY),
    get(f"{API}/check-ins/doubtful", MARKS),
    post(f"{API}/check-ins/{{check_in_id}}/decision", MARKS, {"confirm": False}),
    get(f"{API}/self-check-in", MARKS),
    post(f"{API}/self-check-in", MARKS, {"on": True}),
    post("/api/v1/check-in", ONLY_OWN, {"code": "482913"}, ok=(200, 404), why=NOT_NOW),
    get("/api/v1/enrollments/{enrollment_id}/check-in-code", SEES_ENROLLMENT),
)

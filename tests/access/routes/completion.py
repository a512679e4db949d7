"""Who may ask what of completion, of renewals, and of hours."""

from typing import Any

from tests.access.entry import get, post
from tests.access.facts import CODE_HOLDER, ONLY_OWN, holds
from training.people.rules import Permission

API = "/api/v1"
MANAGES = holds(Permission.CERTIFICATE_MANAGE, "program")
BOOKS = holds(Permission.PLACES_BOOK, "partner")
RULE = {"meetings": "some", "meetings_needed": "1"}
YES = {"completed": True, "reason": "Made up for it"}
EXCEPTION = f"{API}/enrollments/{{enrollment_id}}/completion-exception"
BY_HAND = "/manage/enrollments/{enrollment_id}/completion"
NONE: dict[str, Any] = {"ok": (200, 409), "why": "there may be nothing to take back"}
LIST = "/manage/sessions/{session_id}/completion"

ENTRIES = (
    get(f"{API}/completion-rules", MANAGES, query={"session": "@session"}),
    post(f"{API}/completion-rules", MANAGES, {"course_id": "@course", "meetings_needed": 1}),
    post(f"{API}/completion-rules/removal", MANAGES, {"course_id": "@course"}, **NONE),
    get(f"{API}/sessions/{{session_id}}/completions", MANAGES),
    post(EXCEPTION, MANAGES, YES),
    post(f"{EXCEPTION}/ending", MANAGES, {}, **NONE),
    get(f"{API}/partners/{{partner_id}}/renewals", BOOKS),
    get(f"{API}/reports/hours", ONLY_OWN),
    *(
        entry
        for kind, path in (
            ("program", "/manage/programs/{scope_id}/completion"),
            ("course", "/manage/courses/{scope_id}/completion"),
            ("session", "/manage/sessions/{scope_id}/completion/rule"),
        )
        for entry in (
            get(path, MANAGES, ids={"scope_id": kind}),
            post(path, MANAGES, RULE, ids={"scope_id": kind}),
            post(f"{path}/remove", MANAGES, {}, ids={"scope_id": kind}),
        )
    ),
    get(LIST, MANAGES),
    get(f"{LIST}/export/{{fmt}}", MANAGES),
    get(BY_HAND, MANAGES),
    post(BY_HAND, MANAGES, {"completed": "yes", "reason": "Made up for it"}),
    post(f"{BY_HAND}/end", MANAGES, {}),
    get("/places/{token}/progress", CODE_HOLDER, ids={"token": "place_token"}),
    get("/partners/{partner_id}/renewals", BOOKS),
    get("/partners/{partner_id}/renewals/export/{fmt}", BOOKS),
    get("/reports/hours", ONLY_OWN),
    get("/reports/hours/export/{who}/{fmt}", ONLY_OWN),
)

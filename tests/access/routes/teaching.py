"""Who may ask what about teaching: briefings, rosters that are still open, contested marks."""

from typing import Any

from tests.access.entry import get, post
from tests.access.facts import CODE_HOLDER, ONLY_OWN, THEMSELVES, holds
from tests.access.routes.rosters import MARKS, SEES
from training.people.rules import Permission

API = "/api/v1"
BRIEFING = "/sessions/{session_id}/briefing"
CONTESTS, CONTEST = "/rosters/sessions/{session_id}/contests", "/rosters/{meeting_id}/contests/{contest_id}"
HOURS = holds(Permission.HOURS_SEE, "program")
BY_MAIL, PLACE = "/rosters/by-mail/{token}", "/places/{token}/attendance"
ROSTER_LINK, PLACE_LINK = {"token": "roster_token"}, {"token": "place_token"}
CLAIM = {"meeting_id": "@meeting", "claims": "present"}
EARLY: dict[str, Any] = {"ok": (200, 409), "why": "before the roster opens they are told when it does"}
NOT_YET: dict[str, Any] = {"ok": (303, 409), "why": "before the roster opens they are told when it does"}
OPEN: dict[str, Any] = {"ok": (409,), "why": "the roster is still open", "aside": ("meeting_id",)}
ASIDE: dict[str, Any] = {"aside": ("meeting_id",)}

ENTRIES = (
    get(BRIEFING, SEES),
    get(f"{BRIEFING}/export/{{fmt}}", SEES),
    get(f"{BRIEFING}/materials/export/{{fmt}}", SEES),
    get("/teaching", ONLY_OWN),
    get("/teaching/export/{fmt}", ONLY_OWN),
    get("/manage/teaching", HOURS, query={"program": "@program"}),
    get("/manage/teaching/export/{fmt}", HOURS, query={"program": "@program"}),
    get(BY_MAIL, CODE_HOLDER, ids=ROSTER_LINK, **EARLY),
    post(f"{BY_MAIL}/close", CODE_HOLDER, {}, ids=ROSTER_LINK, **NOT_YET),
    get("/my/attendance/{enrollment_id}", THEMSELVES),
    post("/my/attendance/{enrollment_id}/contest", THEMSELVES, CLAIM, ok=(303,), **ASIDE),
    post("/my/attendance/{enrollment_id}/contest/withdraw", THEMSELVES, {"meeting_id": "@meeting"}, ok=(303,), **ASIDE),
    get(PLACE, CODE_HOLDER, ids=PLACE_LINK),
    post(f"{PLACE}/contest", CODE_HOLDER, {}, ids=PLACE_LINK),
    post(f"{PLACE}/contest/withdraw", CODE_HOLDER, {}, ids=PLACE_LINK),
    get(CONTESTS, SEES),
    get(f"{CONTESTS}/export/{{fmt}}", SEES),
    get(CONTEST, SEES),
    post(CONTEST, MARKS, {"decision": "refuse", "answer": "No"}, **NOT_YET),
    get(f"{API}/enrollments/{{enrollment_id}}/attendance", THEMSELVES),
    post(f"{API}/enrollments/{{enrollment_id}}/contests", THEMSELVES, CLAIM, **OPEN),
    post(f"{API}/enrollments/{{enrollment_id}}/contests/withdrawal", THEMSELVES, {"meeting_id": "@meeting"},
         ok=(200, 409), why="somebody answered, or they took it back already", **ASIDE),
    get(f"{API}/sessions/{{session_id}}/contests", SEES),
    post(f"{API}/contests/{{contest_id}}/decision", MARKS, {"granted": False, "answer": "No"}, ok=(200, 409),
         why="before the roster opens they are told when it does"),
)  # fmt: skip

"""Who may ask what of rosters and of what they come to, as pages."""

from typing import Any

from tests.access.entry import get, post
from tests.access.facts import ANYBODY
from tests.access.routes.rosters import MARKS, SEES

ROSTER, SESSION = "/rosters/{meeting_id}", "/rosters/sessions/{session_id}"
PERSON, OVERALL = f"{ROSTER}/people/{{enrollment_id}}", f"{SESSION}/people/{{enrollment_id}}"
COMER = {"partner_id": "@partner", "name": "New", "email": "new@mail.example"}
ON_IT = {"enrollment_id": "attended"}
EARLY: dict[str, Any] = {"ok": (303, 409), "why": "before the roster opens a trainer is told when it does"}

ENTRIES = (
    get("/rosters/worker.js", ANYBODY),
    get("/rosters/without-network", ANYBODY),
    get(ROSTER, SEES),
    post(ROSTER, MARKS, {"early": "yes"}, **EARLY),
    get(PERSON, SEES, ids=ON_IT),
    post(PERSON, MARKS, {"status": "present"}, ids=ON_IT, **EARLY),
    post(f"{ROSTER}/check-ins/{{check_in_id}}", MARKS, {"confirm": "no"}),
    get(f"{ROSTER}/changes", SEES),
    get(f"{ROSTER}/changes/export/{{fmt}}", SEES),
    get(f"{ROSTER}/close", SEES),
    post(f"{ROSTER}/close", MARKS, {}, **EARLY),
    post(f"{ROSTER}/reopen", MARKS, {"reason": "Wrong list"}, **EARLY),
    get(f"{ROSTER}/walk-in", SEES),
    post(
        f"{ROSTER}/walk-in", MARKS, COMER, ok=(303, 422), aside=("partner_id",),
        why="before the roster opens a trainer is told when it does",
    ),
    get(SESSION, SEES),
    get(f"{SESSION}/export/{{fmt}}", SEES),
    get(OVERALL, SEES, ids=ON_IT),
    post(
        OVERALL, MARKS, {"status": "", "reason": "Made up"}, ids=ON_IT, ok=(303, 409),
        why="asked with another version; before the meeting a correction can only be taken back",
    ),
)  # fmt: skip

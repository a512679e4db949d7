"""Who may ask what of attendance sheets and of lists of online meetings."""

from typing import Any

from tests.access.entry import get, post
from tests.access.routes.rosters import MARKS, SEES

ROSTER, LISTS = "/rosters/{meeting_id}", "/api/v1/meetings/{meeting_id}/online-lists"
PAGES = f"{ROSTER}/online-list"
LIST = "Name,Minutes\nSomebody,60\n"
NOT_YET = "before the roster opens a trainer is told when it does"
TAKEN: dict[str, Any] = {"ok": (303, 409), "why": NOT_YET}

ENTRIES = (
    get(f"{ROSTER}/sheet", SEES),
    get(f"{ROSTER}/sheet.pdf", SEES),
    get(PAGES, MARKS, ok=(200, 303, 409), why=NOT_YET),
    post(PAGES, MARKS, {"text": LIST}, **TAKEN),
    get(f"{PAGES}/{{list_id}}", MARKS, ok=(200, 409), why=NOT_YET),
    post(f"{PAGES}/{{list_id}}", MARKS, {"threshold": "30", "version": "1"}, **TAKEN),
    post(f"{PAGES}/{{list_id}}/forget", MARKS, {}, **TAKEN),
    post(LISTS, MARKS, {"text": LIST}, ok=(201, 409), why=NOT_YET),
    get(f"{LISTS}/{{list_id}}", MARKS),
    post(f"{LISTS}/{{list_id}}/application", MARKS, {}, ok=(200, 409, 412), why="asked with another version"),
)

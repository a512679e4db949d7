"""Who may ask what of calendars of one's own, from which we know when one is busy."""

from tests.access.entry import delete, get, post
from tests.access.facts import ONLY_OWN, OWNER

API = "/api/v1/me"
PAGE = "/account/busy"
OWN = {"source_id": "busy_source"}
ADDRESS = {"address": "https://calendar.example.org/a.ics"}

ENTRIES = (
    get(f"{API}/busy-sources", ONLY_OWN),
    post(f"{API}/busy-sources", ONLY_OWN, ADDRESS),
    post(f"{API}/busy-sources/{{source_id}}/read", OWNER, ids=OWN),
    delete(f"{API}/busy-sources/{{source_id}}", OWNER, ids=OWN),
    get(f"{API}/busy-times", ONLY_OWN),
    get(PAGE, ONLY_OWN),
    post(PAGE, ONLY_OWN, ADDRESS),
    post(f"{PAGE}/{{source_id}}/read", OWNER, ids=OWN),
    get(f"{PAGE}/{{source_id}}/remove", OWNER, ids=OWN),
    post(f"{PAGE}/{{source_id}}/remove", OWNER, ids=OWN),
)

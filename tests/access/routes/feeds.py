"""Who may ask what of addresses of calendars. What an address itself opens is tried in tests/feeds."""

from tests.access.entry import delete, get, post
from tests.access.facts import ONLY_OWN, OWNER, SEES_SESSION, holds
from training.people.rules import Permission

API = "/api/v1/feeds"
PAGE = "/account/calendars"
OWN = {"feed_id": "own_feed"}
FEED = {"kind": "mine", "label": "Phone"}

ENTRIES = (
    get(API, ONLY_OWN),
    post(API, ONLY_OWN, FEED),
    post(f"{API}/{{feed_id}}/renewals", OWNER, ids=OWN),
    delete(f"{API}/{{feed_id}}", OWNER, ids=OWN),
    delete("/api/v1/people/{person_id}/feeds", holds(Permission.PLATFORM_RUN), ok=(200,)),
    get(PAGE, ONLY_OWN),
    post(PAGE, ONLY_OWN, {"what": "mine", "label": "Phone"}, ok=(200,)),
    get(f"{PAGE}/{{feed_id}}/renew", OWNER, ids=OWN),
    post(f"{PAGE}/{{feed_id}}/renew", OWNER, ids=OWN, ok=(200,)),
    get(f"{PAGE}/{{feed_id}}/revoke", OWNER, ids=OWN),
    post(f"{PAGE}/{{feed_id}}/revoke", OWNER, ids=OWN),
    get("/sessions/{session_id}/calendar.ics", SEES_SESSION),
    get("/my/calendar", ONLY_OWN),
)

"""Who may ask what of certificates: those who know a code, who hold one, who look after the holders, who issue them."""

from tests.access.entry import get, post
from tests.access.facts import ONLY_OWN, Rule, holds
from training.people.rules import Permission

KNOWS_CODE = Rule(words="whoever knows the code", judge=lambda _role, _side: True, open=True)
ISSUES = holds(Permission.CERTIFICATE_MANAGE, "program")
ISSUES_SOME = holds(Permission.CERTIFICATE_MANAGE)
BOOKS_FOR = holds(Permission.PLACES_BOOK, "partner")
CODE, REASON = {"code": "certificate"}, {"reason": "Somebody else was there"}
NOBODY = "nobody has completed it"
PAGE, API = "/manage/sessions/{session_id}/certificates", "/api/v1"

ENTRIES = (
    get("/certificates", KNOWS_CODE),
    get("/certificates/{code}", KNOWS_CODE, ids=CODE),
    get("/certificates/{code}/file.pdf", KNOWS_CODE, ids=CODE),
    get("/certificates/{code}/badge.json", KNOWS_CODE, ids=CODE),
    get("/certificates/{code}/status.json", KNOWS_CODE, ids=CODE),
    get("/my/certificates", ONLY_OWN),
    get("/partners/{partner_id}/certificates", BOOKS_FOR),
    get("/partners/{partner_id}/certificates/export/{fmt}", BOOKS_FOR),
    get("/manage/certificates", ISSUES_SOME),
    get("/manage/certificates/export/{fmt}", ISSUES_SOME),
    get(PAGE, ISSUES),
    post(PAGE, ISSUES, {}, ok=(303, 409), why=NOBODY),
    get(f"{PAGE}/export/{{fmt}}", ISSUES),
    get(f"{PAGE}/all.pdf", ISSUES),
    get(f"{PAGE}/{{code}}/revoke", ISSUES, ids=CODE),
    post(f"{PAGE}/{{code}}/revoke", ISSUES, {**REASON, "version": "1"}, ids=CODE),
    get(f"{API}/certificates/{{code}}", KNOWS_CODE, ids=CODE),
    get(f"{API}/me/certificates", ONLY_OWN),
    get(f"{API}/partners/{{partner_id}}/certificates", BOOKS_FOR),
    get(f"{API}/certificates", ISSUES_SOME),
    get(f"{API}/sessions/{{session_id}}/certificates", ISSUES),
    post(f"{API}/sessions/{{session_id}}/certificates", ISSUES, {}, ok=(200, 409), why=NOBODY),
    post(f"{API}/certificates/{{code}}/revocation", ISSUES, REASON, ids=CODE),
)

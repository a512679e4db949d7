"""Who may ask what of the API."""

from typing import Any

from tests.access.entry import delete, get, patch, post
from tests.access.facts import (
    ANSWERS,
    ANYBODY,
    BOOKS,
    BOOKS_FOR,
    BY_PARTNER,
    INBOX_KEY,
    MANAGES,
    ONLY_OWN,
    ONLY_SEEN,
    OWNER,
    PARTY,
    READS_ANSWERS,
    SEES_CONTACTS,
    SEES_ENROLLMENT,
    SEES_PARTICIPATIONS,
    SEES_PARTNER,
    SEES_SESSION,
    SEES_SIGNED_IN,
    THEMSELVES,
    Rule,
    holds,
)
from training.people.rules import Permission

API = "/api/v1"
DRAFT = {"session_id": "draft"}
DRAFT_MEETING = {"session_id": "draft", "meeting_id": "draft_meeting"}
OWN_MEMBERSHIP, OWN_INVITATION = {"membership_id": "own_membership"}, {"membership_id": "own_invitation"}
TIMES = {"local_start": "2026-06-20T10:00:00", "local_end": "2026-06-20T12:00:00", "accept_warnings": True}
CONTACT = {"kind": "hub", "name": "Helpline", "email": "help@new.example"}
QUESTION = {"kind": "line", "label": "Anything we should know?"}
TERMS = {"title": "Pictures", "body": "May we?", "required": False}
ONE_WAY: dict[str, Any] = {"ok": (409,), "why": "asked in a session held in one way"}
TOKEN = {"label": "Calendar", "scopes": ["read"]}
PREREQUISITE = {"course_id": "advanced", "required_id": "course"}
BOOKING: dict[str, Any] = {"partner_id": "@partner", "people": [{"membership_id": "@bookable"}]}
OR_EMPTY: dict[str, Any] = {
    "aside": ("partner_id", "venue_id"),
    "why": "for staff and managers an unknown one is empty",
}
PLANS = holds(Permission.SESSION_MANAGE)
VENUES = holds(Permission.VENUE_MANAGE)
PROGRAMS = holds(Permission.PROGRAM_MANAGE, "program")
COURSES = holds(Permission.COURSE_MANAGE, "program")
SEES_MESSAGES, SEES_MESSAGE = holds(Permission.OUTBOX_SEE), holds(Permission.OUTBOX_SEE, "program")
STEERS_MESSAGE = holds(Permission.OUTBOX_MANAGE, "program")
PLATFORM = holds(Permission.PLATFORM_RUN)
NOBODY = "00000000-0000-7000-8000-000000000000"
FILES = holds(Permission.PLACES_BOOK, "partner")
LISTED = Rule(words="whose place it is, where the session lists people", judge=lambda _role, _side: False)
NOBODY_LISTED = "nobody asked here has such a place: tests/booking/test_actions/test_listing.py"

WISH = {"email": "new@mail.example", "name": "N", "zone": "UTC"}

ENTRIES = (
    get("/health/live", ANYBODY),
    get("/health/ready", ANYBODY),
    get("/api/openapi.json", ANYBODY),
    # people
    post(f"{API}/sign-in-links", ANYBODY, {"email": "new@mail.example"}),
    post(f"{API}/sign-ins", ANYBODY, {"token": "@sign_in_token"}),
    get(f"{API}/me", ONLY_OWN),
    patch(f"{API}/me", ONLY_OWN, {"name": "Robin"}),
    get(f"{API}/me/mail", ONLY_OWN),
    patch(f"{API}/me/mail", ONLY_OWN, {"digests": False}),
    get(f"{API}/sign-ins", ONLY_OWN),
    delete(f"{API}/sign-ins", ONLY_OWN),
    delete(f"{API}/sign-ins/{{sign_in_id}}", OWNER),
    get(f"{API}/devices", ONLY_OWN),
    post(f"{API}/devices", ONLY_OWN, {"label": "Phone"}),
    delete(f"{API}/devices/{{device_id}}", OWNER, ids={"device_id": "own_device"}),
    get(f"{API}/tokens", ONLY_OWN),
    post(f"{API}/tokens", ONLY_OWN, TOKEN),
    delete(f"{API}/tokens/{{token_id}}", OWNER, ids={"token_id": "own_token"}),
    # catalogue
    get(f"{API}/programs", ANYBODY),
    post(f"{API}/programs", holds(Permission.PROGRAM_CREATE), {"name": "New program"}),
    get(f"{API}/programs/{{program_id}}", ANYBODY),
    patch(f"{API}/programs/{{program_id}}", PROGRAMS, {"summary": "Changed"}),
    get(f"{API}/programs/{{program_id}}/moments", ANYBODY),
    post(f"{API}/programs/{{program_id}}/moments", PROGRAMS, {"name": "Day", "starts_on": "2026-06-01"}),
    get(f"{API}/programs/{{program_id}}/courses", ANYBODY),
    post(f"{API}/programs/{{program_id}}/courses", COURSES, {"title": "New course", "capacity_in_person": 5}),
    patch(f"{API}/moments/{{moment_id}}", PROGRAMS, {"name": "Changed"}),
    delete(f"{API}/moments/{{moment_id}}", PROGRAMS),
    get(f"{API}/courses/{{course_id}}", ANYBODY),
    patch(f"{API}/courses/{{course_id}}", COURSES, {"summary": "Changed"}),
    get(f"{API}/courses/{{course_id}}/prerequisites", ANYBODY, ids={"course_id": "advanced"}),
    post(f"{API}/courses/{{course_id}}/prerequisites", COURSES, {"required_course_id": "@third"}),
    delete(f"{API}/courses/{{course_id}}/prerequisites/{{required_id}}", COURSES, ids=PREREQUISITE),
    get(f"{API}/venues", VENUES),
    post(f"{API}/venues", VENUES, {"name": "Hall", "zone": "UTC"}),
    get(f"{API}/venues/{{venue_id}}", VENUES),
    patch(f"{API}/venues/{{venue_id}}", VENUES, {"name": "Hall"}),
    get(f"{API}/venues/{{venue_id}}/rooms", VENUES, **OR_EMPTY),
    post(f"{API}/venues/{{venue_id}}/rooms", VENUES, {"name": "Red room"}),
    get(f"{API}/rooms", VENUES, query={"venue_id": "@venue"}),
    get(f"{API}/rooms/{{room_id}}", VENUES),
    patch(f"{API}/rooms/{{room_id}}", VENUES, {"name": "Red room"}),
    # partners
    get(f"{API}/partners", ONLY_OWN),
    post(f"{API}/partners", PROGRAMS, {"name": "New partner", "program_id": "@program"}),
    get(f"{API}/partners/{{partner_id}}", SEES_PARTNER),
    patch(f"{API}/partners/{{partner_id}}", BY_PARTNER, {"country": "IE"}),
    get(f"{API}/partners/{{partner_id}}/chapters", SEES_PARTNER),
    get(f"{API}/partners/{{partner_id}}/members", BY_PARTNER, **OR_EMPTY),
    post(f"{API}/partners/{{partner_id}}/members", BY_PARTNER, {"email": "new@mail.example"}),
    get(f"{API}/partners/{{partner_id}}/contacts", SEES_CONTACTS, **OR_EMPTY),
    post(f"{API}/partners/{{partner_id}}/contacts", BY_PARTNER, CONTACT),
    get(f"{API}/partners/{{partner_id}}/participations", SEES_PARTICIPATIONS, **OR_EMPTY),
    post(f"{API}/partners/{{partner_id}}/participations", PROGRAMS, {"program_id": "@program"}),
    delete(f"{API}/partners/{{partner_id}}/participations/{{program_id}}", PROGRAMS),
    get(f"{API}/members/{{membership_id}}", BY_PARTNER),
    patch(f"{API}/members/{{membership_id}}", BY_PARTNER, {"name": "Changed"}),
    post(f"{API}/members/{{membership_id}}/end", BY_PARTNER),
    post(f"{API}/members/{{membership_id}}/repair", BY_PARTNER, {"contact_email": "new@mail.example"}),
    get(f"{API}/partners/{{partner_id}}/unreached", BY_PARTNER),
    patch(f"{API}/contacts/{{contact_id}}", BY_PARTNER, {"phone": "+353 1 2345678"}),
    delete(f"{API}/contacts/{{contact_id}}", BY_PARTNER),
    post(f"{API}/contacts/{{contact_id}}/check", BY_PARTNER),
    get(f"{API}/me/memberships", ONLY_OWN),
    post(f"{API}/me/memberships/{{membership_id}}/accept", OWNER, ids=OWN_INVITATION),
    post(f"{API}/me/memberships/{{membership_id}}/end", OWNER, ids=OWN_MEMBERSHIP),
    get(f"{API}/partners/{{partner_id}}/tokens", BY_PARTNER),
    post(f"{API}/partners/{{partner_id}}/tokens", BY_PARTNER, TOKEN),
    delete(f"{API}/partners/{{partner_id}}/tokens/{{token_id}}", BY_PARTNER, ids={"token_id": "partner_token"}),
    # schedule
    get(f"{API}/sessions", ONLY_SEEN, query={"program_id": "@program", "course_id": "@course"}),
    post(f"{API}/sessions", MANAGES, {"course_id": "@course", "partner_ids": ["@partner"]}),
    get(f"{API}/sessions/{{session_id}}", SEES_SESSION),
    patch(f"{API}/sessions/{{session_id}}", MANAGES, {"summary": "Changed"}, ids=DRAFT),
    post(f"{API}/sessions/{{session_id}}/publish", MANAGES, ids=DRAFT),
    post(f"{API}/sessions/{{session_id}}/confirm", MANAGES),
    post(f"{API}/sessions/{{session_id}}/cancel", MANAGES, {"reason": "Storm"}),
    post(f"{API}/sessions/{{session_id}}/move", MANAGES, {"meetings": [{"meeting_id": "@meeting", "title": "M"}]}),
    get(f"{API}/sessions/{{session_id}}/meetings", SEES_SESSION),
    post(f"{API}/sessions/{{session_id}}/meetings", MANAGES, {**TIMES, "room_id": "@room"}, ids=DRAFT),
    patch(f"{API}/meetings/{{meeting_id}}", MANAGES, {"title": "M"}),
    delete(f"{API}/meetings/{{meeting_id}}", MANAGES, ids=DRAFT_MEETING),
    get(f"{API}/sessions/{{session_id}}/trainers", SEES_SESSION),
    post(f"{API}/sessions/{{session_id}}/trainers", MANAGES, {"person_id": "@trainer", "accept_warnings": True}),
    delete(f"{API}/sessions/{{session_id}}/trainers/{{person_id}}", MANAGES, ids={"person_id": "trainer"}),
    # booking
    post(f"{API}/sessions/{{session_id}}/bookings", BOOKS, BOOKING),
    post(f"{API}/sessions/{{session_id}}/bookings/preview", BOOKS, BOOKING),
    get(f"{API}/bookings/{{booking_id}}/enrollments", SEES_ENROLLMENT),
    get(f"{API}/sessions/{{session_id}}/enrollments", SEES_SIGNED_IN),
    get(f"{API}/sessions/{{session_id}}/attendees", SEES_SIGNED_IN),
    post(f"{API}/enrollments/{{enrollment_id}}/listed", LISTED, {"listed": True}, why=NOBODY_LISTED),
    post(f"{API}/partners/{{partner_id}}/enrollment-files", FILES, {"text": "email,session\nnew@mail.example,Nothing"}),
    get(f"{API}/enrollments/{{enrollment_id}}", SEES_ENROLLMENT),
    post(f"{API}/enrollments/{{enrollment_id}}/cancel", SEES_ENROLLMENT, {}),
    post(f"{API}/enrollments/{{enrollment_id}}/keep", SEES_ENROLLMENT),
    post(
        f"{API}/enrollments/{{enrollment_id}}/give-place",
        MANAGES,
        {"reason": "Asked"},
        ids={"enrollment_id": "waiting"},
    ),
    post(f"{API}/bookings/{{booking_id}}/party", PARTY, {"together": True}),
    post(f"{API}/enrollments/{{enrollment_id}}/replace", PARTY, {"person": {"membership_id": "@bookable"}}),
    post(f"{API}/enrollments/{{enrollment_id}}/move", SEES_ENROLLMENT, {"session_id": "@second_session"}),
    post(f"{API}/enrollments/{{enrollment_id}}/mode", SEES_ENROLLMENT, {"accepts": ["in_person"]}, **ONE_WAY),
    post(f"{API}/sessions/{{session_id}}/requests", SEES_SESSION, WISH, ok=(201, 409)),
    post(f"{API}/enrollments/{{enrollment_id}}/take-offer", SEES_ENROLLMENT, ok=(200, 409)),
    post(f"{API}/bookings/{{booking_id}}/undo", PARTY),
    post(f"{API}/enrollments/{{enrollment_id}}/undo", SEES_ENROLLMENT, ids={"enrollment_id": "gone"}),
    # places without a name
    get(f"{API}/sessions/{{session_id}}/open-places", SEES_SIGNED_IN),
    get(f"{API}/partners/{{partner_id}}/open-places", BOOKS_FOR),
    get(f"{API}/open-places/{{open_place_id}}", PARTY),
    post(f"{API}/open-places/{{open_place_id}}/name", PARTY, {"person": {"membership_id": "@bookable"}}),
    post(f"{API}/open-places/{{open_place_id}}/link", PARTY, {"send_to": "new@mail.example"}),
    post(f"{API}/open-places/{{open_place_id}}/release", PARTY, {"reason": "Asked"}),
    # inbox
    post(f"{API}/inbox/mail", INBOX_KEY, {"kind": "bounce", "recipient": "new@mail.example"}),
    get(f"{API}/inbox/review", PLATFORM),
    post(f"{API}/inbox/review/{{mail_id}}/nothing", PLATFORM, ids={"mail_id": "doubtful_mail"}),
    post(
        f"{API}/inbox/review/{{mail_id}}/bounce",
        PLATFORM,
        {"recipient": "new@mail.example"},
        ids={"mail_id": "doubtful_mail"},
    ),
    # questions and terms
    get(f"{API}/courses/{{course_id}}/questions", COURSES),
    post(f"{API}/courses/{{course_id}}/questions", COURSES, QUESTION),
    post(f"{API}/courses/{{course_id}}/questions/order", COURSES, {"question_ids": ["@question"]}),
    get(f"{API}/courses/{{course_id}}/terms", COURSES),
    post(f"{API}/courses/{{course_id}}/terms", COURSES, TERMS),
    get(f"{API}/programs/{{program_id}}/terms", PROGRAMS),
    post(f"{API}/programs/{{program_id}}/terms", PROGRAMS, TERMS),
    get(f"{API}/sessions/{{session_id}}/questions", MANAGES),
    post(f"{API}/sessions/{{session_id}}/questions", MANAGES, QUESTION),
    post(f"{API}/sessions/{{session_id}}/questions/order", MANAGES, {"question_ids": []}),
    get(f"{API}/sessions/{{session_id}}/terms", MANAGES),
    post(f"{API}/sessions/{{session_id}}/terms", MANAGES, TERMS),
    get(f"{API}/questions/{{question_id}}", COURSES),
    patch(f"{API}/questions/{{question_id}}", COURSES, {"label": "Changed"}),
    post(f"{API}/questions/{{question_id}}/retire", COURSES),
    get(f"{API}/terms/{{terms_id}}", PROGRAMS),
    patch(f"{API}/terms/{{terms_id}}", PROGRAMS, {"title": "Changed"}),
    get(f"{API}/terms/{{terms_id}}/versions", PROGRAMS),
    post(f"{API}/terms/{{terms_id}}/versions", PROGRAMS, {"body": "Other words"}),
    post(f"{API}/terms/{{terms_id}}/retire", PROGRAMS),
    get(f"{API}/sessions/{{session_id}}/answers", READS_ANSWERS),
    get(f"{API}/enrollments/{{enrollment_id}}/questions", ANSWERS),
    post(f"{API}/enrollments/{{enrollment_id}}/answers", ANSWERS, {}),
    post(f"{API}/enrollments/{{enrollment_id}}/consents/{{consent_id}}/withdraw", THEMSELVES),
    # reminders
    get(f"{API}/announcements", PLANS),
    post(f"{API}/announcements", MANAGES, {"subject": "S", "words": "W", "program_id": "@program"}),
    get(f"{API}/announcements/{{announcement_id}}", MANAGES),
    get(f"{API}/announcements/{{announcement_id}}/reach", MANAGES),
    patch(f"{API}/announcements/{{announcement_id}}", MANAGES, {"subject": "Changed"}),
    delete(f"{API}/announcements/{{announcement_id}}", MANAGES),
    post(f"{API}/announcements/{{announcement_id}}/test", MANAGES),
    post(f"{API}/announcements/{{announcement_id}}/schedule", MANAGES, {"local_time": "2030-06-01T10:00:00"}),
    post(f"{API}/announcements/{{announcement_id}}/stop", MANAGES, ids={"announcement_id": "scheduled"}),
    get(f"{API}/reminder-plans", MANAGES, query={"session": "@session"}),
    post(f"{API}/reminder-plans", MANAGES, {"key": "new", "offset_minutes": -60, "session_id": "@session"}),
    get(f"{API}/reminder-plans/{{plan_id}}", MANAGES),
    patch(f"{API}/reminder-plans/{{plan_id}}", MANAGES, {"active": False}),
    delete(f"{API}/reminder-plans/{{plan_id}}", MANAGES),
    post(f"{API}/reminder-plans/switch", MANAGES, {"key": "week-before", "active": False, "session_id": "@session"}),
    get(f"{API}/sessions/{{session_id}}/reminders", MANAGES),
    post(f"{API}/sessions/{{session_id}}/reminders/stop", MANAGES, {"person_id": NOBODY}),
    post(f"{API}/sessions/{{session_id}}/reminders/resume", MANAGES, {"person_id": NOBODY}),
    get(f"{API}/me/reminders", ONLY_OWN),
    # desk
    get(f"{API}/messages", SEES_MESSAGES),
    get(f"{API}/messages/{{message_id}}", SEES_MESSAGE),
    post(f"{API}/messages/{{message_id}}/send-again", STEERS_MESSAGE),
    post(f"{API}/messages/{{message_id}}/take-back", STEERS_MESSAGE, ids={"message_id": "waiting_message"}),
)

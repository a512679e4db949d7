"""What each POST of the API is sent, by operation, so that no new one escapes the test of keys."""

from typing import Any

from training.base.structs import Frozen


class Keyed(Frozen, frozen=True, kw_only=True):
    """A request that does something, and another body that would do something else.

    Words in braces are facts of the world (`facts.py`). `given` names what has happened before (`situations.py`).
    `version`: what If-Match says. `path`: which thing, where it matters.
    """

    body: dict[str, Any] = {}
    other: dict[str, Any] = {}
    role: str = "staff"
    path: dict[str, str] = {}
    version: str = ""
    state: str = "published"
    asked: bool = False
    given: str = ""


OF_SESSION = "{session_version}"
MEETING = {"local_start": "2026-06-01T10:00:00", "local_end": "2026-06-01T12:00:00", "zone": "UTC"}
LATER = {**MEETING, "local_start": "2026-06-01T11:00:00"}
COURSE = {"title": "Listening", "mode": "online", "capacity_online": 5}
HANA = {"kind": "hub", "name": "Hana", "email": "hana@example.org"}
DRAFT = {"course_id": "{course_id}"}
DAY = {"name": "Day", "starts_on": "2026-10-10"}
REASON, SICK = {"reason": "Ill"}, {"reason": "Sick"}
SOMEBODY = {"person": {"membership_id": "{free_member_id}"}}
NEWCOMER = {"person": {"email": "new@example.org", "name": "New"}}
TEA, COFFEE = ({"answers": [{"question_id": "{question_id}", "value": drink}]} for drink in ("Tea", "Coffee"))
QUESTION = {"kind": "line", "label": "What do you drink?"}
TERMS = {"title": "Photos", "body": "We take photos."}
ROOMS = {"subject": "Rooms", "words": "Upstairs."}
TOMORROW = {"local_time": "2026-06-01T10:00:00"}
OF_ITS_SESSION = {"session_id": "{session_id}"}
THREE_DAYS = {**OF_ITS_SESSION, "key": "three-days", "offset_minutes": -4320}
REMINDED = {"person_id": "{reminded_id}"}
OWN = {"enrollment_id": "{own_id}"}
PARTY = {"booking_id": "{party_id}"}
PARTICIPANTS = "Name,Minutes\nNorthern Line 0,60\n"
MEETING_ONE = {"meeting_id": "{meeting_id}"}
PRESENT, NO_SHOW = ({"marks": [{"enrollment_id": "{own_id}", "status": status}]} for status in ("present", "no-show"))
READING = {"title": "Reading"}
NEXT_VERSION = {"material_version_id": "{draft_version_id}"}
WORDS, OTHER_WORDS = ({"kind": "note", "name": "Words", "body": body} for body in ("Hello", "Bye"))
AT_THE_DOOR = {"partner_id": "{partner_id}", "reason": "Came a long way"}
# Operations that take no key, each with its reason; docs/howto/use-the-api.md tells them.
WITHOUT_KEY = {
    "upload_finish": "what is finished is told again",
    "sign_in_ask": "the answer is the same for everybody, and a newer link does no harm",
    "sign_in_sign_in": "a link works once, and the bearer in the answer is kept nowhere to be told again",
    "token_make": "the secret in the answer is kept nowhere to be told again",
    "feed_make": "the secret in the answer is kept nowhere to be told again",
    "feed_renew": "the secret in the answer is kept nowhere to be told again",
    "device_add": "the secret in the answer is kept nowhere to be told again",
    "partner_token_make": "the secret in the answer is kept nowhere to be told again",
    "open_place_link": "the link in the answer is kept nowhere to be told again",
    "booking_preview": "changes nothing",
    "inbox_take": "the mail itself is known again",
}
WITH_KEY = {
    "completion_rule_set": Keyed(
        body={"course_id": "{course_id}", "meetings_needed": 1},
        other={"course_id": "{course_id}", "meetings_needed": 2},
    ),
    "completion_rule_remove": Keyed(
        body={"course_id": "{course_id}"}, other={"program_id": "{program_id}"}, given="ruled"
    ),
    "completion_decide": Keyed(
        body={"completed": True, "reason": "Made up"}, other={"completed": False, "reason": "Made up"}, path=OWN
    ),
    "completion_end": Keyed(body={}, other={"version": 7}, path=OWN, given="decided_by_hand"),
    "busy_add": Keyed(
        body={"address": "https://calendar.example.org/b.ics"}, other={"address": "https://calendar.example.org/c.ics"}
    ),
    "check_in_scan": Keyed(body={"code": "{code_token}"}, other={"code": "KX7-M4T"}, given="checking_in"),
    "check_in_switch": Keyed(body={"on": True}, other={"on": False}, given="on_the_day"),
    "check_in_decide": Keyed(
        body={"confirm": True},
        other={"confirm": False},
        path={"check_in_id": "{check_in_id}"},
        given="checking_in",
    ),
    "self_check_in_check_in": Keyed(body={"code": "{word}"}, other={"code": "no"}, role="learner", given="checking_in"),
    "busy_read": Keyed(path={"source_id": "{busy_source_id}"}),
    "program_create": Keyed(body={"name": "Autumn"}, other={"name": "Winter"}),
    "program_add_moment": Keyed(body=DAY, other={**DAY, "name": "Other"}),
    "program_create_course": Keyed(body=COURSE, other={**COURSE, "title": "Other"}),
    "course_add_prerequisite": Keyed(
        body={"required_course_id": "{other_course_id}"}, other={"required_course_id": "{course_id}"}
    ),
    "venue_create": Keyed(body={"name": "Hall", "zone": "UTC"}, other={"name": "Pier", "zone": "UTC"}),
    "room_add": Keyed(body={"name": "Red room"}, other={"name": "Green room"}),
    "partner_create": Keyed(body={"name": "Lighthouse"}, other={"name": "Beacon"}),
    "member_invite": Keyed(role="coordinator", body={"email": "a@example.org"}, other={"email": "b@example.org"}),
    "member_end": Keyed(role="coordinator", version="1"),
    "member_repair": Keyed(
        role="coordinator",
        version="1",
        body={"contact_email": "repaired@example.org"},
        other={"contact_email": "other@example.org"},
    ),
    "contact_add": Keyed(role="coordinator", body=HANA, other={**HANA, "name": "Other"}),
    "contact_check": Keyed(role="coordinator"),
    "participation_join": Keyed(
        path={"partner_id": "{lonely_id}"}, body={"program_id": "{program_id}"}, other={"program_id": "{course_id}"}
    ),
    "own_membership_accept": Keyed(path={"membership_id": "{invited_id}"}, asked=True),
    "own_membership_leave": Keyed(path={"membership_id": "{invited_id}"}, asked=True),
    "session_create": Keyed(body=DRAFT, other={**DRAFT, "title": "Other"}),
    "session_publish": Keyed(version=OF_SESSION, state="draft"),
    "session_confirm": Keyed(version=OF_SESSION),
    "session_cancel": Keyed(version=OF_SESSION, body=REASON, other=SICK),
    "session_move": Keyed(
        version=OF_SESSION,
        body={"meetings": [{"meeting_id": "{meeting_id}", **MEETING}]},
        other={"meetings": [{"meeting_id": "{meeting_id}", **LATER}]},
    ),
    "meeting_add": Keyed(version=OF_SESSION, body=MEETING, other=LATER, state="draft"),
    "meeting_assign": Keyed(
        version=OF_SESSION, body={"person_id": "{manager_id}"}, other={"person_id": "{manager_id}", "role": "co"}
    ),
    "booking_book": Keyed(
        role="coordinator",
        body={"partner_id": "{partner_id}", "people": [{"membership_id": "{free_member_id}"}]},
        other={"partner_id": "{partner_id}", "people": [{"email": "new@example.org"}]},
    ),
    "enrollment_cancel": Keyed(role="coordinator", version="1", body=REASON, other=SICK),
    "enrollment_keep": Keyed(role="coordinator", given="declined_in_calendar"),
    "enrollment_give_place": Keyed(
        path={"enrollment_id": "{waiting_id}"}, version="1", body={"reason": "Late"}, other={"reason": "A guest"}
    ),
    "answer_give": Keyed(role="learner", path=OWN, body=TEA, other=COFFEE),
    "answer_withdraw": Keyed(role="learner", path=OWN),
    "answer_offer_take_offer": Keyed(role="learner", path=OWN, version="1", given="offered"),
    "answer_offer_undo": Keyed(
        role="coordinator", path={"enrollment_id": "{waiting_id}"}, version="2", given="left_the_queue"
    ),
    "answer_offer_undo_booking": Keyed(role="coordinator", path=PARTY),
    "attendee_choose": Keyed(
        role="learner", path=OWN, version="1", body={"listed": True}, other={"listed": False}, given="listing"
    ),
    "request_request_place": Keyed(role="coordinator", body={}, other={"accept_clashes": True}, given="open_to_all"),
    "change_mode": Keyed(
        role="coordinator",
        path=OWN,
        version="1",
        body={"accepts": ["online"]},
        other={"accepts": ["in_person"]},
        given="hybrid",
    ),
    "change_move": Keyed(
        role="coordinator",
        path=OWN,
        version="1",
        body={"session_id": "{other_session_id}"},
        other={"session_id": "{session_id}"},
        given="another_date",
    ),
    "change_party": Keyed(role="coordinator", path=PARTY, body={"together": True}, other={"together": False}),
    "change_replace": Keyed(role="coordinator", path=OWN, version="1", body=SOMEBODY, other=NEWCOMER),
    "enrollment_file_enroll": Keyed(
        role="coordinator",
        body={"text": "name;e-mail;session\nAna;ana@x.example;{session_id}"},
        other={"text": "name;e-mail;session\nBen;ben@x.example;{session_id}"},
    ),
    "open_place_name": Keyed(role="coordinator", version="1", body=SOMEBODY, other=NEWCOMER),
    "open_place_release": Keyed(role="coordinator", version="1", body=REASON, other=SICK),
    "doubtful_mail_nothing": Keyed(path={"mail_id": "{doubtful_id}"}, given="doubtful"),
    "doubtful_mail_bounce": Keyed(
        path={"mail_id": "{doubtful_id}"},
        body={"recipient": "ada@example.org"},
        other={"recipient": "eve@example.org"},
        given="doubtful",
    ),
    "message_send_again": Keyed(path={"message_id": "{failed_id}"}, given="undelivered"),
    "message_take_back": Keyed(path={"message_id": "{mail_id}"}, given="undelivered"),
    "question_add_to_course": Keyed(body=QUESTION, other={**QUESTION, "label": "Other"}),
    "question_add_to_session": Keyed(body=QUESTION, other={**QUESTION, "label": "Other"}),
    "question_order_of_course": Keyed(
        body={"question_ids": ["{next_question_id}", "{question_id}"]},
        other={"question_ids": ["{question_id}", "{next_question_id}"]},
    ),
    "question_order_of_session": Keyed(
        body={"question_ids": ["{next_session_question_id}", "{session_question_id}"]},
        other={"question_ids": ["{session_question_id}", "{next_session_question_id}"]},
    ),
    "question_retire": Keyed(version="1"),
    "terms_add_to_course": Keyed(body=TERMS, other={**TERMS, "title": "Other"}),
    "terms_add_to_program": Keyed(body=TERMS, other={**TERMS, "title": "Other"}),
    "terms_add_to_session": Keyed(body=TERMS, other={**TERMS, "title": "Other"}),
    "terms_publish": Keyed(version="1", body={"body": "Be very kind."}, other={"body": "Be kind, please."}),
    "terms_retire": Keyed(version="1"),
    "announcement_draft": Keyed(
        body={**ROOMS, "session_id": "{session_id}"}, other={**ROOMS, "program_id": "{program_id}"}
    ),
    "announcement_test": Keyed(role="manager"),
    "announcement_schedule": Keyed(version="1", body=TOMORROW, other={**TOMORROW, "zone": "Europe/Dublin"}),
    "announcement_stop": Keyed(given="scheduled"),
    "roster_mark": Keyed(path=MEETING_ONE, body=PRESENT, other=NO_SHOW, given="on_the_day"),
    "roster_mark_rest": Keyed(path=MEETING_ONE, body={}, other={"except_ids": ["{own_id}"]}, given="on_the_day"),
    "roster_close": Keyed(path=MEETING_ONE, body={}, other={"rest": "present"}, given="recorded"),
    "roster_reopen": Keyed(path=MEETING_ONE, body=REASON, other=SICK, given="closed_roster"),
    "roster_walk_in": Keyed(
        path=MEETING_ONE,
        body={**AT_THE_DOOR, "membership_id": "{free_member_id}"},
        other={**AT_THE_DOOR, "name": "New", "email": "new@example.org"},
        given="on_the_day",
    ),
    "attendance_correct": Keyed(
        path=OWN,
        version="0",
        body={"status": "present", **REASON},
        other={"status": "excused", **REASON},
        given="on_the_day",
    ),
    "online_list_take": Keyed(body={"text": PARTICIPANTS}, other={"text": f"{PARTICIPANTS}Bo,5\n"}, given="on_the_day"),
    "online_list_apply": Keyed(
        path={"list_id": "{list_id}"},
        version="1",
        body={"threshold_minutes": 30},
        other={"threshold_minutes": 40},
        given="listed_online",
    ),
    "own_attendance_contest": Keyed(
        path=OWN,
        body={"meeting_id": "{meeting_id}", "claims": "late"},
        other={"meeting_id": "{meeting_id}", "claims": "excused"},
        role="learner",
        given="closed_roster",
    ),
    "own_attendance_withdraw": Keyed(
        path=OWN,
        body={"meeting_id": "{meeting_id}"},
        other={"meeting_id": "{session_id}"},
        role="learner",
        given="contested",
    ),
    "contest_decide": Keyed(
        path={"contest_id": "{contest_id}"},
        body={"granted": False, "answer": "No"},
        other={"granted": True},
        given="contested",
    ),
    "managed_certificate_issue": Keyed(body={}, other={"again": True}, given="completed"),
    "managed_certificate_revoke": Keyed(
        path={"code": "{certificate_code}"}, body=REASON, other=SICK, given="certified"
    ),
    "survey_add_to_program": Keyed(body={"label": "Useful?"}, other={"label": "Too long?"}),
    "survey_add_to_course": Keyed(body={"label": "Useful?"}, other={"label": "Too long?"}),
    "reminder_plan_add": Keyed(body=THREE_DAYS, other={**THREE_DAYS, "key": "other"}),
    "reminder_plan_switch": Keyed(
        body={**OF_ITS_SESSION, "key": "week-before", "active": False},
        other={**OF_ITS_SESSION, "key": "day-before", "active": False},
    ),
    "reminder_stop": Keyed(given="reminded", body=REMINDED, other={**REMINDED, "key": "day-before"}),
    "reminder_resume": Keyed(given="stopped", body=REMINDED, other={**REMINDED, "key": "day-before"}),
    "upload_begin": Keyed(
        body={"name": "a.txt", "size": 3, "course_id": "{course_id}"},
        other={"name": "a.txt", "size": 4, "course_id": "{course_id}"},
    ),
    "session_material_add": Keyed(body=READING, other={**READING, "prework": True}),
    "session_material_copy": Keyed(
        body={"course_id": "{course_id}", "material_ids": ["{course_material_id}"]},
        other={"course_id": "{course_id}", "material_ids": []},
        given="next_version",
    ),
    "course_material_add": Keyed(body=READING, other={**READING, "prework": True}),
    "course_material_copy": Keyed(
        body={**OF_ITS_SESSION, "material_ids": ["{material_id}"]},
        other={**OF_ITS_SESSION, "material_ids": []},
        given="next_version",
    ),
    "material_withdraw": Keyed(version="1"),
    "material_begin": Keyed(),
    "material_version_add": Keyed(path=NEXT_VERSION, version="1", body=WORDS, other=OTHER_WORDS, given="next_version"),
    "material_version_publish": Keyed(
        path=NEXT_VERSION, version="1", body={"note": "New"}, other={"note": "Newer"}, given="next_version"
    ),
}

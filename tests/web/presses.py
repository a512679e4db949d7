"""What each form of the pages holds when it is sent, by route, so that no new one escapes the test of presses."""

from typing import Any

from tests.web.materials import FORMS as MATERIALS
from training.base.structs import Frozen


class Case(Frozen, frozen=True, kw_only=True):
    """A form that does something: who sends it, what is in it, what stands in its address where that matters.

    Words in braces are facts of the world (`facts.py`). `given` names what has happened before (`situations.py`).
    `twice`: without a token, sending it twice does it twice. `state` is the session's before; `asked`, whether the
    invitation was mailed before. `shows`: the answer is a page, with what is told this once.
    """

    body: dict[str, Any] = {}
    role: str = "staff"
    path: dict[str, str] = {}
    twice: bool = False
    state: str = "published"
    asked: bool = False
    given: str = ""
    shows: bool = False


SESSION = "/manage/sessions/{session_id:uuid}"
PARTNER = "/partners/{partner_id:uuid}"
PROGRAM = "/manage/programs/{program_id:uuid}"
ROSTER = f"{SESSION}/roster/{{enrollment_id:uuid}}"
COURSE = {"title": "Listening", "language": "en", "mode": "online", "capacity_online": "5", "audience": "public"}
ENROLLMENT = "/enrollments/{enrollment_id:uuid}"
OPEN_PLACE = "/open-places/{open_place_id:uuid}"
PLACE = "/places/{token:str}"
SURVEY = {"minimum": "7", "open_days": "14", "active": "yes", "version": "1"}
SURVEY_QUESTION = {"kind": "rating", "about": "session", "label": "Was it useful?"}
QUESTION = {"kind": "line", "label": "What do you drink?", "reusable": "yes"}
TERMS = {"title": "Photos", "body": "We take photos.", "required": "yes"}
ANNOUNCEMENTS = "/manage/announcements"
ANNOUNCEMENT = f"{ANNOUNCEMENTS}/{{announcement_id:uuid}}"
ANNOUNCED = {"subject": "Rooms", "words": "Upstairs.", "groups": "enrolled"}
REMINDERS = "/manage/reminders/{kind:str}/{scope_id:uuid}"
OF_SESSION = {"kind": "session", "scope_id": "{session_id}"}
PLAN = {"audience": "enrolled", "amount": "3", "unit": "days", "side": "before", "anchor": "end", "active": "yes"}
OWN = {"enrollment_id": "{own_id}"}
MEETING_ROSTER = "/rosters/{meeting_id:uuid}"
BY_LINK = {"token": "{place_token}"}
LATER = {"local_start": "2026-06-01T10:00", "local_end": "2026-06-01T12:00", "zone": "UTC"}
RULES = {
    "/manage/programs/{scope_id:uuid}/completion": "{program_id}",
    "/manage/courses/{scope_id:uuid}/completion": "{course_id}",
    "/manage/sessions/{scope_id:uuid}/completion/rule": "{session_id}",
}
RULE = {"meetings": "some", "meetings_needed": "1", "certificate": "yes", "version": "0"}
BY_HAND = "/manage/enrollments/{enrollment_id:uuid}/completion"
# Forms that change nothing anybody could have twice, each with its reason.
HARMLESS = {
    f"{MEETING_ROSTER}/online-list/{{list_id:uuid}}/forget": "what is forgotten stays forgotten",
    "/materials/uploads/{upload_id:uuid}/stop": "what is stopped stays stopped",
    "/materials/uploads/stop": "what is stopped stays stopped",
    "/materials/sessions/{session_id:uuid}/bulk": "shows what becomes of files, which are kept once",
    "/materials/courses/{course_id:uuid}/bulk": "shows what becomes of files, which are kept once",
    "/theme": "sets a cookie of this browser",
    "/zone": "sets a cookie of this browser",
    "/sessions/by-code": "looks something up",
    "/sign-out": "who is signed out stays so",
    "/account/sign-ins/{sign_in_id:uuid}/end": "an ended sign-in stays ended",
    "/account/sign-ins/end-others": "an ended sign-in stays ended",
    "/unsubscribe/{token:str}": "what is stopped stays stopped",
    "/unsubscribe/{token:str}/undo": "what comes again goes on coming",
    "/manage/people/{person_id:uuid}/calendars/end": "what is ended stays ended",
    "/account/devices/{device_id:uuid}/revoke": "a revoked password stays revoked",
    "/account/calendars/{feed_id:uuid}/revoke": "a revoked address stays revoked",
    "/account/busy/{source_id:uuid}/read": "what is read soon is read soon",
    "/account/busy/{source_id:uuid}/remove": "what is forgotten stays forgotten",
    "/account/tokens/{token_id:uuid}/revoke": "a revoked token stays revoked",
    f"{PARTNER}/tokens/{{token_id:uuid}}/revoke": "a revoked token stays revoked",
    "/sign-in/{token:str}": "a link works once; two presses at once are tried in test_once",
    "/manage/courses/{course_id:uuid}/prerequisites/{required_id:uuid}/remove": "what is gone stays gone",
    "/partners/{partner_id:uuid}/enroll-from-file/report": "makes a file of what the page shows",
    f"{ENROLLMENT}/keep": "a place that is kept stays kept",
    f"{PLACE}/keep": "a place that is kept stays kept",
    "/invitations/{token:str}": "a link works once; two presses at once are tried in test_once",
}
CASES = {
    **{path: Case(body=RULE, path={"scope_id": scope}) for path, scope in RULES.items()},
    **{
        f"{path}/remove": Case(body={"version": "1"}, path={"scope_id": scope}, given="ruled")
        for path, scope in RULES.items()
    },
    BY_HAND: Case(body={"completed": "yes", "reason": "Made up for it", "version": "0"}, path=OWN),
    f"{BY_HAND}/end": Case(body={"version": "1"}, path=OWN, given="decided_by_hand"),
    "/rosters/by-mail/{token:str}/close": Case(
        body={"shown": "{own_id}", "present": "{own_id}"},
        role="anonymous",
        path={"token": "{roster_token}"},
        given="asked_for_roster",
    ),
    f"{MEETING_ROSTER}/contests/{{contest_id:uuid}}": Case(
        body={"decision": "refuse", "answer": "No"}, path={"contest_id": "{contest_id}"}, given="contested"
    ),
    "/my/attendance/{enrollment_id:uuid}/contest": Case(
        body={"meeting_id": "{meeting_id}", "claims": "late"}, role="learner", path=OWN, given="closed_roster"
    ),
    "/my/attendance/{enrollment_id:uuid}/contest/withdraw": Case(
        body={"meeting_id": "{meeting_id}"}, role="learner", path=OWN, given="contested"
    ),
    f"{PLACE}/attendance/contest/withdraw": Case(
        body={"meeting_id": "{meeting_id}"}, role="anonymous", path=BY_LINK, given="contested"
    ),
    f"{PLACE}/attendance/contest": Case(
        body={"meeting_id": "{meeting_id}", "claims": "late"}, role="anonymous", path=BY_LINK, given="closed_roster"
    ),
    MEETING_ROSTER: Case(body={"status-{own_id}": "present", "was-{own_id}": "0 not recorded"}, given="on_the_day"),
    f"{MEETING_ROSTER}/people/{{enrollment_id:uuid}}": Case(
        body={"status": "late", "minutes_late": "10"}, path=OWN, given="on_the_day"
    ),
    f"{MEETING_ROSTER}/check-ins/{{check_in_id:uuid}}": Case(
        body={"confirm": "yes"}, path={"check_in_id": "{check_in_id}"}, given="to_look_at"
    ),
    f"{MEETING_ROSTER}/online-list": Case(
        body={"text": "Name,Minutes\nNorthern Line 0,60\n"}, given="on_the_day", twice=True
    ),
    f"{MEETING_ROSTER}/online-list/{{list_id:uuid}}": Case(
        body={"version": "1", "threshold": "65", "step": "apply"}, path={"list_id": "{list_id}"}, given="listed_online"
    ),
    f"{MEETING_ROSTER}/close": Case(given="recorded"),
    f"{MEETING_ROSTER}/reopen": Case(body={"reason": "Wrong list"}, given="closed_roster"),
    f"{MEETING_ROSTER}/walk-in": Case(
        body={"name": "New", "email": "new@example.org", "partner_id": "{partner_id}", "reason": "Came"},
        given="on_the_day",
    ),
    "/rosters/sessions/{session_id:uuid}/people/{enrollment_id:uuid}": Case(
        body={"status": "present", "reason": "Was there", "version": "0"}, path=OWN, given="on_the_day"
    ),
    "/sign-in": Case(role="anonymous", body={"email": "cora@example.org", "next": "/"}, twice=True),
    "/account": Case(body={"name": "Samantha", "zone": "UTC"}),
    "/account/mail": Case(body={"quiet_from": "20:00", "quiet_until": "08:00", "locale": "en", "wanted": "digests"}),
    "/account/calendars": Case(body={"what": "mine", "label": "Phone"}, twice=True, shows=True),
    "/account/calendars/{feed_id:uuid}/renew": Case(twice=True, shows=True),
    "/account/devices": Case(body={"label": "Phone"}, twice=True, shows=True),
    "/account/busy": Case(body={"address": "https://calendar.example.org/b.ics"}),
    "/account/tokens": Case(body={"label": "Script", "scopes": "read", "days": "30"}, twice=True, shows=True),
    "/partners/{partner_id:uuid}/tokens": Case(
        body={"label": "Script", "scopes": "read", "days": "30"}, role="coordinator", twice=True, shows=True
    ),
    "/manage/programs": Case(body={"name": "Autumn", "zone": "UTC"}, twice=True),
    PROGRAM: Case(body={"name": "Renamed", "zone": "UTC", "version": "{program_version}"}),
    f"{PROGRAM}/moments": Case(body={"name": "World Day", "starts_on": "2026-10-10"}, twice=True),
    "/manage/moments/{moment_id:uuid}": Case(body={"name": "Renamed", "starts_on": "2026-10-10", "version": "1"}),
    "/manage/moments/{moment_id:uuid}/remove": Case(body={"version": "1"}),
    "/manage/courses/{course_id:uuid}/prerequisites": Case(body={"required_course_id": "{other_course_id}"}),
    f"{PROGRAM}/courses": Case(body=COURSE, twice=True),
    "/manage/courses/{course_id:uuid}": Case(body={**COURSE, "version": "{course_version}"}),
    "/manage/venues": Case(body={"name": "Town Hall", "zone": "UTC"}, twice=True),
    "/manage/venues/{venue_id:uuid}": Case(body={"name": "Renamed", "zone": "UTC", "version": "{venue_version}"}),
    "/manage/venues/{venue_id:uuid}/rooms": Case(body={"name": "Red room", "places": "4"}),
    "/manage/rooms/{room_id:uuid}": Case(body={"name": "Renamed", "places": "4", "version": "{room_version}"}),
    "/manage/partners": Case(body={"name": "Lighthouse", "program_id": "{program_id}"}),
    "/manage/partners/{partner_id:uuid}/coordinator": Case(body={"email": "new@example.org"}),
    f"{PROGRAM}/partners": Case(body={"partner": "Lonely"}, path={"program_id": "{program_id}"}),
    f"{PROGRAM}/partners/{{partner_id:uuid}}/leave": Case(),
    f"{PARTNER}/settings": Case(body={"name": "Renamed", "version": "{partner_version}"}, role="coordinator"),
    f"{PARTNER}/members": Case(body={"email": "new@example.org"}, role="coordinator"),
    f"{PARTNER}/members/{{membership_id:uuid}}": Case(
        body={"name": "Renamed", "contact_email": "renamed@example.org", "version": "1"}, role="coordinator"
    ),
    f"{PARTNER}/members/{{membership_id:uuid}}/invite": Case(
        path={"membership_id": "{invited_id}"}, role="coordinator"
    ),
    f"{PARTNER}/members/{{membership_id:uuid}}/repair": Case(
        body={"contact_email": "repaired@example.org", "version": "1"}, role="coordinator"
    ),
    f"{PARTNER}/members/{{membership_id:uuid}}/end": Case(role="coordinator"),
    f"{PARTNER}/contacts": Case(
        body={"kind": "hub", "name": "Hana", "email": "hana@example.org"}, role="coordinator", twice=True
    ),
    f"{PARTNER}/contacts/{{contact_id:uuid}}": Case(
        body={"kind": "hub", "name": "Renamed", "email": "h@x.example", "version": "1"}, role="coordinator"
    ),
    f"{PARTNER}/contacts/{{contact_id:uuid}}/check": Case(role="coordinator", twice=True),
    f"{PARTNER}/contacts/{{contact_id:uuid}}/remove": Case(body={"version": "1"}, role="coordinator"),
    "/my/memberships/{membership_id:uuid}/accept": Case(path={"membership_id": "{invited_id}"}, asked=True),
    "/my/memberships/{membership_id:uuid}/end": Case(path={"membership_id": "{invited_id}"}),
    "/manage/sessions/new": Case(body={**COURSE, "course": "{course_id}"}, twice=True),
    f"{SESSION}/publish": Case(
        body={"version": "{session_version}"},
        state="draft",
        given="one_more_meeting",
        path={"meeting_id": "{spare_meeting_id}"},
    ),
    f"{SESSION}/confirm": Case(body={"version": "{session_version}"}),
    f"{SESSION}/edit": Case(
        body={"title": "Renamed", "mode": "in_person", "capacity_in_person": "4", "version": "{session_version}"}
    ),
    f"{SESSION}/meetings": Case(body={**LATER, "version": "{session_version}"}, state="draft"),
    f"{SESSION}/meetings/{{meeting_id:uuid}}": Case(body={**LATER, "version": "{session_version}"}, state="draft"),
    f"{SESSION}/meetings/{{meeting_id:uuid}}/drop": Case(
        body={"version": "{session_version}"},
        state="draft",
        given="one_more_meeting",
        path={"meeting_id": "{spare_meeting_id}"},
    ),
    f"{SESSION}/trainers": Case(body={"email": "cora@example.org", "role": "co", "version": "{session_version}"}),
    f"{SESSION}/trainers/{{person_id:uuid}}/withdraw": Case(
        body={"version": "{session_version}"}, path={"person_id": "{staff_id}"}
    ),
    f"{SESSION}/move": Case(
        body={
            "step": "confirm",
            "version": "{session_version}",
            "{meeting_id}.date": "2026-06-01",
            "{meeting_id}.start": "10:00",
            "{meeting_id}.end": "12:00",
            "{meeting_id}.zone": "UTC",
        }
    ),
    f"{SESSION}/cancel": Case(body={"reason": "The trainer is ill.", "version": "{session_version}"}),
    f"{ROSTER}/remove": Case(body={"reason": "Asked to", "version": "1"}),
    f"{ROSTER}/give-place": Case(
        body={"mode": "in_person", "above": "yes", "reason": "A late guest", "version": "1"},
        path={"enrollment_id": "{waiting_id}"},
    ),
    "/sessions/{session_id:uuid}/book": Case(
        body={"partner_id": "{partner_id}", "member": "{free_member_id}", "step": "confirm"}, role="coordinator"
    ),
    f"{ENROLLMENT}/cancel": Case(body={"version": "1", "reason": "Ill"}, role="coordinator"),
    "/manage/people": Case(body={"email": "new@host.example", "role": "staff"}),
    "/manage/people/{person_id:uuid}/roles": Case(
        body={"role": "program_manager", "program_id": "{program_id}"}, path={"person_id": "{member_person_id}"}
    ),
    "/manage/people/{person_id:uuid}/roles/end": Case(
        body={"role": "program_manager", "scope_id": "{program_id}"}, path={"person_id": "{manager_id}"}
    ),
    "/manage/people/{person_id:uuid}/switch-off": Case(path={"person_id": "{member_person_id}"}),
    "/manage/people/{person_id:uuid}/switch-on": Case(path={"person_id": "{off_person_id}"}),
    "/manage/inbox/{mail_id:uuid}/nothing": Case(path={"mail_id": "{doubtful_id}"}, given="doubtful"),
    "/manage/inbox/{mail_id:uuid}/bounce": Case(
        body={"recipient": "ada@example.org"}, path={"mail_id": "{doubtful_id}"}, given="doubtful"
    ),
    "/manage/messages/send-again": Case(given="undelivered"),
    "/manage/messages/{message_id:uuid}/send-again": Case(path={"message_id": "{failed_id}"}, given="undelivered"),
    "/manage/messages/{message_id:uuid}/take-back": Case(path={"message_id": "{mail_id}"}, given="undelivered"),
    "/sessions/{session_id:uuid}/enroll": Case(
        body={"name": "Nia New", "email": "nia@mail.example", "zone": "Europe/Dublin", "accepts": "any"},
        role="anonymous",
        given="open_to_all",
        twice=True,
    ),
    "/requests/{token:str}": Case(
        body={"name": "Nia New"}, role="anonymous", path={"token": "{request_token}"}, given="requested"
    ),
    "/check-in/{token:str}/in": Case(
        body={"meeting_id": "{meeting_id}"}, path={"token": "{code_token}"}, given="checking_in"
    ),
    "/here": Case(body={"code": "{word}"}, role="learner", given="checking_in"),
    "/here/place/{token:str}/in": Case(body={"code": "{word}"}, role="anonymous", path=BY_LINK, given="checking_in"),
    "/here/kiosk/{token:str}/in": Case(
        body={"enrollment_id": "{own_id}", "code": "{word}"},
        role="anonymous",
        path={"token": "{kiosk_token}"},
        given="checking_in",
    ),
    "/rosters/{meeting_id:uuid}/scan": Case(body={"code": "{code_token}"}, given="checking_in"),
    "/rosters/{meeting_id:uuid}/self-check-in": Case(body={"on": "yes"}, given="on_the_day"),
    "/surveys/{token:str}": Case(
        body={"q-{survey_question_id}": "4"}, role="anonymous", path={"token": "{survey_token}"}, given="surveyed"
    ),
    f"{PROGRAM}/survey": Case(body=SURVEY),
    f"{PROGRAM}/survey/questions": Case(body=SURVEY_QUESTION, twice=True),
    "/manage/courses/{course_id:uuid}/survey": Case(body=SURVEY),
    "/manage/courses/{course_id:uuid}/survey/questions": Case(body=SURVEY_QUESTION, twice=True),
    "/manage/survey-questions/{survey_question_id:uuid}": Case(body=SURVEY_QUESTION),
    "/manage/survey-questions/{survey_question_id:uuid}/move": Case(body={"step": "down"}),
    "/manage/survey-questions/{survey_question_id:uuid}/retire": Case(),
    f"{PLACE}/leave": Case(body={"version": "1", "reason": "Ill"}, role="anonymous", path=BY_LINK),
    f"{PLACE}/take": Case(role="anonymous", path=BY_LINK, given="offered"),
    f"{PLACE}/undo": Case(role="anonymous", path={"token": "{waiting_token}"}, given="left_the_queue"),
    f"{PLACE}/renew": Case(role="anonymous", path=BY_LINK, shows=True),
    f"{PLACE}/sign-in": Case(role="anonymous", path=BY_LINK, twice=True),
    f"{PLACE}/questions": Case(
        body={"q-{question_id}": "Tea"}, role="anonymous", path=BY_LINK, given="by_oneself", twice=True
    ),
    f"{PLACE}/consents/{{consent_id:uuid}}/withdraw": Case(role="anonymous", path=BY_LINK, given="by_oneself"),
    f"{ENROLLMENT}/answer": Case(body={"version": "1", "answer": "take"}, role="learner", path=OWN, given="offered"),
    f"{ENROLLMENT}/listed": Case(body={"version": "1", "listed": "yes"}, role="learner", path=OWN, given="listing"),
    f"{ENROLLMENT}/questions": Case(body={"q-{question_id}": "Tea"}, role="learner", path=OWN, twice=True),
    f"{ENROLLMENT}/consents/{{consent_id:uuid}}/withdraw": Case(role="learner", path=OWN),
    f"{ENROLLMENT}/change": Case(
        body={"what": "replace", "step": "confirm", "version": "1", "member": "{free_member_id}"},
        role="coordinator",
        path=OWN,
    ),
    f"{ENROLLMENT}/undo": Case(
        body={"next": "/"}, role="coordinator", path={"enrollment_id": "{waiting_id}"}, given="left_the_queue"
    ),
    "/bookings/{booking_id:uuid}/party": Case(
        body={"together": "together"}, role="coordinator", path={"booking_id": "{party_id}"}
    ),
    "/bookings/{booking_id:uuid}/undo": Case(role="coordinator", path={"booking_id": "{party_id}"}),
    f"{PARTNER}/enroll-from-file": Case(
        body={"step": "enroll", "text": "name;e-mail;session\nAna;ana@x.example;{session_id}"},
        role="coordinator",
        shows=True,
    ),
    f"{OPEN_PLACE}/name": Case(
        body={"step": "confirm", "membership_id": "{free_member_id}", "version": "1"}, role="coordinator"
    ),
    f"{OPEN_PLACE}/link": Case(body={"version": "1"}, role="coordinator", shows=True),
    f"{OPEN_PLACE}/withdraw": Case(body={"version": "2"}, role="coordinator", given="linked"),
    f"{OPEN_PLACE}/note": Case(body={"note": "A new volunteer", "version": "1"}, role="coordinator"),
    f"{OPEN_PLACE}/release": Case(body={"reason": "Nobody", "version": "1"}, role="coordinator"),
    "/naming/{token:str}": Case(
        body={"name": "Ana", "email": "ana@x.example", "zone": "UTC"},
        role="anonymous",
        path={"token": "{naming_token}"},
        given="linked",
        shows=True,
    ),
    "/manage/courses/{course_id:uuid}/questions": Case(body=QUESTION, twice=True),
    f"{SESSION}/questions": Case(body=QUESTION, twice=True),
    "/manage/questions/{question_id:uuid}": Case(body={**QUESTION, "version": "1"}),
    "/manage/questions/{question_id:uuid}/move": Case(body={"step": "down"}),
    "/manage/questions/{question_id:uuid}/retire": Case(body={"version": "1"}),
    "/manage/courses/{course_id:uuid}/terms": Case(body=TERMS, twice=True),
    f"{PROGRAM}/terms": Case(body=TERMS, twice=True),
    f"{SESSION}/terms": Case(body=TERMS, twice=True),
    "/manage/terms/{terms_id:uuid}": Case(body={"title": "Renamed", "version": "1"}),
    "/manage/terms/{terms_id:uuid}/publish": Case(body={"body": "Be very kind.", "version": "1"}),
    "/manage/terms/{terms_id:uuid}/retire": Case(body={"version": "1"}),
    f"{ANNOUNCEMENTS}/new": Case(body={**ANNOUNCED, "session": "{session_id}"}, twice=True),
    f"{ANNOUNCEMENT}/edit": Case(body={**ANNOUNCED, "subject": "Renamed", "version": "1"}),
    f"{ANNOUNCEMENT}/delete": Case(body={"version": "1"}),
    f"{ANNOUNCEMENT}/test": Case(role="manager"),
    f"{ANNOUNCEMENT}/schedule": Case(body={"how": "now", "version": "1"}),
    f"{ANNOUNCEMENT}/stop": Case(given="scheduled"),
    f"{SESSION}/certificates": Case(given="completed"),
    f"{SESSION}/certificates/{{code:str}}/revoke": Case(
        body={"reason": "Wrong", "version": "1"}, path={"code": "{certificate_code}"}, given="certified"
    ),
    f"{REMINDERS}/new": Case(body=PLAN, path=OF_SESSION),
    f"{REMINDERS}/switch": Case(body={"key": "week-before", "active": "off"}, path=OF_SESSION),
    f"{REMINDERS}/stop": Case(given="reminded", body={"person_id": "{reminded_id}"}, path=OF_SESSION),
    f"{REMINDERS}/resume": Case(given="stopped", body={"person_id": "{reminded_id}"}, path=OF_SESSION),
    "/manage/reminders/plans/{plan_id:uuid}": Case(body={**PLAN, "version": "1"}),
    "/manage/reminders/plans/{plan_id:uuid}/remove": Case(body={"version": "1"}),
    **{
        f"{where}/materials/{{material_id:uuid}}/{what}": Case(
            role=role, path={**path, "material_id": "{material_id}"}, given=given
        )
        for where, role, path in (("/sessions/{session_id:uuid}", "learner", {}), (PLACE, "anonymous", BY_LINK))
        for what, given in (("acknowledge", "to_go_through"), ("take-back", "gone_through"))
    },
    **{
        f"{where}/materials/{what}": Case(role=role, path=path, given=given)
        for where, role, path in (("/sessions/{session_id:uuid}", "learner", {}), (PLACE, "anonymous", BY_LINK))
        for what, given in (("follow", ""), ("unfollow", "following"))
    },
    **{path: Case(**form) for path, form in MATERIALS.items()},
}

"""Versions: every change of the API that is no POST asks for one or says why not."""

from tests.web.routes import DOCUMENT

OTHERS = {
    f"{method} {path}": entry
    for path, methods in DOCUMENT["paths"].items()
    for method, entry in methods.items()
    if method in ("put", "patch", "delete")
}
# Changes without If-Match, each with its reason.
LAST_WORD = {
    "put /api/v1/uploads/{upload_id}/parts/{number}": "sent again it takes the place of what was there",
    "delete /api/v1/uploads/{upload_id}": "stopped is stopped",
    "put /api/v1/sessions/{session_id}/materials/order": "names the whole list, and is refused when that has changed",
    "put /api/v1/courses/{course_id}/materials/order": "names the whole list, and is refused when that has changed",
    "put /api/v1/enrollments/{enrollment_id}/materials/{material_id}/acknowledgement": "it is said or not",
    "delete /api/v1/enrollments/{enrollment_id}/materials/{material_id}/acknowledgement": "it is said or not",
    "put /api/v1/enrollments/{enrollment_id}/materials/follow": "it is said or not",
    "delete /api/v1/enrollments/{enrollment_id}/materials/follow": "it is said or not",
    "patch /api/v1/me": "only oneself changes oneself",
    "patch /api/v1/me/mail": "only oneself changes oneself",
    "delete /api/v1/sign-ins": "ended is ended",
    "delete /api/v1/sign-ins/{sign_in_id}": "ended is ended",
    "delete /api/v1/tokens/{token_id}": "ended is ended",
    "delete /api/v1/devices/{device_id}": "ended is ended",
    "delete /api/v1/feeds/{feed_id}": "ended is ended",
    "delete /api/v1/people/{person_id}/feeds": "ended is ended",
    "delete /api/v1/me/busy-sources/{source_id}": "forgotten is forgotten",
    "delete /api/v1/partners/{partner_id}/tokens/{token_id}": "ended is ended",
    "delete /api/v1/partners/{partner_id}/participations/{program_id}": "ended is ended",
    "patch /api/v1/survey-questions/{survey_question_id}": "it is retired, and another one is asked",
    "delete /api/v1/survey-questions/{survey_question_id}": "retired is retired",
    "delete /api/v1/courses/{course_id}/prerequisites/{required_id}": "it is said or not",
}


def test_every_other_change_asks_for_a_version_or_says_why_not() -> None:
    asks = {
        name
        for name, entry in OTHERS.items()
        if any(parameter["name"] == "If-Match" and parameter["required"] for parameter in entry["parameters"])
    }
    assert OTHERS.keys() - asks == LAST_WORD.keys()

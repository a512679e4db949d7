"""Who may ask what of surveys."""

from tests.access.entry import delete, get, patch, post
from tests.access.facts import CODE_HOLDER, RESULTS, either, holds, key
from training.people.rules import Permission

SEES = holds(Permission.SURVEY_SEE, "program")

OF_TRAINER = either("`survey.see` in a program in which they taught, or the trainer", SEES)
TOKEN = {"token": "survey_token"}
QUESTION = {"survey_question_id": "survey_question"}
OF_SESSION = {"question_id": "survey_question"}
ABOUT = {"person_id": "trainer", "question_id": "survey_about"}
ANSWERS = {f"q-{key(f'survey question {program}')}": "5" for program in ("One", "Two")}
SETTINGS = {"minimum": "5", "open_days": "14", "active": "yes", "version": "1"}
WORDING = {"kind": "rating", "about": "session", "label": "Was it useful?"}
API, ONE = "/api/v1", "/survey-questions/{survey_question_id}"

ENTRIES = (
    get("/surveys/{token}", CODE_HOLDER, ids=TOKEN),
    post("/surveys/{token}", CODE_HOLDER, ANSWERS, ids=TOKEN),
    get("/surveys/sessions/{session_id}", RESULTS),
    get("/surveys/sessions/{session_id}/plots/{question_id}", RESULTS, ids=OF_SESSION),
    get("/surveys/sessions/{session_id}/export/{fmt}", RESULTS),
    get("/surveys/courses/{course_id}", SEES),
    get("/surveys/courses/{course_id}/plots/{question_id}", SEES, ids=OF_SESSION),
    get("/surveys/courses/{course_id}/export/{fmt}", SEES),
    get("/surveys/trainers/{person_id}", OF_TRAINER, ids={"person_id": "trainer"}),
    get("/surveys/trainers/{person_id}/plots/{question_id}", OF_TRAINER, ids=ABOUT),
    get("/surveys/trainers/{person_id}/export/{fmt}", OF_TRAINER, ids={"person_id": "trainer"}),
    get("/manage/programs/{program_id}/survey", SEES),
    post("/manage/programs/{program_id}/survey", SEES, SETTINGS),
    post("/manage/programs/{program_id}/survey/questions", SEES, WORDING),
    get("/manage/courses/{course_id}/survey", SEES),
    post("/manage/courses/{course_id}/survey", SEES, SETTINGS),
    post("/manage/courses/{course_id}/survey/questions", SEES, WORDING),
    get(f"/manage{ONE}", SEES, ids=QUESTION),
    post(f"/manage{ONE}", SEES, WORDING, ids=QUESTION),
    post(f"/manage{ONE}/move", SEES, {"step": "down"}, ids=QUESTION),
    post(f"/manage{ONE}/retire", SEES, ids=QUESTION),
    get(f"{API}/programs/{{program_id}}/survey", SEES),
    patch(f"{API}/programs/{{program_id}}/survey", SEES, {"minimum": 4}),
    post(f"{API}/programs/{{program_id}}/survey/questions", SEES, WORDING),
    get(f"{API}/courses/{{course_id}}/survey", SEES),
    patch(f"{API}/courses/{{course_id}}/survey", SEES, {"minimum": 4}),
    post(f"{API}/courses/{{course_id}}/survey/questions", SEES, WORDING),
    patch(f"{API}{ONE}", SEES, WORDING, ids=QUESTION),
    delete(f"{API}{ONE}", SEES, ids=QUESTION),
    get(f"{API}/sessions/{{session_id}}/survey-results", RESULTS),
    get(f"{API}/courses/{{course_id}}/survey-results", SEES),
    get(f"{API}/trainers/{{person_id}}/survey-results", OF_TRAINER, ids={"person_id": "trainer"}),
)

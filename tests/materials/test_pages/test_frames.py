"""What leads to the pages on which materials are changed."""

from uuid import UUID

from training.base.structs import Grant, Viewer
from training.materials.pages.frames import frame_of
from training.materials.queries.editing import Scope

PROGRAM, COURSE, SESSION = (UUID(int=number) for number in (1, 2, 3))
MANAGER = Viewer(person_id=SESSION, grants=frozenset({Grant(role="program_manager", scope_id=PROGRAM)}))
TRAINER = Viewer(person_id=SESSION)


def scope(*, session: bool, manages: bool = True) -> Scope:
    return Scope(
        program_id=PROGRAM,
        program_name="Month",
        course_id=COURSE,
        course_title="Words",
        session_id=SESSION if session else None,
        title="Safe words",
        zone="UTC",
        manages=manages,
    )


def test_a_course_is_reached_by_its_program() -> None:
    found = frame_of(MANAGER, scope(session=False))
    assert (found.kind, found.path, found.to) == ("courses", f"/materials/courses/{COURSE}", f"course_id={COURSE}")
    assert found.crumbs[-1] == (f"/manage/courses/{COURSE}", "Safe words")
    assert (found.seen, found.tabs) == (f"/courses/{COURSE}/materials", [])


def test_a_session_is_reached_by_its_pages_or_by_the_briefing() -> None:
    managed = frame_of(MANAGER, scope(session=True))
    assert managed.crumbs[-1] == (f"/manage/sessions/{SESSION}", "Safe words")
    assert (f"/materials/sessions/{SESSION}", "Materials", True, None) in managed.tabs
    taught = frame_of(TRAINER, scope(session=True, manages=False))
    assert taught.crumbs == [("/teaching", "Teaching"), (f"/sessions/{SESSION}/briefing", "Safe words")]
    assert (taught.tabs, taught.to) == ([], f"session_id={SESSION}")

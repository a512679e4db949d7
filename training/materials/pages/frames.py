"""What every page begins with on which the materials of a session or a course are changed."""

from uuid import UUID

from training.base.structs import Frozen, Viewer
from training.materials.queries.editing import Scope
from training.schedule.pages.whole import Tab, tabs_for

Crumb = tuple[str, str]


class Frame(Frozen, frozen=True, kw_only=True):
    """A session or course with what leads to it. `seen`: where learners see its materials; `to`: where its files go."""

    kind: str
    title: str
    path: str
    crumbs: list[Crumb]
    seen: str
    to: str
    course_id: UUID
    session_id: UUID | None
    manages: bool
    tabs: list[Tab]


def frame_of(viewer: Viewer, scope: Scope) -> Frame:
    """The frame of a session or course. Managers come from its pages of theirs, trainers from their briefing."""
    if scope.session_id is None:
        return Frame(
            kind="courses",
            title=scope.title,
            path=scope.path,
            crumbs=[
                ("/manage", "Manage"),
                (f"/manage/programs/{scope.program_id}", scope.program_name),
                (f"/manage/courses/{scope.course_id}", scope.title),
            ],
            seen=f"/courses/{scope.course_id}/materials",
            to=f"course_id={scope.course_id}",
            course_id=scope.course_id,
            session_id=None,
            manages=scope.manages,
            tabs=[],
        )
    return Frame(
        kind="sessions",
        title=scope.title,
        path=scope.path,
        crumbs=_crumbs(scope),
        seen=f"/sessions/{scope.session_id}/materials",
        to=f"session_id={scope.session_id}",
        course_id=scope.course_id,
        session_id=scope.session_id,
        manages=scope.manages,
        tabs=tabs_for(viewer, scope.session_id, scope.program_id, "/materials"),
    )


def _crumbs(scope: Scope) -> list[Crumb]:
    if scope.manages:
        own = f"/manage/sessions/{scope.session_id}"
        return [("/manage", "Manage"), ("/manage/sessions", "Sessions"), (own, scope.title)]
    return [("/teaching", "Teaching"), (f"/sessions/{scope.session_id}/briefing", scope.title)]

"""Lists of participants of online meetings while they are matched with the roster."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.apart import apart
from training.attendance.queries.marks import PLACED_SQL, ROSTERED_SQL
from training.attendance.rules.marks import Mark
from training.attendance.rules.matching import Known, Match, match_lines
from training.attendance.rules.merging import foreseen
from training.attendance.rules.online_files import Platform
from training.attendance.rules.presence import Judged, Line, Window, judged, stays_in_the_room, together, window_of
from training.attendance.rules.rosters import RosterMeeting, placed_later
from training.attendance.rules.statuses import Status, Way
from training.base.database import fetch, fetch_one, for_change
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries import NAME_SQL

# What stands against a list: they were checked in in the room, and it would take minutes from them.
IN_THE_ROOM = "in-the-room"


class OnlineList(Frozen, frozen=True, kw_only=True):
    """A list as it stands. `choices` says which line (by its place in `lines`) a person decided about, and whom it is:
    None for nobody. `notes` are about the file."""

    id: UUID
    meeting_id: UUID
    platform: Platform
    file_name: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    choices: Mapping[int, UUID | None]
    threshold_minutes: int
    created_at: datetime
    applied_at: datetime | None
    version: int


class Enrolled(Frozen, frozen=True, kw_only=True):
    """Somebody on the roster: their name for the page, how they take part, and how they are marked. `later`: they got
    their place after the meeting."""

    enrollment_id: UUID
    name: str
    mode: str
    mark: Mark | None
    later: bool = False

    @property
    def status(self) -> Status:
        """How they stand."""
        return self.mark.status if self.mark else Status.NOT_RECORDED


class Matched(Frozen, frozen=True, kw_only=True):
    """A line with whom it is: as chosen by a person (`chosen`), or else as its match proposes."""

    at: int
    line: Line
    match: Match
    enrollment_id: UUID | None
    chosen: bool


class Following(Frozen, frozen=True, kw_only=True):
    """What would follow for somebody on the roster. `lines` are the places of the lines that are about them. `kept` is
    empty when the list would mark them, `same` when they stand so already, else the code of what stands against it."""

    person: Enrolled
    judged: Judged
    lines: tuple[int, ...]
    kept: str = ""

    @property
    def marks(self) -> bool:
        """Whether the list would change how they stand."""
        return self.judged.status is not None and not self.kept


class Matching(Frozen, frozen=True, kw_only=True):
    """A list beside the roster of its meeting: who is who, and what would follow."""

    meeting: RosterMeeting
    listed: OnlineList
    matched: tuple[Matched, ...]
    people: tuple[Enrolled, ...]
    window: Window

    @property
    def unmatched(self) -> tuple[Matched, ...]:
        """Lines about nobody, neither on the roster nor among those who teach."""
        return tuple(one for one in self.matched if one.enrollment_id is None and not one.match.teaches)

    def following(self, *, absent: bool = False) -> tuple[Following, ...]:
        """What would follow for everybody on the roster, by name. With `absent`, whoever takes part online, is not
        recorded and is nobody on the list was a no-show, if they had a place then."""
        about: dict[UUID, list[Matched]] = {}
        for one in self.matched:
            if one.enrollment_id is not None:
                about.setdefault(one.enrollment_id, []).append(one)
        found = []
        for person in self.people:
            lines = about.get(person.enrollment_id, [])
            line = together([one.line for one in lines]) if lines else None
            verdict = judged(line, self.meeting, self.window, self.listed.threshold_minutes)
            online = person.mode == "online" or self.meeting.mode == "online"
            missed = absent and online and not person.later
            if missed and verdict.status is None and person.status is Status.NOT_RECORDED:
                verdict = Judged(status=Status.NO_SHOW, why=verdict.why)
            places = tuple(one.at for one in lines)
            found.append(Following(person=person, judged=verdict, lines=places, kept=self._kept(person, verdict)))
        return tuple(found)

    def _kept(self, person: Enrolled, verdict: Judged) -> str:
        """What stands against a verdict, by the rule by which it would be merged."""
        asked = verdict.mark(person.enrollment_id, "", self.window.minutes)
        if asked is None:
            return ""
        if stays_in_the_room(person.mark, asked, self.meeting, person.mode):
            return IN_THE_ROOM
        return foreseen(person.mark, asked, Way.IMPORT, self.meeting.closed_at)


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    meeting_id: UUID
    platform: Platform
    file_name: str
    lines_json: str
    choices_json: str
    threshold_minutes: int
    created_at: datetime
    applied_at: datetime | None
    version: int


class Kept(Frozen, frozen=True, kw_only=True):
    """What the column `lines` holds."""

    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


class _Person(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID | None
    name: str
    other_name: str
    email: str
    other_email: str
    mode: str
    placed_at: datetime | None
    status: Status | None
    minutes_late: int | None
    minutes_early: int | None
    minutes: int | None
    way: Way | None
    made_at: datetime | None
    marked_at: datetime | None
    version: int | None

    @property
    def mark(self) -> Mark | None:
        """How they are marked."""
        if self.enrollment_id is None or self.status is None or self.way is None:
            return None
        if self.made_at is None or self.marked_at is None:
            return None
        return Mark(
            enrollment_id=self.enrollment_id,
            status=self.status,
            minutes_late=self.minutes_late or 0,
            minutes_early=self.minutes_early or 0,
            minutes=self.minutes,
            way=self.way,
            made_at=self.made_at,
            marked_at=self.marked_at,
            version=self.version or 0,
        )


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


# What is left of a list that was forgotten (jobs.py).
_EMPTY = "[]"
_PEOPLE = (
    f"SELECT e.id AS enrollment_id, {NAME_SQL} AS name, p.name AS other_name, p.email,"
    " COALESCE(m.contact_email, '') AS other_email, e.mode,"
    f" {PLACED_SQL} AS placed_at, k.status,"
    " k.minutes_late, k.minutes_early, k.minutes, k.way, k.made_at, k.marked_at, k.version FROM enrollment e"
    " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
    " LEFT JOIN mark k ON k.enrollment_id = e.id AND k.meeting_id = {}"
    f" WHERE e.session_id = {{}} AND {ROSTERED_SQL}"
    " UNION ALL SELECT DISTINCT CAST(NULL AS UUID), p.name, '', p.email, '', '', CAST(NULL AS TIMESTAMPTZ),"
    " CAST(NULL AS VARCHAR),"
    " CAST(NULL AS INTEGER), CAST(NULL AS INTEGER), CAST(NULL AS INTEGER), CAST(NULL AS VARCHAR),"
    " CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS INTEGER)"
    " FROM trainer_assignment t"
    " JOIN person p ON p.id = t.person_id WHERE t.session_id = {}"
)


async def find_open_list(meeting_id: UUID) -> UUID | None:
    """The newest list of a meeting that is not applied yet."""
    sql = (
        "SELECT i.id FROM online_import i WHERE i.meeting_id = {} AND i.applied_at IS NULL"
        " ORDER BY i.created_at DESC, i.id DESC LIMIT 1"
    )
    found = await fetch_one(_Id, sql, meeting_id)
    return found.id if found else None


async def get_list(meeting_id: UUID, list_id: UUID, *, lock: bool = False) -> OnlineList:
    """A list of this meeting. Raises NotFound. Judges nobody's right."""
    end: LiteralString = for_change("i") if lock else ""
    row = await fetch_one(
        _Row,
        "SELECT i.id, i.meeting_id, i.platform, i.file_name, CAST(i.lines AS TEXT) AS lines_json,"
        " CAST(i.choices AS TEXT) AS choices_json, i.threshold_minutes, i.created_at, i.applied_at, i.version"
        f" FROM online_import i WHERE i.id = {{}} AND i.meeting_id = {{}}{end}",
        list_id,
        meeting_id,
    )
    if row is None:
        raise NotFound
    kept = _kept(row.lines_json)
    choices = {} if row.choices_json == _EMPTY else msgspec.json.decode(row.choices_json, type=dict[str, UUID | None])
    plain: dict[str, Any] = {
        name: getattr(row, name) for name in OnlineList.__struct_fields__ if name in _Row.__struct_fields__
    }
    numbered = {int(at): key for at, key in choices.items()}
    return OnlineList(**plain, lines=kept.lines, notes=kept.notes, choices=numbered)


def _kept(text: str) -> Kept:
    """What was kept; nothing of a list that was forgotten."""
    return Kept() if text == _EMPTY else msgspec.json.decode(text, type=Kept)


async def get_matching(viewer: Viewer, meeting_id: UUID, list_id: UUID) -> Matching:
    """A list beside the roster, for those who may mark it, by three statements. Raises NotFound and NoRoster."""
    meeting = await get_roster_meeting(viewer, meeting_id)
    if not meeting.may_mark:
        raise NotFound
    return await match_list(meeting, await get_list(meeting_id, list_id))


async def match_list(meeting: RosterMeeting, listed: OnlineList) -> Matching:
    """Who is who, by one statement. What a person chose counts more than what is proposed."""
    rows = await fetch(_Person, _PEOPLE, meeting.meeting_id, meeting.session_id, meeting.session_id)
    known = [
        Known(
            enrollment_id=row.enrollment_id,
            names=tuple(dict.fromkeys(name for name in (row.name, row.other_name) if name)),
            emails=tuple(mail.casefold() for mail in (row.email, row.other_email) if mail),
        )
        for row in rows
    ]
    people = tuple(
        Enrolled(
            enrollment_id=row.enrollment_id,
            name=row.name,
            mode=row.mode,
            mark=row.mark,
            later=placed_later(row.placed_at, meeting),
        )
        for row in rows
        if row.enrollment_id is not None and row.placed_at is not None
    )
    matches = await apart(match_lines, listed.lines, known)
    return Matching(
        meeting=meeting,
        listed=listed,
        matched=_settled(listed, matches, {one.enrollment_id for one in people}),
        people=tuple(sorted(people, key=lambda one: (one.name.casefold(), str(one.enrollment_id)))),
        window=window_of(listed.lines, meeting),
    )


def _settled(listed: OnlineList, matches: Sequence[Match], there: set[UUID]) -> tuple[Matched, ...]:
    found = []
    for at, (line, match) in enumerate(zip(listed.lines, matches, strict=True)):
        # Who was chosen and has no place any more is nobody on this roster.
        chosen = at in listed.choices and (listed.choices[at] is None or listed.choices[at] in there)
        key = listed.choices[at] if chosen else match.enrollment_id
        found.append(Matched(at=at, line=line, match=match, enrollment_id=key, chosen=chosen))
    return tuple(found)

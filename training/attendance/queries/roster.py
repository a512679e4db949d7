"""The roster of a meeting: everybody on it, with all that helps whoever stands in the door."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from training.attendance.queries.marks import MARK_SQL, PLACED_SQL, ROSTERED_SQL, MarkColumns
from training.attendance.rules.absences import claimed_words
from training.attendance.rules.marks import Mark
from training.attendance.rules.one_tap import Stands
from training.attendance.rules.rosters import RosterMeeting, placed_later
from training.attendance.rules.statuses import Status, Way
from training.base.database import fetch
from training.base.structs import Frozen
from training.booking.queries import EMAIL_SQL, NAME_SQL
from training.booking.queries.asking import load_asked
from training.booking.rules import State
from training.booking.rules.asking import Asked, Value
from training.booking.rules.reading import Reading, Taker


class ReadAnswer(Frozen, frozen=True, kw_only=True):
    """What somebody answered to a question that whoever reads the roster may read."""

    question: str
    value: Value


class CheckedIn(Frozen, frozen=True, kw_only=True):
    """How somebody was checked in, last. With `doubtful` nobody was marked by it, and somebody has to decide."""

    id: UUID
    way: Way
    at: datetime
    doubtful: str = ""
    decided: bool = False


class RosterEntry(Frozen, frozen=True, kw_only=True):
    """One person on the roster. The name is the one that their partner uses; `email` is for matching lists and for
    managers, nobody else. `undelivered`: mail to them comes back (hard or soft). `contest_id`: they say that the mark
    is wrong, `contest_claims` what it should be and `contest_minutes` with which minutes. `answers` are those that the
    viewer may read. `marked_by_name` is who made the mark, empty for nobody who was signed in. They have their place
    since `placed_at`; `later`: after the meeting was over.
    """

    enrollment_id: UUID
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    name: str
    email: str
    locale: str
    state: State
    mode: str
    arrival: int
    placed_at: datetime
    later: bool = False
    mark: Mark | None = None
    marked_by_name: str = ""
    check_in: CheckedIn | None = None
    undelivered: str = ""
    contest_id: UUID | None = None
    contest_claims: str = ""
    contest_minutes: int | None = None
    answers: tuple[ReadAnswer, ...] = ()

    @property
    def status(self) -> Status:
        """The status of the mark; not recorded without one."""
        return self.mark.status if self.mark else Status.NOT_RECORDED

    @property
    def stands(self) -> Stands:
        """The same for the boxes of the page behind the link in a message."""
        return Stands(key=self.enrollment_id, status=self.status, later=self.later)

    @property
    def expected(self) -> bool:
        """Whether the roster waits for them, or has them already."""
        return self.stands.expected

    @property
    def contest_words(self) -> str:
        """What it should be, in words, with the minutes; empty for whoever contests nothing."""
        return claimed_words(Status(self.contest_claims), self.contest_minutes) if self.contest_claims else ""


class Roster(Frozen, frozen=True, kw_only=True):
    """The roster of a meeting as one viewer may read it, by name."""

    meeting: RosterMeeting
    entries: tuple[RosterEntry, ...]

    @property
    def counts(self) -> dict[Status, int]:
        """How many have which status, in the order of `Status`; every status is there."""
        return {status: sum(entry.status is status for entry in self.entries) for status in Status}

    @property
    def expected(self) -> tuple[RosterEntry, ...]:
        """All but those who got their place after the meeting and whom nobody has recorded."""
        return tuple(entry for entry in self.entries if entry.expected)

    @property
    def open_people(self) -> tuple[RosterEntry, ...]:
        """Those whom nobody has recorded, of those who had a place."""
        return tuple(entry for entry in self.expected if entry.status is Status.NOT_RECORDED)

    @property
    def later_people(self) -> tuple[RosterEntry, ...]:
        """Those whom nobody has recorded because they got their place after the meeting."""
        return tuple(entry for entry in self.entries if not entry.expected)


class _Row(MarkColumns, frozen=True, kw_only=True):
    enrollment_id: UUID
    person_id: UUID
    partner_id: UUID | None
    partner_name: str | None
    name: str
    email: str
    locale: str
    state: State
    mode: str
    arrival: int
    placed_at: datetime
    undelivered: str | None
    contest_id: UUID | None
    contest_claims: str | None
    contest_minutes: int | None
    marked_by_name: str


class _CheckInRow(CheckedIn, frozen=True, kw_only=True):
    enrollment_id: UUID


async def load_roster(meeting: RosterMeeting) -> Roster:
    """The roster of a meeting that `get_roster_meeting` let somebody open. At most six statements, however many."""
    rows = await _rows(meeting)
    seen = await _check_ins(meeting.meeting_id)
    asked = await load_asked([meeting.session_id], [row.person_id for row in rows]) if rows else {}
    entries = tuple(_entry(row, seen, asked.get((meeting.session_id, row.person_id)), meeting) for row in rows)
    return Roster(meeting=meeting, entries=entries)


async def _rows(meeting: RosterMeeting) -> list[_Row]:
    return await fetch(
        _Row,
        f"SELECT e.id AS enrollment_id, e.person_id, e.partner_id, o.name AS partner_name, {NAME_SQL} AS name,"
        f" {EMAIL_SQL} AS email, p.locale, e.state, e.mode, e.arrival, {PLACED_SQL} AS placed_at, c.id AS contest_id,"
        " c.claims AS contest_claims, c.minutes AS contest_minutes,"
        " (SELECT MIN(t.kind) FROM address_trouble t WHERE t.cleared_at IS NULL"
        f" AND t.kind IN ('hard', 'soft') AND t.address = {EMAIL_SQL}) AS undelivered, {MARK_SQL},"
        " COALESCE(NULLIF(b.name, ''), b.email, '') AS marked_by_name"
        " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id"
        " LEFT JOIN mark k ON k.enrollment_id = e.id AND k.meeting_id = {}"
        " LEFT JOIN person b ON b.id = k.marked_by"
        " LEFT JOIN contest c ON c.enrollment_id = e.id AND c.meeting_id = {} AND c.state = 'open'"
        f" WHERE e.session_id = {{}} AND {ROSTERED_SQL} ORDER BY 5, e.id",
        meeting.meeting_id,
        meeting.meeting_id,
        meeting.session_id,
    )


async def _check_ins(meeting_id: UUID) -> Mapping[UUID, CheckedIn]:
    """The check-in of everybody that matters: one that is doubtful and undecided, otherwise the last."""
    rows = await fetch(
        _CheckInRow,
        "SELECT i.id, i.enrollment_id, i.way, i.at, i.doubtful,"
        " CASE WHEN i.decided_at IS NULL THEN FALSE ELSE TRUE END AS decided"
        " FROM check_in i WHERE i.meeting_id = {} ORDER BY i.at, i.id",
        meeting_id,
    )
    open_last = sorted(rows, key=lambda row: bool(row.doubtful) and not row.decided)
    return {row.enrollment_id: row for row in open_last}


def _entry(row: _Row, seen: Mapping[UUID, CheckedIn], asked: Asked | None, meeting: RosterMeeting) -> RosterEntry:
    checked = seen.get(row.enrollment_id)
    return RosterEntry(
        enrollment_id=row.enrollment_id,
        person_id=row.person_id,
        partner_id=row.partner_id,
        partner_name=row.partner_name,
        name=row.name,
        email=row.email,
        locale=row.locale,
        state=row.state,
        mode=row.mode,
        arrival=row.arrival,
        placed_at=row.placed_at,
        later=placed_later(row.placed_at, meeting),
        mark=_mark(row),
        marked_by_name=row.marked_by_name,
        check_in=CheckedIn(**{n: getattr(checked, n) for n in CheckedIn.__struct_fields__}) if checked else None,
        undelivered=row.undelivered or "",
        contest_id=row.contest_id,
        contest_claims=row.contest_claims or "",
        contest_minutes=row.contest_minutes,
        answers=_answers(row, asked, Reading(manages=meeting.may_manage, trains=not meeting.may_manage)),
    )


def _mark(row: _Row) -> Mark | None:
    if row.status is None:
        return None
    values = {name: getattr(row, name) for name in Mark.__struct_fields__}
    return Mark(**values)


def _answers(row: _Row, asked: Asked | None, reading: Reading) -> tuple[ReadAnswer, ...]:
    """Answers that were given to the present wording; a question that was not answered needs no line."""
    if asked is None:
        return ()
    taker = Taker(
        enrollment_id=row.enrollment_id,
        person_id=row.person_id,
        partner_id=row.partner_id,
        partner_name=row.partner_name,
        name=row.name,
        state=row.state,
    )
    said: Sequence[ReadAnswer] = [
        ReadAnswer(question=question.label, value=question.known.value)
        for question in asked.questions
        if question.known and question.known.value and reading.reads(question, question.known, taker)
    ]
    return tuple(said)

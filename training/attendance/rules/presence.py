"""How long somebody was in an online meeting, and what follows from it for the roster. Pure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from training.attendance.rules.marks import Mark, MarkInput
from training.attendance.rules.online_files import Joining, ListRead
from training.attendance.rules.online_times import Reading, Told, best_reading, instant_of
from training.attendance.rules.overall import counted_minutes
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.statuses import Status, Way
from training.base.structs import Frozen
from training.schedule.rules.sessions import folded

# Who joins within so many minutes is not late, and a connection that breaks for less is no absence.
GRACE_MINUTES = 10
_MOST_SPANS = 40


class Line(Frozen, frozen=True, kw_only=True):
    """One person of a list, all their joinings together.

    `spans` are when they were there (from, until; seconds of the epoch), apart from each other and in order. `told` is
    the sum of the durations that the list gives, in seconds; None where it gives none. `also` are other names.
    """

    name: str
    email: str = ""
    also: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    told: int | None = None
    joinings: int = 1


class Window(Frozen, frozen=True, kw_only=True):
    """When a meeting really took place, in seconds of the epoch: not before anybody came, nor after everybody left."""

    begins: int
    ends: int

    @property
    def minutes(self) -> int:
        """How long that is."""
        return max(0, (self.ends - self.begins) // 60)


class Judged(Frozen, frozen=True, kw_only=True):
    """What follows for somebody. `status` is None where nothing does, and `why` says so. `minutes` they were there."""

    status: Status | None
    minutes: int | None = None
    late: int = 0
    early: int = 0
    why: str = ""

    def mark(self, enrollment_id: UUID, reason: str, whole: int) -> MarkInput | None:
        """The mark to make in a meeting of `whole` minutes; None for nobody's."""
        if self.status is None:
            return None
        gaps = self.minutes is not None and self.minutes + self.late + self.early + GRACE_MINUTES < whole
        exact = self.status is Status.PARTIAL or (gaps and self.status is not Status.NO_SHOW)
        return MarkInput(
            enrollment_id=enrollment_id,
            status=self.status,
            minutes_late=self.late,
            minutes_early=self.early,
            minutes=self.minutes if exact else None,
            reason=reason,
        )


def lines_of_list(
    read: ListRead, meeting: RosterMeeting, zones: Sequence[str]
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The people of a list by name, and sentences about how it was read. `zones`: whose clocks its times may be on."""
    told = [one.joined for one in read.joinings]
    reading = best_reading(told, meeting.starts_at, meeting.ends_at, zones)
    notes = list(read.notes)
    if reading is None and any(told):
        notes.append(
            "The times in this list are not those of this meeting, so only minutes count. Is it the right list?"
        )
    elif reading is not None and reading.zone != zones[0]:
        notes.append(f"The times in this list are on the clocks of {reading.zone.replace('_', ' ')}.")
    groups: dict[str, list[Line]] = {}
    for one in read.joinings:
        key = f"@{one.email}" if one.email else folded(one.name)
        groups.setdefault(key, []).append(_line(one, reading, meeting))
    found = [together(group) for group in groups.values()]
    return tuple(sorted(found, key=lambda line: (folded(line.name or line.email), line.email))), tuple(notes)


def _line(one: Joining, reading: Reading | None, meeting: RosterMeeting) -> Line:
    begins, ends = (_seconds(told, reading, meeting) for told in (one.joined, one.left))
    if begins is not None and ends is None and one.seconds is not None:
        ends = begins + one.seconds
    if begins is not None and ends is not None and ends < begins <= ends + 86_400:
        # Only the clock was told, and midnight was between.
        ends += 86_400 if one.left is not None and one.left.parts is None else 0
    spans = ((begins, ends),) if begins is not None and ends is not None and begins <= ends else ()
    also = (one.also,) if one.also else ()
    return Line(name=one.name, email=one.email, also=also, spans=spans, told=one.seconds)


def _seconds(told: Told | None, reading: Reading | None, meeting: RosterMeeting) -> int | None:
    at = instant_of(told, reading, meeting.starts_at) if told and reading else None
    return int(at.timestamp()) if at else None


def together(lines: Sequence[Line]) -> Line:
    """Several lines about one person as one: times that overlap count once."""
    told = [line.told for line in lines if line.told is not None]
    spans = _joined(span for line in lines for span in line.spans)
    # A sum that leaves somebody's joining out says nothing where the times are known.
    known = bool(told) and (len(told) == len(lines) or not spans)
    names = dict.fromkeys(name for line in lines for name in (line.name, *line.also) if name)
    return Line(
        name=next(iter(names), ""),
        email=next((line.email for line in lines if line.email), ""),
        also=tuple(names)[1:4],
        spans=spans,
        told=sum(told) if known else None,
        joinings=sum(line.joinings for line in lines),
    )


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    # Who reconnects every minute all day long: the gaps after the first forty are too small to matter.
    head, rest = found[: _MOST_SPANS - 1], found[_MOST_SPANS - 1 :]
    return tuple([*head, (rest[0][0], rest[-1][1])] if rest else head)


def window_of(lines: Iterable[Line], meeting: RosterMeeting) -> Window:
    """The part of the meeting in which anybody was there: the host may have opened it late or closed it early."""
    spans = [span for line in lines for span in line.spans]
    begins, ends = int(meeting.starts_at.timestamp()), int(meeting.ends_at.timestamp())
    first = max(begins, min((span[0] for span in spans), default=begins))
    last = min(ends, max((span[1] for span in spans), default=ends))
    return Window(begins=first, ends=last) if first < last else Window(begins=begins, ends=ends)


def minutes_there(line: Line, meeting: RosterMeeting) -> int | None:
    """How long somebody was there while the meeting was; None when the list does not say."""
    begins, ends = int(meeting.starts_at.timestamp()), int(meeting.ends_at.timestamp())
    whole = ends - begins
    if not line.spans:
        return None if line.told is None else min(line.told, whole) // 60
    inside = sum(max(0, min(until, ends) - max(since, begins)) for since, until in line.spans)
    return (inside if line.told is None else min(inside, line.told)) // 60


def judged(line: Line | None, meeting: RosterMeeting, window: Window, threshold: int) -> Judged:
    """What follows from having been there for so long; None for `line` is somebody whom nobody on the list is."""
    if line is None:
        return Judged(status=None, why="Not on the list")
    minutes = minutes_there(line, meeting)
    if minutes is None:
        return Judged(status=None, why="The list does not say how long")
    if minutes == 0:
        return Judged(status=None, minutes=0, why="Not there while the meeting was")
    if minutes < threshold:
        return Judged(status=Status.PARTIAL, minutes=minutes, why=f"Less than {threshold} minutes")
    late = _beyond(line.spans[0][0] - window.begins) if line.spans else 0
    early = _beyond(window.ends - line.spans[-1][1]) if line.spans else 0
    status = Status.LATE if late else Status.LEFT_EARLY if early else Status.PRESENT
    return Judged(status=status, minutes=minutes, late=late, early=early)


def stays_in_the_room(mark: Mark | None, asked: MarkInput, meeting: RosterMeeting, mode: str) -> bool:
    """Whether somebody was checked in in the room, and the list of the room online would take minutes from them.

    A code that was scanned is somebody in the room; the code on the screen is that of whoever comes there (`mode`),
    because all who take part online have it, too. In a meeting that is only online nobody is in a room.
    """
    if mark is None or meeting.mode == "online":
        return False
    if mark.way is not Way.QR and not (mark.way in (Way.CODE, Way.WORD) and mode == "in_person"):
        return False
    by_list = asked.status, asked.minutes_late, asked.minutes_early, asked.minutes
    return counted_minutes(*by_list, meeting.minutes) < counted_minutes(*mark.value, meeting.minutes)


def _beyond(seconds: int) -> int:
    minutes = seconds // 60
    return minutes if minutes > GRACE_MINUTES else 0


def usual_threshold(minutes: int) -> int:
    """Half of the meeting, rounded up."""
    return (minutes + 1) // 2

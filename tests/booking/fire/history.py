"""What the clients did and were told. Instants are the machine's monotonic clock, which all its processes share."""

from collections.abc import Iterable, Sequence

import msgspec

HUNG_UP = 0
UNANSWERED = -1


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a booking came to for one person, as the answer told it."""

    outcome: str
    enrollment_id: str | None = None
    position: int | None = None
    mode: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request and its answer.

    `status` is HUNG_UP when the client closed the line after sending, UNANSWERED when the line broke under it.
    `key` is the Idempotency-Key, `members` whom a booking was for, `target` the enrollment (or booking) that another
    verb was about, `successor` the enrollment that took its place, `promoted` who moved up because of it,
    `open_places` how many places without a name were taken, `email` the address that a visitor gave. Everything but
    the first five is what that verb or its answer has.
    """

    verb: str
    session_id: str
    asked: float = 0.0
    answered: float = 0.0
    status: int = UNANSWERED
    code: str = ""
    key: str = ""
    members: tuple[str, ...] = ()
    target: str = ""
    successor: str = ""
    booking_id: str = ""
    verdicts: tuple[Said, ...] = ()
    promoted: tuple[str, ...] = ()
    open_places: int = 0
    email: str = ""
    version: int = 0

    @property
    def in_flight(self) -> bool:
        """An answer that says to ask again: the same key was being worked on, or too much else was (a finding)."""
        return self.code == "request-in-flight" or self.status == 503


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """What one client process cost: requests sent, and the seconds of processor time it took for them."""

    requests: int
    processor_seconds: float


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What one client process brings home. `waits` are the seconds a reader waited for each answer, by path."""

    told: tuple[Told, ...] = ()
    waits: dict[str, list[float]] = {}
    failed: tuple[str, ...] = ()
    effort: Effort


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What all client processes of one scene bring home."""

    notes: tuple[Notes, ...]

    @property
    def told(self) -> list[Told]:
        """Every request in the order of asking."""
        return sorted((told for notes in self.notes for told in notes.told), key=lambda told: told.asked)

    @property
    def failed(self) -> list[str]:
        """What a reader was refused."""
        return [line for notes in self.notes for line in notes.failed]

    def waits(self) -> list[float]:
        """How long readers waited, in seconds."""
        return [wait for notes in self.notes for waits in notes.waits.values() for wait in waits]

    def cost_ms(self) -> float:
        """Processor time of the clients for one request, in milliseconds."""
        efforts = [notes.effort for notes in self.notes]
        return 1000 * sum(e.processor_seconds for e in efforts) / max(1, sum(e.requests for e in efforts))


def targets(told: Iterable[Told], *verbs: str) -> set[str]:
    """What these verbs were, or may have been, done to: a refusal changes nothing."""
    return {one.target for one in told if one.verb in verbs and not 400 <= one.status < 500}


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

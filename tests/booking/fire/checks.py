"""What the clients were told, held against the rows, and the rows against each other. Every finding is a sentence.

None of the product's rules are used here: the order is judged by what it promises. Whoever asked before and accepts
the place that somebody else got must have one, unless they are a party that stays together where such parties may be
overtaken.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import inf

from msgspec.structs import replace

from tests.booking.fire.history import HUNG_UP, UNANSWERED, History, Told
from tests.booking.fire.operations import RIGHT
from tests.booking.fire.rows import Enrollment, Rows, Session, Step

MODES = ("in_person", "online")
LEFT = ("cancelled", "declined", "removed")
# Verbs after which an enrollment is over.
LEAVING = ("cancel", "replace", "move")


def find(rows: Rows, history: History) -> list[str]:
    """Everything that is wrong; an empty list when all is well."""
    told = history.told
    return [
        *history.failed,
        *unexpected_answers(told),
        *oversold(rows),
        *undersold(rows),
        *lost(rows, told),
        *doubled(rows, told),
        *out_of_order(rows, told),
        *served_out_of_turn(rows, told),
        *wrong_steps(rows, told),
    ]


def unexpected_answers(told: Iterable[Told]) -> Iterator[str]:
    """Answers of 500 and above, none at all, and those that the table of operations does not name."""
    for one in told:
        if one.status == UNANSWERED:
            yield f"unanswered: a {one.verb} got no answer"
        elif one.status != HUNG_UP and f"{one.status} {one.code}".strip() not in RIGHT[one.verb]:
            yield f"unexpected: a {one.verb} was answered {one.status} {one.code}"


def oversold(rows: Rows) -> Iterator[str]:
    """More places held than there are, by the rows and not by the counters."""
    held = Counter((e.session_id, e.mode) for e in rows.enrollments if e.mode)
    held += Counter((o.session_id, o.mode) for o in rows.open_places if o.state == "open")
    for session in rows.sessions:
        for mode in MODES:
            if held[session.id, mode] > session.capacity(mode):
                yield f"oversold: {held[session.id, mode]} hold {session.capacity(mode)} places {mode}"


def undersold(rows: Rows) -> Iterator[str]:
    """Somebody waits beside a place that they would take, and nobody stands before them whom it is kept for."""
    held = Counter((e.session_id, e.mode) for e in rows.enrollments if e.mode)
    held += Counter((o.session_id, o.mode) for o in rows.open_places if o.state == "open")
    for session in rows.sessions:
        queue = [e for e in rows.enrollments if e.session_id == session.id and e.state == "waitlisted"]
        for place, waits in enumerate(queue):
            if waits.together or (place and not session.overtaking):
                continue
            free = [m for m in waits.accepts.split(",") if held[session.id, m] < session.capacity(m)]
            if free:
                yield f"undersold: {waits.id} waits as number {place + 1} although a place {free[0]} is free"


def lost(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """What was acknowledged must be there, unless somebody asked to end it."""
    by_id = {e.id: e for e in rows.enrollments}
    ended, undone = targets(told, *LEAVING), targets(told, "undo")
    places = Counter(place.booking_id for place in rows.open_places)
    for one in told:
        left = by_id.get(one.target)
        if (
            one.verb in LEAVING
            and one.status == 200
            and one.target not in undone
            and (left is None or left.state not in LEFT)
        ):
            yield f"lost: {one.target} was told to have left and has not"
        if one.booking_id and one.open_places != places[one.booking_id]:
            yield f"lost: booking {one.booking_id} was told {one.open_places} open places"
        promised = [(key, "promoted", "") for key in (*one.promoted, one.successor) if key]
        promised += [(said.enrollment_id, said.outcome, one.booking_id) for said in one.verdicts if said.enrollment_id]
        for key, promise, booking_id in promised:
            found = by_id.get(key)
            if found is None or (booking_id and found.booking_id != booking_id):
                yield f"lost: {key} was told to be {promise} and is not there"
            elif key not in ended and (found.state in LEFT or (promise != "waitlisted" and not found.mode)):
                yield f"lost: {key} was told to be {promise} and is {found.state}"


def doubled(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """One person twice in a session, one key with two answers, a booking that nobody was told of."""
    active = Counter((e.session_id, e.person_id) for e in rows.enrollments if e.state not in LEFT)
    for (session_id, person_id), count in active.items():
        if count > 1:
            yield f"doubled: {person_id} is in {session_id} {count} times"
    answers: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for one in told:
        if one.key and one.status not in (HUNG_UP, UNANSWERED) and not one.in_flight:
            answers[one.key].add((one.status, one.booking_id))
    for key, given in answers.items():
        if len(given) > 1:
            yield f"doubled: the key {key} was answered {sorted(given)}"
    known = {one.booking_id for one in told} | {one.successor for one in told}
    # Who hung up without a key may have booked without hearing of it.
    unheard = {(one.session_id, m) for one in told if one.status == HUNG_UP and not one.key for m in one.members}
    for place in rows.open_places:
        if place.booking_id not in known:
            yield f"doubled: nobody was told of booking {place.booking_id}"
    for e in rows.enrollments:
        if not known & {e.booking_id, e.id} and (e.session_id, e.membership_id) not in unheard:
            yield f"doubled: nobody was told of booking {e.booking_id}"


def out_of_order(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """Whoever was answered before another asked has arrived before them; nobody arrived at the same moment."""
    arrival = {e.id: e.arrival for e in rows.enrollments}
    taken = Counter((e.session_id, e.arrival) for e in rows.enrollments)
    yield from (f"order: arrival {number} in {session} twice" for (session, number), n in taken.items() if n > 1)
    for _, ours in _by_session(first_answers(told)):
        latest, done, answered = 0, 0, sorted(ours, key=lambda one: one.answered)
        for one in sorted(ours, key=lambda one: one.asked):
            while done < len(answered) and answered[done].answered < one.asked:
                latest = max(latest, *(arrival.get(key, 0) for key in _entries(answered[done])))
                done += 1
            for key in _entries(one):
                if arrival.get(key, inf) < latest:
                    yield f"order: {key} asked after {latest} was answered and arrived as {arrival[key]}"


def first_answers(told: Iterable[Told]) -> list[Told]:
    """Bookings as they took effect: from the first asking to the first answer, whatever was asked again."""
    first: dict[str, Told] = {}
    for one in told:
        if one.verb != "book":
            continue
        name = one.key or f"{one.asked}"
        seen = first.get(name)
        if seen is None:
            first[name] = one
        elif not seen.booking_id and one.booking_id:
            first[name] = _begun(one, seen.asked)
    return [one for one in first.values() if one.booking_id]


def _begun(one: Told, asked: float) -> Told:
    return Told(
        verb=one.verb, session_id=one.session_id, asked=asked, answered=one.answered, status=one.status, key=one.key,
        members=one.members, booking_id=one.booking_id, verdicts=one.verdicts,
    )  # fmt: skip


def _entries(one: Told) -> list[str]:
    return [said.enrollment_id for said in one.verdicts if said.enrollment_id is not None] or [""]


def _by_session(told: Iterable[Told]) -> Iterator[tuple[str, list[Told]]]:
    for session_id, ours in groupby(sorted(told, key=lambda one: one.session_id), key=lambda one: one.session_id):
        yield session_id, list(ours)


def targets(told: Iterable[Told], *verbs: str) -> set[str]:
    """What these verbs were, or may have been, done to: a refusal changes nothing."""
    return {one.target for one in told if one.verb in verbs and not 400 <= one.status < 500}


def served_out_of_turn(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """As the clients saw it: X heard that they wait before Y asked, and still waited for certain when Y had a place.

    Certain is what no request in flight could have changed: X waits to the end, or the first request that could have
    ended X's waiting was sent after Y's place had been told.
    """
    waits_until = _waits_until(rows, told)
    by_id = {e.id: e for e in rows.enrollments}
    sessions = {s.id: s for s in rows.sessions}
    # Given by hand, or wanting something else than before: nothing is certain about them.
    changed = targets(told, "give", "mode", "party")
    served = {key: one.answered for one in reversed(told) for key in one.promoted}
    for session_id, ours in _by_session(first_answers(told)):
        entries = [(one, said, by_id[said.enrollment_id]) for one in ours for said in one.verdicts
                   if said.enrollment_id in by_id and not changed & {said.enrollment_id, one.booking_id}]  # fmt: skip
        for mode in MODES:
            waiting = sorted(
                (one.answered, waits_until.get(e.id, -inf))
                for one, said, e in entries
                if said.outcome == "waitlisted" and mode in e.accepts.split(",") and _counts(e, sessions[session_id])
            )
            heard = [answered for answered, _ in waiting]
            longest = _running_maximum([left for _, left in waiting])
            for one, said, e in entries:
                place = said.mode or (e.mode if e.id in served else "")
                until = one.answered if said.outcome == "enrolled" else served.get(e.id, inf)
                before = bisect_left(heard, one.asked)
                if place == mode and not e.inherits and before and longest[before - 1] > until:
                    yield f"order: {e.id} got a place {mode} before somebody who had been told to wait for one"


def _counts(e: Enrollment, session: Session) -> bool:
    return not e.together or not session.overtaking


def _running_maximum(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in values:
        found.append(max(value, found[-1]) if found else value)
    return found


def _waits_until(rows: Rows, told: Sequence[Told]) -> dict[str, float]:
    """Until when somebody who waited certainly still did: for ever, or until a request that may have ended it.

    Of whoever left, or moved up without anybody having been told, nothing is certain.
    """
    moved_up = {key for one in told for key in one.promoted}
    until = {e.id: inf for e in rows.enrollments if e.state == "waitlisted" or e.id in moved_up}
    begun: dict[str, float] = {}
    for one in told:
        # What was asked again may have taken effect when it was asked first.
        asked = begun.setdefault(one.key, one.asked) if one.key else one.asked
        for key in (one.target, *one.promoted):
            if key in until:
                until[key] = min(asked, until[key])
    return until


def wrong_steps(rows: Rows, told: Iterable[Told]) -> Iterator[str]:
    """As the database saw it, change by change: never too many, and never somebody served past who came before."""
    by_id = {e.id: e for e in rows.enrollments}
    by_hand, regrouped = targets(told, "give"), targets(told, "party")
    for session in rows.sessions:
        capacity = dict.fromkeys(MODES, 0)
        modes: dict[str, str] = {}
        queue: dict[str, Enrollment] = {}
        own = (step for step in rows.steps if step.session_id == session.id)
        for of_session, steps in groupby(own, key=lambda step: step.at):
            changed = list(steps)
            if not of_session:
                capacity = {"in_person": changed[-1].capacity_in_person, "online": changed[-1].capacity_online}
                continue
            served = _apply(changed, by_id, modes, queue)
            held = Counter(mode for mode in modes.values() if mode)
            for mode in MODES:
                if held[mode] > capacity[mode]:
                    yield f"oversold: {held[mode]} held {capacity[mode]} places {mode} at step {changed[-1].number}"
            waiting = [w for w in queue.values() if _counts(w, session) and w.booking_id not in regrouped]
            for key, before in served:
                entry = by_id.get(key)
                if key not in by_hand and not (entry and entry.inherits):
                    yield from _passed_over(key, modes[key], before, waiting)


def _apply(
    steps: Iterable[Step], by_id: dict[str, Enrollment], modes: dict[str, str], queue: dict[str, Enrollment]
) -> list[tuple[str, float]]:
    """Carry out the changes of one unit of work. Who got a place by them, and the arrival of the first person whom they
    may be served before: their own, but nobody for a place that is taken anew (another mode, a cancellation undone) or
    without a name."""
    served = []
    for step in steps:
        key = step.holder_id or ""
        if step.mode and modes.get(key, "") != step.mode:
            newcomer = key in by_id and (key not in modes or key in queue)
            served.append((key, by_id[key].arrival if newcomer else inf))
        modes[key] = step.mode
        queue.pop(key, None)
        if step.state == "waitlisted" and key in by_id:
            queue[key] = replace(by_id[key], accepts=step.accepts)
    return served


def _passed_over(key: str, mode: str, before: float, waiting: Iterable[Enrollment]) -> Iterator[str]:
    for waits in waiting:
        if waits.arrival < before and mode in waits.accepts.split(","):
            yield f"order: {key} got a place {mode} while {waits.arrival} waited for one"
            return

"""Whether places were given in order: as the clients saw it, and change by change, as the database did.

Whoever asked before and accepts the place that somebody else got must have one, unless they are a party that stays
together where such parties may be overtaken.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import inf

from msgspec.structs import replace

from tests.booking.fire.history import Told, targets
from tests.booking.fire.rows import MODES, Enrollment, Rows, Session, Step

# Verbs by which somebody comes, and is told at once what came of it.
COMING = ("book", "enroll")


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
        if one.verb not in COMING:
            continue
        name = one.key or f"{one.asked}"
        seen = first.get(name)
        if seen is None:
            first[name] = one
        elif seen.status != 201 and one.status == 201:
            first[name] = replace(one, asked=seen.asked)
    return [one for one in first.values() if one.status == 201]


def _entries(one: Told) -> list[str]:
    return [said.enrollment_id for said in one.verdicts if said.enrollment_id is not None] or [""]


def _by_session(told: Iterable[Told]) -> Iterator[tuple[str, list[Told]]]:
    for session_id, ours in groupby(sorted(told, key=lambda one: one.session_id), key=lambda one: one.session_id):
        yield session_id, list(ours)


def served_out_of_turn(rows: Rows, told: Sequence[Told]) -> Iterator[str]:
    """As the clients saw it: X heard that they wait before Y asked, and still waited for certain when Y had a place.

    Certain is what no request in flight could have changed: X waits to the end, or the first request that could have
    ended X's waiting was sent after Y's place had been told.
    """
    waits_until = _waits_until(rows, told)
    by_id = {e.id: e for e in rows.enrollments}
    sessions = {s.id: s for s in rows.sessions}
    # Given by hand, or wanting something else than before: nothing is certain about them.
    changed = targets(told, "give place", "mode", "party")
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
    by_hand, regrouped = targets(told, "give place"), targets(told, "party")
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
            yield from _put_back(changed, modes)
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


def _put_back(steps: Iterable[Step], modes: dict[str, str]) -> Iterator[str]:
    """Whoever has or is kept a place never waits again."""
    for step in steps:
        if step.state == "waitlisted" and modes.get(step.holder_id or ""):
            yield f"lost: {step.holder_id} had a place until step {step.number} and waits again"


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

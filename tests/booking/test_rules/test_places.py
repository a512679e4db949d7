"""Who gets a place: cases a person can check by hand, and the promise that the short way equals the whole queue."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from training.base.errors import Invalid
from training.booking.rules import (
    Given,
    PartyNeverFits,
    Standing,
    Waiting,
    accepted_modes,
    can_ever_fit,
    check_can_ever_fit,
    closed_to_newcomers,
    decide,
    needs_queue,
    pack_modes,
    promote,
    settle,
    unpack_modes,
)
from training.catalogue.rules import Mode

ROOM, SCREEN = Mode.IN_PERSON, Mode.ONLINE
OWN, OTHER = UUID(int=7_000_001), UUID(int=7_000_002)


def person(number: int, *accepts: Mode, party: int = 0, together: bool = False) -> Waiting:
    return Waiting(
        key=UUID(int=number), party=UUID(int=party or 1000 + number), together=together, accepts=accepts or (ROOM,)
    )


def party(first: int, size: int, *accepts: Mode, together: bool = True) -> list[Waiting]:
    return [person(first + i, *accepts, party=5000 + first, together=together) for i in range(size)]


def who(places: Sequence[Given]) -> list[tuple[int, Mode]]:
    return [(place.key.int, place.mode) for place in places]


def standing(
    room: int = 0,
    screen: int = 0,
    *,
    waiting: dict[Mode, int] | None = None,
    overtaking: bool = True,
    promotes: bool = True,
) -> Standing:
    return Standing(
        capacity={ROOM: room, SCREEN: screen},
        taken={},
        waiting=waiting or {},
        overtaking=overtaking,
        promotes=promotes,
    )


@pytest.mark.parametrize(
    ("free", "queue", "overtaking", "expected"),
    [
        pytest.param({ROOM: 2}, [person(1), person(2), person(3)], True, [(1, ROOM), (2, ROOM)], id="in order"),
        pytest.param(
            {ROOM: 3}, party(1, 5, together=False), True, [(1, ROOM), (2, ROOM), (3, ROOM)], id="may be split"
        ),
        pytest.param({ROOM: 3}, party(1, 5), True, [], id="together or not at all"),
        pytest.param({ROOM: 3}, [*party(1, 5), person(9)], True, [(9, ROOM)], id="overtaken by a smaller one"),
        pytest.param({ROOM: 3}, [*party(1, 5), person(9)], False, [], id="nobody overtakes"),
        pytest.param(
            {ROOM: 3, SCREEN: 1}, [*party(1, 5), person(9, SCREEN)], False, [(9, SCREEN)], id="not in its way"
        ),
        pytest.param({ROOM: 1, SCREEN: 1}, [person(1, SCREEN, ROOM)], True, [(1, SCREEN)], id="preferred mode"),
        pytest.param({ROOM: 1}, [person(1, SCREEN, ROOM)], True, [(1, ROOM)], id="second choice"),
        pytest.param(
            {ROOM: 1, SCREEN: 1},
            [person(1, ROOM, SCREEN, party=9, together=True), person(2, ROOM, party=9, together=True)],
            True,
            [(1, SCREEN), (2, ROOM)],
            id="a party makes room for its own",
        ),
        pytest.param({ROOM: -2}, [person(1)], True, [], id="above capacity nothing is free"),
        pytest.param({}, [], True, [], id="nobody"),
    ],
)
def test_settle(
    free: dict[Mode, int], queue: list[Waiting], overtaking: bool, expected: list[tuple[int, Mode]]
) -> None:
    assert who(settle(free, queue, capacity={ROOM: 5, SCREEN: 5}, overtaking=overtaking)) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(standing(1), [(1, ROOM)], id="free and nobody waits"),
        pytest.param(standing(1, waiting={ROOM: 3}), [(1, ROOM)], id="a party that does not fit may be overtaken"),
        pytest.param(standing(1, waiting={ROOM: 3}, overtaking=False), [], id="or not"),
        pytest.param(
            standing(1, waiting={SCREEN: 3}, overtaking=False), [(1, ROOM)], id="they wait for something else"
        ),
        pytest.param(
            standing(1, waiting={ROOM: 1}, promotes=False), [], id="after the cut-off whoever waits comes first"
        ),
        pytest.param(standing(1, promotes=False), [(1, ROOM)], id="after the cut-off, nobody waits"),
        pytest.param(standing(0), [], id="full"),
    ],
)
def test_decide(now: Standing, expected: list[tuple[int, Mode]]) -> None:
    assert who(decide(now, [person(1)])) == expected


def test_nobody_is_promoted_after_the_cutoff() -> None:
    assert promote(standing(5, promotes=False), [person(1)]) == []
    assert who(promote(standing(5), [person(1)])) == [(1, ROOM)]


@pytest.mark.parametrize(
    ("mode", "wished", "expected"),
    [
        (Mode.IN_PERSON, [], (ROOM,)),
        (Mode.HYBRID, [], (ROOM, SCREEN)),
        (Mode.HYBRID, [SCREEN, ROOM, SCREEN], (SCREEN, ROOM)),
        (Mode.ONLINE, [SCREEN], (SCREEN,)),
    ],
)
def test_accepted_modes(mode: Mode, wished: list[Mode], expected: tuple[Mode, ...]) -> None:
    assert accepted_modes(mode, wished) == expected
    assert unpack_modes(pack_modes(expected)) == expected


@pytest.mark.parametrize(("mode", "wish"), [(Mode.IN_PERSON, SCREEN), (Mode.ONLINE, ROOM), (Mode.HYBRID, Mode.HYBRID)])
def test_a_mode_that_is_not_offered_is_refused(mode: Mode, wish: Mode) -> None:
    with pytest.raises(Invalid, match="not held in that mode"):
        accepted_modes(mode, [wish])


class Ledger(RuleBasedStateMachine):
    """A session's life kept twice: by counters and the short way, and by the whole queue every time."""

    def __init__(self) -> None:
        super().__init__()
        self.capacity = {ROOM: 0, SCREEN: 0}
        self.overtaking = True
        self.promotes = True
        self.places: dict[UUID, Mode] = {}
        self.queue: list[Waiting] = []
        self.number = 0

    def standing(self) -> Standing:
        taken = {mode: sum(1 for m in self.places.values() if m is mode) for mode in (ROOM, SCREEN)}
        waiting = {mode: sum(1 for w in self.queue if mode in w.accepts) for mode in (ROOM, SCREEN)}
        return Standing(
            capacity=dict(self.capacity),
            taken=taken,
            waiting=waiting,
            overtaking=self.overtaking,
            promotes=self.promotes,
        )

    def by_whole_queue(self, newcomers: list[Waiting]) -> list[Given]:
        """The verdict as somebody would find it who knew everything: all who wait, newcomers last."""
        now = self.standing()
        if self.promotes:
            whole = [*self.queue, *newcomers]
            return settle(now.free, whole, capacity=self.capacity, overtaking=self.overtaking)
        shut = {mode for waiting in self.queue for mode in waiting.accepts}
        return settle(now.free, newcomers, capacity=self.capacity, overtaking=self.overtaking, closed=shut)

    def give(self, places: list[Given]) -> None:
        keys = {place.key for place in places}
        self.places |= {place.key: place.mode for place in places}
        self.queue = [waiting for waiting in self.queue if waiting.key not in keys]

    @initialize(room=st.integers(0, 5), screen=st.integers(0, 4), overtaking=st.booleans())
    def begin(self, room: int, screen: int, overtaking: bool) -> None:
        self.capacity = {ROOM: room, SCREEN: screen}
        self.overtaking = overtaking

    @rule(
        size=st.integers(1, 4),
        together=st.booleans(),
        accepts=st.sampled_from([(ROOM,), (SCREEN,), (ROOM, SCREEN), (SCREEN, ROOM)]),
    )
    def book(self, size: int, together: bool, accepts: tuple[Mode, ...]) -> None:
        self.number += 10
        newcomers = party(self.number, size, *accepts, together=together)
        now = self.standing()
        try:
            check_can_ever_fit(self.capacity, newcomers)
        except PartyNeverFits:
            return
        quick = decide(now, newcomers, self.queue if needs_queue(now, newcomers) else ())
        assert quick == self.by_whole_queue(newcomers)
        self.queue.extend(newcomers)
        self.give(quick)

    @precondition(lambda self: self.places)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        del self.places[data.draw(st.sampled_from(sorted(self.places)))]
        self.give(promote(self.standing(), self.queue))

    @precondition(lambda self: self.queue)
    @rule(data=st.data())
    def leave_the_waitlist(self, data: st.DataObject) -> None:
        leaver = data.draw(st.sampled_from(range(len(self.queue))))
        del self.queue[leaver]
        # Also leaving frees something: the way past a party that was in front.
        self.give(promote(self.standing(), self.queue))

    @rule(mode=st.sampled_from([ROOM, SCREEN]), more=st.integers(1, 4))
    def grow(self, mode: Mode, more: int) -> None:
        self.capacity[mode] += more
        self.give(promote(self.standing(), self.queue))

    @rule(mode=st.sampled_from([ROOM, SCREEN]), fewer=st.integers(1, 5))
    def shrink(self, mode: Mode, fewer: int) -> None:
        """Not below what is taken. A party that waits may have become too large for ever."""
        self.capacity[mode] = max(self.capacity[mode] - fewer, self.standing().taken[mode])
        self.give(promote(self.standing(), self.queue))

    @rule(overtaking=st.booleans())
    def change_the_rule(self, overtaking: bool) -> None:
        self.overtaking = overtaking
        self.give(promote(self.standing(), self.queue))

    @rule(promotes=st.booleans())
    def cross_the_cutoff(self, promotes: bool) -> None:
        self.promotes = promotes
        self.give(promote(self.standing(), self.queue))

    @invariant()
    def never_more_than_capacity(self) -> None:
        now = self.standing()
        assert all(now.taken[mode] <= now.capacity[mode] for mode in (ROOM, SCREEN))

    @invariant()
    def nobody_waits_who_would_fit(self) -> None:
        if self.promotes:
            now = self.standing()
            assert settle(now.free, self.queue, capacity=self.capacity, overtaking=self.overtaking) == []

    @invariant()
    def nobody_is_blocked_for_ever(self) -> None:
        """The first who could fit into the empty session waits for a place that somebody has, not for a party."""
        if self.promotes:
            free = self.standing().free
            units = {w.party if w.together else w.key: [] for w in self.queue}  # type: dict[UUID, list[Waiting]]
            for waiting in self.queue:
                units[waiting.party if waiting.together else waiting.key].append(waiting)
            first = next((unit for unit in units.values() if can_ever_fit(self.capacity, unit)), None)
            assert first is None or not can_ever_fit(free, first)

    @invariant()
    def nobody_alone_waits_beside_a_free_place(self) -> None:
        """With overtaking, whoever waits alone accepts only modes that are full."""
        if self.promotes and self.overtaking:
            free = self.standing().free
            alone = [waiting for waiting in self.queue if not waiting.together]
            assert all(free[mode] == 0 for waiting in alone for mode in waiting.accepts)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(free=st.integers(0, 6), sizes=st.lists(st.integers(1, 4), max_size=6), overtaking=st.booleans())
@settings(deadline=None)
def test_a_settled_queue_is_settled(free: int, sizes: list[int], overtaking: bool) -> None:
    queue = [member for i, size in enumerate(sizes) for member in party(10 * (i + 1), size)]
    first = settle({ROOM: free}, queue, capacity={ROOM: 4}, overtaking=overtaking)
    keys = {place.key for place in first}
    rest = [member for member in queue if member.key not in keys]
    assert settle({ROOM: free - len(first)}, rest, capacity={ROOM: 4}, overtaking=overtaking) == []


def test_newcomers_know_from_counters_whom_they_would_overtake() -> None:
    assert closed_to_newcomers(standing(waiting={ROOM: 1})) == frozenset()
    assert closed_to_newcomers(standing(waiting={ROOM: 1}, overtaking=False)) == {ROOM}
    assert closed_to_newcomers(standing(waiting={SCREEN: 2}, promotes=False)) == {SCREEN}


@pytest.mark.parametrize(
    ("room", "screen", "people", "fits"),
    [
        (6, 0, party(1, 6), True),
        (6, 0, party(1, 7), False),
        (6, 9, party(1, 7), False),
        (4, 3, party(1, 7, ROOM, SCREEN), True),
        (4, 3, party(1, 8, ROOM, SCREEN), False),
        (1, 1, [person(1, ROOM, SCREEN), person(2, ROOM)], True),
        (0, 0, [], True),
    ],
)
def test_can_ever_fit(room: int, screen: int, people: list[Waiting], fits: bool) -> None:
    assert can_ever_fit({ROOM: room, SCREEN: screen}, people) == fits


def test_a_party_that_never_fits_is_told_the_numbers() -> None:
    with pytest.raises(PartyNeverFits, match="has 6 places; 14 people can never go together") as told:
        check_can_ever_fit({ROOM: 6, SCREEN: 90}, party(1, 14))
    assert told.value.data == {"places": 6, "people": 14}
    check_can_ever_fit({ROOM: 6}, party(1, 14, together=False))
    check_can_ever_fit({ROOM: 6}, [])


def test_a_party_too_large_for_ever_stands_in_nobodys_way() -> None:
    queue = [*party(1, 5), person(9)]
    assert who(settle({ROOM: 3}, queue, capacity={ROOM: 4}, overtaking=False)) == [(9, ROOM)]
    now = standing(3, waiting={ROOM: 5}, overtaking=False)
    newcomer = [person(9)]
    assert needs_queue(now, newcomer)
    assert who(decide(now, newcomer, party(1, 5))) == [(9, ROOM)]
    assert decide(now, newcomer, party(1, 3)) == []
    assert not needs_queue(standing(0, waiting={ROOM: 5}, overtaking=False), newcomer)
    assert not needs_queue(standing(3, waiting={SCREEN: 5}, overtaking=False), newcomer)
    assert not needs_queue(standing(3, waiting={ROOM: 5}), newcomer)

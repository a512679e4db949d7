"""Booking, in all the ways in which people ask: once, again, twice at once, with and without a key, hanging up."""

import asyncio

from tests.booking.fire.hands import Hand
from tests.booking.fire.history import Told

# Half a minute and more: as long as the queue of an opening minute may be.
ATTEMPTS = 600
PAUSE = 0.05


class NobodyLeft(Exception):
    """Everybody of this process is in that session already."""


async def book(hand: Hand, *, key: str = "", size: int = 1, together: bool = False) -> Told:
    """Somebody, or a party, who has no place in the session yet."""
    session_id, members = take_from_home(hand, size)
    return await send_booking(hand, session_id, members, key=key, together=together)


def take_from_home(hand: Hand, size: int) -> tuple[str, tuple[str, ...]]:
    """A session and people whom nobody else of this process is booking for it."""
    session_id = hand.chance.choice(hand.crowd.sessions)
    home = hand.crowd.home[session_id]
    if len(home) < size:
        raise NobodyLeft
    return session_id, tuple(home.pop() for _ in range(size))


async def send_booking(
    hand: Hand,
    session_id: str,
    members: tuple[str, ...],
    *,
    key: str = "",
    together: bool = False,
    listens: bool = True,
    open_places: int = 0,
) -> Told:
    """One request for places. Whoever was booked is known to the process from then on."""
    about = Told(verb="book", session_id=session_id, key=key, members=members)
    body = {
        "partner_id": hand.crowd.plan.partner_id,
        "people": [{"membership_id": member} for member in members],
        "together": together,
        "open_places": open_places,
    }
    told = await hand.ask(about, "POST", f"/api/v1/sessions/{session_id}/bookings", body, listens=listens)
    for member, said in zip(members, told.verdicts, strict=False):
        if said.enrollment_id is not None:
            hand.crowd.booked.append((session_id, said.enrollment_id, member))
    return told


async def book_plainly(hand: Hand) -> None:
    """One person, once, without a key."""
    await book(hand)


async def book_with_key(hand: Hand) -> None:
    """One person with a key, and sometimes the same again although the answer came."""
    told = await book(hand, key=hand.crowd.new_key())
    if hand.chance.random() < 0.3:
        await send_booking(hand, told.session_id, told.members, key=told.key)


async def book_twice(hand: Hand) -> None:
    """The same person a second time without a key: the second is told that they are in already."""
    told = await book(hand)
    await send_booking(hand, told.session_id, told.members)


async def crowd_in(hand: Hand) -> None:
    """The same person four times at the same moment without a key: one booking, three that hear of it."""
    session_id, members = take_from_home(hand, 1)
    hands = [Hand(hand.crowd) for _ in range(4)]
    for number, other in enumerate(hands):
        other.chance.seed(f"{members[0]} {number}")
    await asyncio.gather(*(send_booking(other, session_id, members) for other in hands))
    for other in hands:
        other.hang_up()


async def hang_up_with_key(hand: Hand) -> None:
    """Send, close the line before the answer, ask again with the same key until somebody answers."""
    session_id, members = take_from_home(hand, 1)
    key = hand.crowd.new_key()
    for _ in range(hand.chance.choice((1, 1, 2))):
        await send_booking(hand, session_id, members, key=key, listens=False)
    await insist(hand, session_id, members, key)


async def hang_up_without_key(hand: Hand) -> None:
    """The same without a key: there can be one booking at most, and the second answer may say that there is one."""
    session_id, members = take_from_home(hand, 1)
    await send_booking(hand, session_id, members, listens=False)
    await send_booking(hand, session_id, members)


async def insist(hand: Hand, session_id: str, members: tuple[str, ...], key: str) -> Told:
    """Ask with a key until the answer is not that it is being worked on."""
    told = await send_booking(hand, session_id, members, key=key)
    for _ in range(ATTEMPTS):
        if not told.in_flight:
            break
        await asyncio.sleep(PAUSE)
        told = await send_booking(hand, session_id, members, key=key)
    return told


async def book_party(hand: Hand) -> None:
    """Two to four people, sometimes only together."""
    await book(hand, size=hand.chance.randint(2, 4), together=hand.chance.random() < 0.4)


async def press_twice(hand: Hand) -> None:
    """The same key twice at the same moment, through whichever servers."""
    session_id, members = take_from_home(hand, 1)
    key, other = hand.crowd.new_key(), Hand(hand.crowd)
    other.chance.seed(key)
    await asyncio.gather(insist(hand, session_id, members, key), insist(other, session_id, members, key))
    other.hang_up()

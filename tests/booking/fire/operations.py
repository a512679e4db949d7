"""What people do to places under fire: a table. A new verb of the product is one function and one line here.

`right` names the answers that may come to such a request, as 'status' or 'status code'; any other is a finding. To be
told "in flight" or "changed meanwhile" is right, too, and asks for another attempt, as it would of a person.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from tests.booking.fire.hands import Entry, Hand
from tests.booking.fire.history import HUNG_UP, Told

# Half a minute and more: as long as the queue of an opening minute may be.
ATTEMPTS = 600
PAUSE = 0.05


class NobodyLeft(Exception):
    """Everybody of this process is in that session already."""


class Operation(msgspec.Struct, frozen=True):
    """A verb under fire and how it is asked for. `rush` and `churn`: how often it is chosen in those scenes."""

    do: Callable[[Hand], Awaitable[None]]
    rush: int = 0
    churn: int = 0


RIGHT: dict[str, frozenset[str]] = {
    "book": frozenset({"201", "409 nobody-booked", "409 nobody-waits-nameless", "409 request-in-flight"}),
    "cancel": frozenset({"200", "412 changed-meanwhile", "409 enrollment-over", "409 request-in-flight"}),
    "give": frozenset(
        {"200", "412 changed-meanwhile", "409 not-waiting", "409 above-capacity", "409 overbooking-exhausted",
         "409 request-in-flight"}
    ),
    "look": frozenset({"200"}),
    "mode": frozenset(
        {"200", "412 changed-meanwhile", "409 same-mode", "409 one-mode-only", "409 no-place-there",
         "409 enrollment-over"}
    ),
    "move": frozenset(
        {"200", "412 changed-meanwhile", "409 no-place-there", "409 enrollment-over", "409 cannot-be-booked"}
    ),
    "name": frozenset({"200", "412 changed-meanwhile", "409 open-place-over", "409 naming-refused"}),
    "party": frozenset({"200", "409 nobody-waits", "409 party-never-fits"}),
    "release": frozenset({"200", "412 changed-meanwhile", "409 open-place-over"}),
    "replace": frozenset({"200", "412 changed-meanwhile", "409 not-replaceable", "409 cannot-be-booked"}),
    "resize": frozenset({"200", "412 changed-meanwhile", "409 capacity-below-taken", "409 mode-waited-for"}),
    "undo": frozenset({"200", "412 changed-meanwhile", "409 place-taken-meanwhile", "409 nothing-to-undo"}),
}  # fmt: skip


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


async def cancel(hand: Hand) -> None:
    """Somebody leaves. Afterwards they may come again."""
    if hand.crowd.booked:
        await leave(hand, take_from_booked(hand))


async def cancel_and_hang_up(hand: Hand) -> None:
    """Somebody leaves with a key; the line is closed before the answer, and the same is asked again."""
    if hand.crowd.booked:
        await leave(hand, take_from_booked(hand), key=hand.crowd.new_key())


def take_from_booked(hand: Hand) -> Entry:
    """Somebody whom this process has booked, who may wait or have a place by now."""
    return hand.crowd.booked.pop(hand.chance.randrange(len(hand.crowd.booked)))


async def leave(hand: Hand, entry: Entry, *, key: str = "") -> None:
    """Give a place or spot on the waitlist back. Who was changed meanwhile is looked at again; a key means hang-ups."""
    session_id, enrollment_id, member = entry
    path = f"/api/v1/enrollments/{enrollment_id}/cancel"
    version, listens = 1, not key
    for _ in range(ATTEMPTS):
        # Another version is another question, so it has another key.
        own = f"{key} {version}" if key else ""
        about = Told(verb="cancel", session_id=session_id, target=enrollment_id, key=own, version=version)
        told = await hand.ask(about, "POST", path, {}, listens=listens)
        listens = True
        if told.status == 200:
            hand.crowd.home[session_id].append(member)
            hand.crowd.left.append((entry, told.version))
        if told.in_flight:
            await asyncio.sleep(PAUSE)
        elif told.status == 412:
            version = told.version
        elif told.status != HUNG_UP:
            return


async def undo(hand: Hand) -> None:
    """Somebody who has just left takes that back: their place, if it is still free, or their spot."""
    if not hand.crowd.left:
        return
    entry, version = hand.crowd.left.pop()
    session_id, enrollment_id, member = entry
    home = hand.crowd.home[session_id]
    if member not in home:
        return
    home.remove(member)
    about = Told(verb="undo", session_id=session_id, target=enrollment_id, version=version)
    told = await hand.ask(about, "POST", f"/api/v1/enrollments/{enrollment_id}/undo")
    if told.status == 200:
        hand.crowd.booked.append(entry)
    else:
        home.append(member)


async def come_back_late(hand: Hand) -> None:
    """Book with a key, leave, and send the first request once more: it gets its old answer and books nothing."""
    session_id, members = take_from_home(hand, 1)
    told = await insist(hand, session_id, members, hand.crowd.new_key())
    if told.verdicts and (enrollment_id := told.verdicts[0].enrollment_id):
        await leave(hand, (session_id, enrollment_id, members[0]))
        await insist(hand, session_id, members, told.key)


async def change(hand: Hand, verb: str, entry: Entry, body: object) -> Told:
    """Ask for a change of an enrollment, and look again when it was changed meanwhile."""
    session_id, enrollment_id, _ = entry
    about = Told(verb=verb, session_id=session_id, target=enrollment_id, version=1)
    path = f"/api/v1/enrollments/{enrollment_id}/{verb}"
    told = await hand.ask(about, "POST", path, body)
    for _ in range(3):
        if told.status != 412:
            break
        told = await hand.ask(msgspec.structs.replace(about, version=told.version), "POST", path, body)
    return told


async def replace(hand: Hand) -> None:
    """Somebody who stays at home until then comes instead; whoever had the place may come again."""
    if not hand.crowd.booked:
        return
    entry = take_from_booked(hand)
    session_id, _, member = entry
    home = hand.crowd.home[session_id]
    if not home:
        return
    instead = home.pop()
    told = await change(hand, "replace", entry, {"person": {"membership_id": instead}})
    home.append(member if told.status == 200 else instead)
    hand.crowd.booked.append((session_id, told.successor, instead) if told.status == 200 else entry)


async def move(hand: Hand) -> None:
    """Somebody leaves one session for a free place in another."""
    if not hand.crowd.booked:
        return
    session_id, _, member = entry = take_from_booked(hand)
    there = hand.chance.choice(hand.crowd.sessions)
    if there == session_id or member not in hand.crowd.home[there]:
        hand.crowd.booked.append(entry)
        return
    hand.crowd.home[there].remove(member)
    told = await change(hand, "move", entry, {"session_id": there})
    hand.crowd.home[session_id if told.status == 200 else there].append(member)
    hand.crowd.booked.append((there, told.successor, member) if told.status == 200 else entry)


async def change_mode(hand: Hand) -> None:
    """Somebody would rather take part in another way, or in either."""
    if hand.crowd.booked:
        modes = hand.chance.choice((["in_person"], ["online"], ["online", "in_person"], ["in_person", "online"]))
        await change(hand, "mode", hand.chance.choice(hand.crowd.booked), {"accepts": modes})


async def change_party(hand: Hand) -> None:
    """Those of a booking who wait stay together from now on, or do not."""
    bookings = [one for one in hand.crowd.told[-500:] if len(one.verdicts) > 1]
    if bookings:
        one = hand.chance.choice(bookings)
        about = Told(verb="party", session_id=one.session_id, target=one.booking_id)
        together = {"together": hand.chance.random() < 0.5}
        await hand.ask(about, "POST", f"/api/v1/bookings/{one.booking_id}/party", together)


async def book_open_places(hand: Hand) -> None:
    """One or two places without a name, sometimes with somebody who has one; sometimes the answer is not waited for."""
    session_id, members = take_from_home(hand, hand.chance.choice((0, 1)))
    key, nameless = hand.crowd.new_key(), hand.chance.randint(1, 2)
    if hand.chance.random() < 0.3:
        await send_booking(hand, session_id, members, key=key, open_places=nameless, listens=False)
    for _ in range(ATTEMPTS):
        told = await send_booking(hand, session_id, members, key=key, open_places=nameless)
        if not told.in_flight:
            return
        await asyncio.sleep(PAUSE)


async def name_open_place(hand: Hand) -> None:
    """Somebody who stayed at home gets one of the places without a name."""
    session_id, members = take_from_home(hand, 1)
    person = {"person": {"membership_id": members[0]}}
    told = await end_open_place(hand, session_id, "name", person)
    if told is None or told.status != 200:
        hand.crowd.home[session_id].extend(members)
    else:
        hand.crowd.booked.append((session_id, told.successor, members[0]))


async def release_open_place(hand: Hand) -> None:
    """A place without a name is given back."""
    await end_open_place(hand, hand.chance.choice(hand.crowd.sessions), "release", {})


async def end_open_place(hand: Hand, session_id: str, verb: str, body: object) -> Told | None:
    """Name or release one of the partner's open places, if there is one; another process may be faster."""
    await hand.ask(
        Told(verb="look", session_id=session_id), "GET", f"/api/v1/sessions/{session_id}/open-places?limit=100"
    )
    places = [place for place in hand.seen if place.state == "open"]
    if not places:
        return None
    place = hand.chance.choice(places)
    about = Told(verb=verb, session_id=session_id, target=place.id, version=place.version)
    return await hand.ask(about, "POST", f"/api/v1/open-places/{place.id}/{verb}", body)


async def give(hand: Hand) -> None:
    """A manager gives somebody who waits a place by hand, if there is one."""
    if not (booked := hand.crowd.booked):
        return
    session_id, enrollment_id, _ = hand.chance.choice(booked)
    path = f"/api/v1/enrollments/{enrollment_id}/give-place"
    version = 1
    for _ in range(3):
        about = Told(verb="give", session_id=session_id, target=enrollment_id, version=version)
        told = await hand.ask(about, "POST", path, {}, manages=True)
        if told.status != 412:
            return
        version = told.version


async def resize(hand: Hand) -> None:
    """A manager makes a session larger or smaller; below the places taken it stays as it is."""
    session_id = hand.chance.choice(hand.crowd.sessions)
    path = f"/api/v1/sessions/{session_id}"
    seen = await hand.ask(Told(verb="look", session_id=session_id), "GET", path, manages=True)
    for _ in range(3):
        about = Told(verb="resize", session_id=session_id, version=seen.version)
        places = {"capacity_in_person": hand.chance.randint(*hand.crowd.plan.capacities)}
        seen = await hand.ask(about, "PATCH", path, places, manages=True)
        if seen.status != 412:
            return


OPERATIONS: dict[str, Operation] = {
    "book": Operation(book_plainly, rush=60, churn=26),
    "book with a key": Operation(book_with_key, rush=15, churn=6),
    "book twice": Operation(book_twice, rush=4, churn=2),
    "press twice": Operation(press_twice, rush=5, churn=3),
    "crowd in": Operation(crowd_in, rush=1, churn=1),
    "hang up, with a key": Operation(hang_up_with_key, rush=12, churn=5),
    "hang up, without a key": Operation(hang_up_without_key, rush=4, churn=2),
    "book a party": Operation(book_party, churn=10),
    "come back late": Operation(come_back_late, churn=3),
    "cancel": Operation(cancel, churn=30),
    "cancel and hang up": Operation(cancel_and_hang_up, churn=6),
    "undo": Operation(undo, churn=5),
    "give by hand": Operation(give, churn=2),
    "resize": Operation(resize, churn=5),
    "replace": Operation(replace, churn=4),
    "move": Operation(move, churn=4),
    "change mode": Operation(change_mode, churn=4),
    "book open places": Operation(book_open_places, churn=4),
    "name an open place": Operation(name_open_place, churn=3),
    "release an open place": Operation(release_open_place, churn=2),
    "split or keep a party": Operation(change_party, churn=3),
}
RUSH = {name: operation.rush for name, operation in OPERATIONS.items() if operation.rush}
CHURN = {name: operation.churn for name, operation in OPERATIONS.items() if operation.churn}

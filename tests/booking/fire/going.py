"""What can be done to a place that somebody has: leaving, coming back, changing, and what a manager does."""

import asyncio

import msgspec

from tests.booking.fire.coming import ATTEMPTS, PAUSE, insist, take_from_home
from tests.booking.fire.hands import Entry, Hand
from tests.booking.fire.history import HUNG_UP, Told

CALLED_OFF = "The trainer is ill."


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
            hand.crowd.come_home(session_id, member)
            hand.crowd.left.append((entry, told.version))
        elif told.code == "enrollment-over":
            hand.crowd.come_home(session_id, member)
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
        hand.crowd.come_home(session_id, member)


async def come_back_late(hand: Hand) -> None:
    """Book with a key, leave, and send the first request once more: it gets its old answer and books nothing."""
    session_id, members = take_from_home(hand, 1)
    told = await insist(hand, session_id, members, hand.crowd.new_key())
    if told.verdicts and (enrollment_id := told.verdicts[0].enrollment_id):
        await leave(hand, (session_id, enrollment_id, members[0]))
        await insist(hand, session_id, members, told.key)


async def change(hand: Hand, verb: str, entry: Entry, body: object, *, bearer: str = "") -> Told:
    """Ask for a change of an enrollment, and look again when it was changed meanwhile."""
    session_id, enrollment_id, _ = entry
    about = Told(verb=verb, session_id=session_id, target=enrollment_id, version=1)
    path = f"/api/v1/enrollments/{enrollment_id}/{verb.replace(' ', '-')}"
    told = await hand.ask(about, "POST", path, body, bearer=bearer)
    for _ in range(3):
        if told.status != 412:
            break
        about = msgspec.structs.replace(about, version=told.version)
        told = await hand.ask(about, "POST", path, body, bearer=bearer)
    return told


async def replace(hand: Hand) -> None:
    """Somebody who stays at home until then comes instead; whoever had the place may come again."""
    if not hand.crowd.booked:
        return
    entry = take_from_booked(hand)
    session_id, _, member = entry
    home = hand.crowd.home[session_id]
    if not home:
        hand.crowd.booked.append(entry)
        return
    instead = home.pop()
    told = await change(hand, "replace", entry, {"person": {"membership_id": instead}})
    hand.crowd.come_home(session_id, member if told.status == 200 else instead)
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
    hand.crowd.come_home(session_id if told.status == 200 else there, member)
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


async def undo_booking(hand: Hand) -> None:
    """A whole booking is taken back, sometimes with a key and a hang-up: everybody who came by it may come again."""
    bookings = [one for one in hand.crowd.told[-300:] if one.booking_id]
    if not bookings:
        return
    one = hand.chance.choice(bookings)
    key = hand.crowd.new_key() if hand.chance.random() < 0.3 else ""
    about = Told(verb="undo booking", session_id=one.session_id, target=one.booking_id, key=key)
    path = f"/api/v1/bookings/{one.booking_id}/undo"
    if key:
        await hand.ask(about, "POST", path, {}, listens=False)
    told = await hand.ask(about, "POST", path, {})
    for _ in range(ATTEMPTS):
        if not told.in_flight:
            break
        await asyncio.sleep(PAUSE)
        told = await hand.ask(about, "POST", path, {})
    if told.status == 200:
        gone = {said.enrollment_id for said in one.verdicts}
        hand.crowd.booked[:] = [entry for entry in hand.crowd.booked if entry[1] not in gone]
        hand.crowd.come_home(one.session_id, *one.members)


async def give(hand: Hand) -> None:
    """A manager gives somebody who waits a place by hand, if there is one."""
    if hand.crowd.booked:
        entry = hand.chance.choice(hand.crowd.booked)
        await change(hand, "give place", entry, {}, bearer=hand.crowd.plan.manager)


async def resize(hand: Hand) -> None:
    """A manager makes a session larger or smaller; below the places taken it stays as it is."""
    session_id = hand.chance.choice(hand.crowd.sessions)
    if session_id == hand.crowd.plan.roomy:
        return
    path = f"/api/v1/sessions/{session_id}"
    seen = await hand.ask(Told(verb="look", session_id=session_id), "GET", path, bearer=hand.crowd.plan.manager)
    for _ in range(3):
        about = Told(verb="resize", session_id=session_id, version=seen.version)
        places = {"capacity_in_person": hand.chance.randint(*hand.crowd.plan.capacities)}
        seen = await hand.ask(about, "PATCH", path, places, bearer=hand.crowd.plan.manager)
        if seen.status != 412:
            return


async def call_off(hand: Hand, session_id: str) -> None:
    """A manager cancels a session while others go on booking it."""
    path, version = f"/api/v1/sessions/{session_id}", 1
    for _ in range(ATTEMPTS):
        about = Told(verb="call off", session_id=session_id, version=version)
        told = await hand.ask(about, "POST", f"{path}/cancel", {"reason": CALLED_OFF}, bearer=hand.crowd.plan.manager)
        if told.status != 412:
            return
        version = told.version

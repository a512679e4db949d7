"""Places without a name: booked, named by the coordinator or by link, given back."""

import asyncio

import msgspec

from tests.booking.fire.coming import ATTEMPTS, PAUSE, send_booking, take_from_home
from tests.booking.fire.hands import Hand, Listed
from tests.booking.fire.history import Told


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
        hand.crowd.come_home(session_id, *members)
    else:
        hand.crowd.booked.append((session_id, told.successor, members[0]))


async def release_open_place(hand: Hand) -> None:
    """A place without a name is given back."""
    await end_open_place(hand, hand.chance.choice(hand.crowd.sessions), "release", {})


async def end_open_place(hand: Hand, session_id: str, verb: str, body: object) -> Told | None:
    """Name or release one of the partner's open places, if there is one; another process may be faster."""
    place = await open_place(hand, session_id)
    return await end(hand, session_id, verb, place, body) if place else None


async def open_place(hand: Hand, session_id: str) -> Listed | None:
    """One of the partner's places without a name."""
    about = Told(verb="look", session_id=session_id)
    # The newest come last, and those that were given back stay in the list.
    await hand.ask(about, "GET", f"/api/v1/sessions/{session_id}/open-places?limit=100")
    places = [place for place in hand.seen if place.state == "open"]
    return hand.chance.choice(places) if places else None


async def end(hand: Hand, session_id: str, verb: str, place: Listed, body: object) -> Told:
    """Name or release this place."""
    about = Told(verb=verb, session_id=session_id, target=place.id, version=place.version)
    return await hand.ask(about, "POST", f"/api/v1/open-places/{place.id}/{verb}", body)


async def hand_out_link(hand: Hand) -> None:
    """A link is made for a place, and one to three people follow it at once; meanwhile the coordinator may name or
    release the place, or make another link."""
    session_id = hand.chance.choice(hand.crowd.sessions)
    place = await open_place(hand, session_id)
    if place is None:
        return
    about = Told(verb="link", session_id=session_id, target=place.id, version=place.version)
    made = await hand.ask(about, "POST", f"/api/v1/open-places/{place.id}/link", {})
    if made.status != 200:
        return
    token = hand.url.rpartition("/")[2]
    asking = [follow(hand, made, token) for _ in range(hand.chance.choice((1, 1, 2, 3)))]
    if hand.chance.random() < 0.3:
        other, again = Hand(hand.crowd), msgspec.structs.replace(place, version=made.version)
        other.chance.seed(place.id)
        verb = hand.chance.choice(("release", "link"))
        asking.append(end(other, session_id, verb, again, {}))
        await asyncio.gather(*asking)
        other.hang_up()
    else:
        await asyncio.gather(*asking)


async def follow(hand: Hand, made: Told, token: str) -> Told:
    """Somebody new, or somebody of the partner, takes the place behind a link; sometimes they do not wait for the
    answer."""
    known = hand.chance.choice(hand.crowd.plan.members)
    email = known.email if hand.chance.random() < 0.4 else new_email(hand)
    about = Told(verb="follow", session_id=made.session_id, target=made.target, email=email)
    typed = {"name": "Somebody", "email": email, "zone": "UTC"}
    return await hand.visit(about, f"/naming/{token}", typed, listens=hand.chance.random() < 0.9)


def new_email(hand: Hand) -> str:
    """An address that nobody has."""
    return f"{hand.crowd.new_key().replace(' ', '-')}@example.org"

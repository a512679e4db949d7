"""What people do themselves: ask for a place without an account, confirm it, take part signed in, answer an offer."""

import asyncio

from tests.booking.fire.coming import ATTEMPTS, PAUSE, NobodyLeft, send_booking
from tests.booking.fire.going import change, leave
from tests.booking.fire.hands import Hand, Letter
from tests.booking.fire.history import Told
from tests.booking.fire.nameless import new_email


async def visit(hand: Hand) -> None:
    """Somebody without an account asks for a place and goes on as people do."""
    await wish(hand, hand.chance.choice(hand.crowd.sessions), new_email(hand))


async def visit_as_member(hand: Hand) -> None:
    """The same with an address of the partner: whoever is in already keeps a place as a stand-in, and hears of it."""
    crowd = hand.crowd
    session_id, email = hand.chance.choice(crowd.sessions), hand.chance.choice(crowd.plan.members).email
    if crowd.booked and hand.chance.random() < 0.7:
        session_id, _, member = hand.chance.choice(crowd.booked)
        email = crowd.emails[member]
    await wish(hand, session_id, email)


async def wish(hand: Hand, session_id: str, email: str) -> None:
    """Ask, once or twice or without waiting for the answer; then confirm, at once, late or never."""
    again = hand.chance.random()
    if again < 0.15:
        await asyncio.gather(request(hand, session_id, email), request(hand, session_id, email))
    else:
        await request(hand, session_id, email, listens=again > 0.3)
        if again < 0.4:
            await request(hand, session_id, email)
    when = hand.chance.random()
    if when < 0.2:
        return
    if when < 0.4:
        # Some of them are too late.
        await asyncio.sleep(hand.chance.random() * 1.2 * hand.crowd.plan.kept)
    letter = await hand.read_mail(email)
    if letter.token:
        await asyncio.gather(*(confirm(hand, letter, email) for _ in range(hand.chance.choice((1, 1, 1, 2)))))


async def request(hand: Hand, session_id: str, email: str, *, listens: bool = True) -> Told:
    """One request for a place, as a visitor."""
    about = Told(verb="request", session_id=session_id, email=email)
    path = f"/api/v1/sessions/{session_id}/requests"
    return await hand.visit(about, path, {"name": "Somebody", "email": email}, form=False, listens=listens)


async def confirm(hand: Hand, letter: Letter, email: str) -> None:
    """The button behind the mailed link. Whoever belongs to the partner may take part for it, and then it may act."""
    crowd = hand.crowd
    member = next((one.id for one in crowd.plan.members if one.email == email), "")
    partner = crowd.plan.partner_id if member and hand.chance.random() < 0.5 else "own"
    about = Told(verb="confirm", session_id=letter.session_id, target=letter.enrollment_id, email=email)
    told = await hand.visit(about, f"/requests/{letter.token}", {"name": "Somebody", "partner": partner})
    if told.status != 303:
        return
    entry = (letter.session_id, letter.enrollment_id, member)
    (crowd.visitors if partner == "own" else crowd.booked).append(entry)


async def take_part(hand: Hand) -> None:
    """Somebody who is signed in takes part, whatever their coordinator is doing about them at that moment."""
    crowd = hand.crowd
    if not crowd.learners:
        raise NobodyLeft
    learner, session_id = hand.chance.choice(crowd.learners), hand.chance.choice(crowd.sessions)
    partner_id = crowd.plan.partner_id if hand.chance.random() < 0.7 else None
    about = Told(verb="enroll", session_id=session_id, key=crowd.new_key(), members=(learner.id,))
    path, body = f"/api/v1/sessions/{session_id}/requests", {"partner_id": partner_id}
    if hand.chance.random() < 0.2:
        await hand.ask(about, "POST", path, body, bearer=learner.bearer, listens=False)
    told = await hand.ask(about, "POST", path, body, bearer=learner.bearer)
    for _ in range(ATTEMPTS):
        if not told.in_flight:
            break
        await asyncio.sleep(PAUSE)
        told = await hand.ask(about, "POST", path, body, bearer=learner.bearer)
    if told.verdicts and (enrollment_id := told.verdicts[0].enrollment_id):
        entry = (session_id, enrollment_id, learner.id)
        (crowd.booked if partner_id else crowd.visitors).append(entry)


async def remove(hand: Hand) -> None:
    """A manager removes somebody who came by themselves."""
    if visitors := hand.crowd.visitors:
        entry = visitors.pop(hand.chance.randrange(len(visitors)))
        await change(hand, "cancel", entry, {}, bearer=hand.crowd.plan.manager)
        hand.crowd.come_home(entry[0], entry[2])


async def become_busy(hand: Hand) -> None:
    """Somebody who is booked, and waits perhaps, takes part in something else that is held at the same time."""
    crowd, elsewhere = hand.crowd, hand.crowd.plan.elsewhere
    known = {entry[1] for entry in crowd.busy}
    can = [e for e in crowd.booked if e[0] in elsewhere and e[1] not in known and e[2] in crowd.home[elsewhere[e[0]]]]
    if not can:
        return
    entry = hand.chance.choice(can)
    there, member = elsewhere[entry[0]], entry[2]
    crowd.home[there].remove(member)
    told = await send_booking(hand, there, (member,))
    if told.booking_id:
        crowd.busy.append(entry)
    else:
        crowd.come_home(there, member)


async def answer_offer(hand: Hand) -> None:
    """Somebody who is busy elsewhere takes the place that they may be offered, or would rather not."""
    crowd = hand.crowd
    if not crowd.busy:
        return
    entry = hand.chance.choice(crowd.busy)
    if hand.chance.random() < 0.15:
        crowd.busy.remove(entry)
        if entry in crowd.booked:
            crowd.booked.remove(entry)
        await leave(hand, entry)
        return
    told = await change(hand, "take offer", entry, {})
    if (told.status == 200 or told.code == "enrollment-over") and entry in crowd.busy:
        crowd.busy.remove(entry)

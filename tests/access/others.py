"""What is added to the world while somebody looks: more of what is one side's own, and people of both partners."""

from uuid import UUID

from tests.access.facts import Side, key
from tests.access.world import add_enrolled, add_member, add_person, add_row, add_session
from training.base.work import Add, Work
from training.booking.tables import Enrollment
from training.outbox.tables import Message
from training.partners.tables import PartnerContact
from training.schedule.tables import Session


async def add_private(work: Work, side: Side) -> None:
    """More of what is one side's own: a person, a contact, somebody who waits in its session, a draft, a message."""
    base, letter = side.name, "z" if side.name == "one" else "q"
    email = f"later@{letter}people.example"
    person_id = add_person(work, f"later {base}", email, f"Later {letter}people")
    member_id = add_member(work, f"later {base}", side.partner, person_id, email, called=f"Later {letter}people")
    add_row(
        work, PartnerContact, f"later contact {base}", partner_id=key(f"partner {side.partner}"), kind="fund",
        name=f"{letter}contact", email=f"{letter}contact9@example.org", phone="+353 1 000000",
    )  # fmt: skip
    add_session(work, f"draft later {side.program}", side.program, f"{letter}draft", letter=letter, state="draft")
    await work.flush()
    add_enrolled(
        work, f"later {base}", f"session {base}", person_id, partner="", state="waitlisted", member_id=member_id
    )
    work.change(Enrollment, key(f"waiting later {base}"), partner_id=key(f"partner {side.partner}"))
    work.change(Session, key(f"session {base}"), waiting=Add(1), waiting_in_person=Add(1), arrivals=Add(1))
    values = {"link": "", "partner_name": "xmessage"}
    add_row(
        work, Message, f"later message {base}", kind="invitation", template="partners/invitation", values=values,
        recipient=email, not_before=work.now, created_at=work.now,
    )  # fmt: skip


async def add_people_of_both(work: Work) -> dict[str, UUID]:
    """Members of A who are kept from the shared session by others: B booked them there, or somewhere at the same time,
    or they enrolled themselves there. And one whom nothing keeps."""
    add_session(work, "session clash", "Two", "qsession at the same time", letter="q")
    members = {}
    for name, session, partner in (
        ("there", "session shared", "B"),
        ("elsewhere", "session clash", "B"),
        ("herself", "session clash", ""),
        ("nowhere", "", ""),
    ):
        email = f"{name}@both.example"
        person_id = add_person(work, name, email, name)
        members[name] = add_member(work, f"A {name}", "A", person_id, email, called=name)
        if partner:
            add_member(work, f"B {name}", partner, person_id, email, called=name)
        await work.flush()
        if session:
            member_id = key(f"B {name}") if partner else None
            add_enrolled(work, name, session, person_id, partner=partner, state="enrolled", member_id=member_id)
    await work.flush()
    return members

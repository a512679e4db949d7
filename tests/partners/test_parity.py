"""Pages and API let the same people do the same things."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.partners.made import (
    CLI,
    STAFF,
    enter,
    make_coordinator,
    make_member,
    make_partner,
    make_person,
    make_program,
)
from training.base.work import Works
from training.partners import actions
from training.partners.rules import ContactDetails, ContactKind, PartnerDetails
from training.people.actions import grant_role
from training.people.rules import Role

API = "/api/v1"
FAY = {"kind": "fund", "name": "Fay", "email": "fay@a.example"}


@dataclass(frozen=True)
class Place:
    """A partner with one of everything; there is one for the pages and one like it for the API."""

    name: str
    partner_id: UUID
    contact_id: UUID
    member_id: UUID
    program_id: UUID
    joining_id: UUID
    bare_id: UUID


Ask = tuple[str, str, dict[str, Any]]
VERBS: dict[str, tuple[Callable[[Place], Ask], Callable[[Place], Ask]]] = {
    "see contacts": (
        lambda at: ("GET", f"/partners/{at.partner_id}/contacts", {}),
        lambda at: ("GET", f"/partners/{at.partner_id}/contacts", {}),
    ),
    "add a contact": (
        lambda at: ("POST", f"/partners/{at.partner_id}/contacts", FAY),
        lambda at: ("POST", f"/partners/{at.partner_id}/contacts", FAY),
    ),
    "edit a contact": (
        lambda at: ("POST", f"/partners/{at.partner_id}/contacts/{at.contact_id}", {**FAY, "version": 1}),
        lambda at: ("PATCH", f"/contacts/{at.contact_id}", FAY),
    ),
    "check a contact": (
        lambda at: ("POST", f"/partners/{at.partner_id}/contacts/{at.contact_id}/check", {}),
        lambda at: ("POST", f"/contacts/{at.contact_id}/check", {}),
    ),
    "remove a contact": (
        lambda at: ("POST", f"/partners/{at.partner_id}/contacts/{at.contact_id}/remove", {"version": 1}),
        lambda at: ("DELETE", f"/contacts/{at.contact_id}", {}),
    ),
    "see members": (
        lambda at: ("GET", f"/partners/{at.partner_id}/members", {}),
        lambda at: ("GET", f"/partners/{at.partner_id}/members", {}),
    ),
    "invite": (
        lambda at: ("POST", f"/partners/{at.partner_id}/members", {"email": "new@a.example"}),
        lambda at: ("POST", f"/partners/{at.partner_id}/members", {"email": "new@a.example"}),
    ),
    "invite the first coordinator": (
        lambda at: ("POST", f"/manage/partners/{at.bare_id}/coordinator", {"email": "first@a.example"}),
        lambda at: ("POST", f"/partners/{at.bare_id}/members", {"email": "first@a.example", "coordinator": True}),
    ),
    "change a member": (
        lambda at: (
            "POST",
            f"/partners/{at.partner_id}/members/{at.member_id}",
            {"contact_email": "x@a.example", "version": 2},
        ),
        lambda at: ("PATCH", f"/members/{at.member_id}", {"contact_email": "x@a.example"}),
    ),
    "end a membership": (
        lambda at: ("POST", f"/partners/{at.partner_id}/members/{at.member_id}/end", {}),
        lambda at: ("POST", f"/members/{at.member_id}/end", {}),
    ),
    "edit the partner": (
        lambda at: ("POST", f"/partners/{at.partner_id}/settings", {"name": f"{at.name} 2", "version": 1}),
        lambda at: ("PATCH", f"/partners/{at.partner_id}", {"name": f"{at.name} 2"}),
    ),
    "join a program": (
        lambda at: ("POST", f"/manage/programs/{at.joining_id}/partners", {"partner": at.name}),
        lambda at: ("POST", f"/partners/{at.partner_id}/participations", {"program_id": str(at.joining_id)}),
    ),
    "leave a program": (
        lambda at: ("POST", f"/manage/programs/{at.program_id}/partners/{at.partner_id}/leave", {}),
        lambda at: ("DELETE", f"/partners/{at.partner_id}/participations/{at.program_id}", {}),
    ),
    "add a partner": (
        lambda at: ("POST", "/manage/partners", {"name": f"New {at.name}", "program_id": str(at.program_id)}),
        lambda at: ("POST", "/partners", {"name": f"New {at.name}", "program_id": str(at.program_id)}),
    ),
}
STAFF_ONLY = {"join a program"}
MANAGERS = {"see contacts", "leave a program", "add a partner", "invite the first coordinator"}
ALLOWED = {
    "visitor": set[str](),
    "stranger": set[str](),
    "member": {"see contacts"},
    "coordinator": set(VERBS) - STAFF_ONLY - MANAGERS | {"see contacts"},
    "foreign coordinator": set[str](),
    "manager": MANAGERS,
    "foreign manager": set[str](),
    "staff": set(VERBS),
}


async def make_place(works: Works, name: str) -> Place:
    partner = await make_partner(works, name)
    program, joining = await make_program(works, f"{name} month"), await make_program(works, f"{name} week")
    await works.run(STAFF, actions.join_program, partner.id, program.id)
    bare = await works.run(STAFF, actions.create_partner, PartnerDetails(name=f"Bare {name}"), program.id)
    details = ContactDetails(kind=ContactKind.FUND, name="Fay", email="fay@a.example")
    contact = await works.run(STAFF, actions.add_contact, partner.id, details)
    await make_coordinator(works, partner.id, "other@a.example")
    member, _ = await make_member(works, partner.id, "ada@a.example")
    return Place(
        name=name,
        partner_id=partner.id,
        contact_id=contact.id,
        member_id=member.id,
        program_id=program.id,
        joining_id=joining.id,
        bare_id=bare.id,
    )


async def grant(works: Works, who: str, at: Place) -> None:
    """Let Robin be this at a place."""
    person = (await make_person(works, "robin@x.example")).person_id
    elsewhere = await make_program(works, f"Elsewhere {at.name}")
    roles = {
        "member": (Role.MEMBER, at.partner_id),
        "coordinator": (Role.COORDINATOR, at.partner_id),
        "foreign coordinator": (Role.COORDINATOR, (await make_partner(works, f"Other {at.name}")).id),
        "foreign manager": (Role.PROGRAM_MANAGER, elsewhere.id),
        "staff": (Role.STAFF, None),
    }
    given = [roles[who]] if who in roles else []
    if who == "manager":
        given = [(Role.PROGRAM_MANAGER, at.program_id), (Role.PROGRAM_MANAGER, at.joining_id)]
    for role, scope_id in given:
        assert person is not None
        await works.run(CLI, grant_role, person, role, scope_id)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ALLOWED)
async def test_pages_and_api_judge_alike(works: Works, client: httpx.AsyncClient, who: str, verb: str) -> None:
    first, second = await make_place(works, "Paper"), await make_place(works, "Json")
    for at in (first, second):
        await grant(works, who, at)
    if who != "visitor":
        await enter(works, client, "robin@x.example")
    on_page, in_api = VERBS[verb]
    method, path, values = on_page(first)
    shown = await client.request(method, path, data=values)
    method, path, values = in_api(second)
    version = "2" if path.startswith("/members") else "1"
    body: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": values}
    told = await client.request(method, API + path, headers={"if-match": f'"{version}"'}, **body)
    by_page = shown.status_code in (200, 303) and not shown.headers.get("location", "").startswith("/sign-in")
    by_api = told.status_code < 300
    assert (by_page, by_api) == (verb in ALLOWED[who],) * 2, (shown.status_code, told.status_code)

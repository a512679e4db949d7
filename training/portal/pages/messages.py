"""What we wrote: to oneself with the words, to the people of one's organization without them."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from training.base.errors import SignInRequired
from training.base.paging import Page
from training.base.structs import Input, Viewer
from training.outbox.mails import shown_words
from training.outbox.queries import StoredMessage, list_repeated, list_told
from training.outbox.rules.shown import kind_label, state_word
from training.partners.queries import get_partner
from training.people.guards import signed_in
from training.people.rules import Permission, require
from training.web.forms import read_query
from training.web.render import page, site_of

Asked = Request[Any, Any, Any]
OWN = "/account/messages"
PAGE_SIZE = 25


class ToldQuery(Input, frozen=True, kw_only=True):
    """Which messages to show: those to an address that contains `to`, from the cursor `after` on."""

    to: Annotated[str, Meta(max_length=254)] = ""
    after: Annotated[str, Meta(max_length=500)] = ""


class OwnMessagePages(Controller):
    """What we wrote to you."""

    path = OWN
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def messages(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[str]:
        """One's own messages with their words; personal links end in dots, because a screen is not a mailbox."""
        if viewer.person_id is None:
            raise SignInRequired
        asked = read_query(request, ToldQuery).value or ToldQuery()
        found = await list_told(person_id=viewer.person_id, cursor=asked.after, limit=PAGE_SIZE)
        site = site_of(request)
        lines = [(message, shown_words(message, site), kind_label(message.kind)) for message in found.items]
        return page(
            request,
            "portal/own_messages.html",
            lines=lines,
            repeated=await _repeated(found),
            **_around(OWN, asked, found),
        )


class PartnerMessagePages(Controller):
    """What we wrote to the people of a partner about its places."""

    path = "/partners/{partner_id:uuid}/messages"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def messages(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[str]:
        """To whom, about what, when and whether it arrived. For those who book; the words are the person's own."""
        require(viewer, Permission.PLACES_BOOK, partner_id)
        partner = await get_partner(viewer, partner_id)
        form = read_query(request, ToldQuery)
        asked = form.value or ToldQuery()
        found = await list_told(partner_id=partner_id, recipient=asked.to, cursor=asked.after, limit=PAGE_SIZE)
        lines = _subjects(request, found)
        around = _around(f"/partners/{partner_id}/messages", asked, found)
        told: dict[str, Any] = {
            "partner": partner,
            "lines": lines,
            "repeated": await _repeated(found),
            "error": " ".join(form.errors.values()),
        }
        return page(request, "portal/partner_messages.html", **told, **around)


def _subjects(request: Asked, found: Page[StoredMessage]) -> list[tuple[StoredMessage, str, str]]:
    """Each message with its subject and its state in words."""
    site = site_of(request)
    return [(one, shown_words(one, site, subject_only=True).subject, state_word(one.state)) for one in found.items]


async def _repeated(found: Page[StoredMessage]) -> frozenset[UUID]:
    return await list_repeated([message.id for message in found.items])


def _around(path: str, asked: ToldQuery, found: Page[StoredMessage]) -> dict[str, Any]:
    """The filter, and the addresses of the newest messages and of older ones."""
    kept = {"to": asked.to} if asked.to else {}
    older = f"{path}?{urlencode({**kept, 'after': found.next_cursor})}" if found.next_cursor else None
    newest = f"{path}?{urlencode(kept)}".rstrip("?") if asked.after else None
    return {"here": path, "to": asked.to, "older": older, "newest": newest}

"""Mail that came in and that no rule could settle: somebody of the staff looks at it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict
from training.base.structs import Viewer
from training.base.work import Works
from training.desk.actions import mail_is_bounce, mail_is_nothing
from training.desk.queries.inbox import find_inbox_trouble, is_anybodys, list_asked, list_recipients, page_doubtful
from training.desk.schemas import BounceForm, InboxQuery
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.forms import Form, read_form, read_query
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
Handed = NamedDependency[Works]
HERE = "/manage/inbox"


class InboxPages(Controller):
    """Doubtful mail."""

    path = HERE
    include_in_schema = False
    guards = [permitted(Permission.PLATFORM_RUN)]

    @get("/")
    async def doubtful(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[str]:
        """What waits for somebody, the newest first."""
        return await _list(request, viewer)

    @post("/{mail_id:uuid}/nothing")
    async def nothing(self, viewer: NamedDependency[Viewer], works: Handed, mail_id: FromPath[UUID]) -> Response[str]:
        """Nothing is to be done about it."""
        try:
            await works.run(viewer, mail_is_nothing, mail_id)
        except Conflict as error:
            return redirect(HERE, error.detail, kind="warning")
        return redirect(HERE, "Put aside.")

    @post("/{mail_id:uuid}/bounce")
    async def bounce(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Handed, mail_id: FromPath[UUID]
    ) -> Response[str]:
        """It says that mail to an address comes back."""
        form = await read_form(request, BounceForm)
        if form.value is None:
            return await _list(request, viewer, mail_id, form)
        try:
            await works.run(viewer, mail_is_bounce, mail_id, form.value.recipient)
        except Conflict as error:
            return redirect(HERE, error.detail, kind="warning")
        known = await is_anybodys(form.value.recipient)
        told = (
            "Whoever runs their sessions or their organization sees that." if known else "Nobody here has this address."
        )
        return redirect(HERE, f"Noted: mail does not reach {form.value.recipient}. {told}")


async def _list(
    request: Asked, viewer: Viewer, mail_id: UUID | None = None, form: Form[BounceForm] | None = None
) -> Response[str]:
    query = read_query(request, InboxQuery).value or InboxQuery()
    found = await page_doubtful(viewer, query.cursor)
    return page(
        request,
        "desk/inbox.html",
        status=form.status if form else 200,
        mails=found.items,
        next_cursor=found.next_cursor,
        recipients=await list_recipients([mail.message_id for mail in found.items if mail.message_id]),
        asked=await list_asked([mail.invite_id for mail in found.items if mail.invite_id]),
        failing=(await find_inbox_trouble(viewer)).failing,
        wrong=mail_id,
        typed=form.raw if form else {},
        errors=form.errors if form else {},
    )

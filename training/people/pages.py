"""Pages of people: ask for a link, sign in with it, sign out, one's own account and API tokens."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid, NotFound
from training.base.structs import ANONYMOUS, Viewer, as_data
from training.base.work import Works
from training.base.zones import zone_names, zone_typed
from training.outbox.rules.kinds import SORT_LABELS
from training.people.actions import (
    change_own_details,
    choose_mail,
    holder_of,
    make_own_token,
    request_sign_in_link,
    revoke_other_sign_ins,
    revoke_own_token,
    revoke_sign_in,
    sign_in,
    sign_out,
    switch_by_link,
)
from training.people.guards import ONWARD, client_of, onward_cookie, sign_in_cookie, signed_in
from training.people.queries import find_link, get_mail_choices, get_token, list_own_tokens, list_sign_ins
from training.people.rules import (
    SCOPE_MEANINGS,
    TOKEN_DAYS,
    LinkUnknown,
    LinkUsed,
    Purpose,
    TokenScope,
    TooManyTokens,
    judge_link,
    next_in_link,
    next_kept,
    own_id,
    own_token,
    safe_next,
)
from training.people.schemas import AskForLink, MailForm, OwnDetails, TokenIn, locale_choices
from training.web.forms import Form, read_form
from training.web.render import page, redirect, site_of

Asked = Request[Any, Any, Any]
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin"}
# Browsers keep 4,096 bytes with what stands beside it, and name no longer address as the page that a form was on.
MOST_ONWARD = 3_900


class SignInPages(Controller):
    """Signing in and out."""

    include_in_schema = False

    @get("/sign-in")
    async def ask_form(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """The form for one's address. Who is signed in already goes on."""
        onward = safe_next(request.query_params.get("next", "/"))
        if viewer.signed_in:
            return redirect(onward)
        return _ask_page(request, onward)

    @post("/sign-in")
    async def ask(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Mail a link, and say the same whether or not the address is known."""
        form = await read_form(request, AskForLink)
        onward = safe_next(str(form.raw.get("next") or "/"))
        if form.value is None:
            return _ask_page(request, onward, form)
        try:
            await works.run(
                viewer,
                request_sign_in_link,
                email=form.value.email,
                client=client_of(request),
                next_path=onward,
            )
        except Invalid as error:
            return _ask_page(request, onward, form.with_error("email", error.detail))
        return _sent(request, onward)

    @get("/sign-in/sent")
    async def sent(self, request: Asked) -> Response[Any]:
        """What to do next: look into the mailbox."""
        return page(request, "people/link-sent.html")

    @get("/sign-in/{token:str}")
    async def offer(self, request: Asked, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """A page with one button. Opening it uses nothing up: mail scanners open links too."""
        if not own_token(works.site.secret_key, Purpose.SIGN_IN, token):
            raise LinkUnknown
        link = judge_link(await find_link(token), works.clock())
        shown = page(request, "people/sign-in-now.html", email=link.email, action=f"/sign-in/{token}")
        shown.headers.update(SILENT)
        return shown

    @post("/sign-in/{token:str}")
    async def use(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        token: FromPath[str],
    ) -> Response[Any]:
        """Use the link up and sign in. A second press by somebody who is in already is no reason to complain."""
        try:
            begun = await works.run(viewer, sign_in, token, user_agent=request.headers.get("user-agent", ""))
        except LinkUsed:
            if not viewer.signed_in:
                raise
            return redirect("/")
        kept = request.cookies.get(ONWARD, "")
        onward = redirect(next_kept(kept, begun.next_path), "You are signed in.")
        onward.cookies.append(sign_in_cookie(site_of(request), begun.token))
        if kept:
            onward.cookies.append(onward_cookie(site_of(request), ""))
        return onward

    @post("/sign-out")
    async def leave(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """End this sign-in and forget its cookie."""
        await works.run(viewer, sign_out)
        home = redirect("/", "You are signed out.")
        home.cookies.append(sign_in_cookie(site_of(request), ""))
        if site_of(request).secure:
            # Rosters that this device kept (roster-store.js); browsers take it by https only.
            home.headers["clear-site-data"] = '"storage"'
        return home


def _sent(request: Asked, onward: str) -> Response[Any]:
    sent = redirect("/sign-in/sent")
    if next_in_link(onward) != onward and len(quote(onward, safe="")) <= MOST_ONWARD:
        sent.cookies.append(onward_cookie(site_of(request), onward))
    return sent


def _ask_page(request: Asked, onward: str, form: Form[AskForLink] | None = None) -> Response[Any]:
    email = str(form.raw.get("email", "")) if form else ""
    error = form.errors.get("email", form.errors.get("", "")) if form else ""
    return page(request, "people/sign-in.html", status=422 if form else 200, email=email, error=error, onward=onward)


class AccountPages(Controller):
    """One's own account."""

    path = "/account"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def account(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Name, time zone, and where one is signed in."""
        return await _account_page(request, works, viewer)

    @post("/")
    async def change(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Change one's name and time zone."""
        form = await read_form(request, OwnDetails)
        if form.value is None:
            return await _account_page(request, works, viewer, form)
        try:
            await works.run(viewer, change_own_details, name=form.value.name, zone=zone_typed(form.value.zone))
        except Invalid as error:
            return await _account_page(request, works, viewer, form.with_error("zone", error.fields["zone"]))
        return redirect("/account", "Saved.")

    @post("/sign-ins/{sign_in_id:uuid}/end")
    async def end(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], sign_in_id: FromPath[UUID]
    ) -> Response[Any]:
        """End one of one's sign-ins."""
        await works.run(viewer, revoke_sign_in, sign_in_id)
        return redirect("/account", "That sign-in has ended.")

    @post("/sign-ins/end-others")
    async def end_others(self, works: NamedDependency[Works], viewer: NamedDependency[Viewer]) -> Response[Any]:
        """End all of one's sign-ins but this one."""
        ended = await works.run(viewer, revoke_other_sign_ins)
        return redirect("/account", "You are signed in here only." if ended else "There was no other sign-in.")


async def _account_page(
    request: Asked, works: Works, viewer: Viewer, form: Form[OwnDetails] | None = None
) -> Response[Any]:
    return page(
        request,
        "people/account.html",
        status=422 if form else 200,
        typed=form.raw if form else {"name": viewer.name, "zone": viewer.zone},
        errors=form.errors if form else {},
        zones=zone_names(),
        sign_ins=await list_sign_ins(own_id(viewer), works.clock()),
        here=viewer.sign_in_id,
    )


class MailPages(Controller):
    """What one wants to get by mail, and when."""

    path = "/account/mail"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def choices(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Quiet hours, how dates are written, and which sorts of messages one wants."""
        return await _mail_page(request, viewer)

    @post("/")
    async def choose(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Change them."""
        form = await read_form(request, MailForm)
        if form.value is None:
            return await _mail_page(request, viewer, form)
        try:
            await works.run(viewer, choose_mail, form.value.order())
        except Invalid as error:
            for field, sentence in error.fields.items():
                form = form.with_error(field, sentence)
            return await _mail_page(request, viewer, form)
        return redirect("/account/mail", "Saved. It holds for everything that is sent from now on.")


async def _mail_page(request: Asked, viewer: Viewer, form: Form[MailForm] | None = None) -> Response[Any]:
    kept = await get_mail_choices(own_id(viewer))
    wanted = [sort.value for sort in SORT_LABELS if sort.value not in kept.off]
    return page(
        request,
        "people/mail.html",
        status=422 if form else 200,
        typed=form.raw if form else {**as_data(kept), "wanted": wanted},
        errors=form.errors if form else {},
        kept=kept,
        locales=locale_choices(),
        sorts=[(sort.value, *words) for sort, words in SORT_LABELS.items()],
    )


class UnsubscribePages(Controller):
    """One sort of messages stopped by the link in each of them. Nobody needs to be signed in."""

    path = "/unsubscribe/{token:str}"
    include_in_schema = False

    @get("/")
    async def offer(self, request: Asked, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """A page with one button. Opening it changes nothing: mail scanners open links too."""
        return await _unsubscribe_page(request, works, token)

    @post("/")
    async def stop(self, request: Asked, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Stop them: by the button, or by a mail program's one click (RFC 8058), which follows no redirect."""
        await works.run(ANONYMOUS, switch_by_link, token, off=True)
        return await _unsubscribe_page(request, works, token)

    @post("/undo")
    async def resume(self, request: Asked, works: NamedDependency[Works], token: FromPath[str]) -> Response[Any]:
        """Get them again."""
        await works.run(ANONYMOUS, switch_by_link, token, off=False)
        return await _unsubscribe_page(request, works, token)


async def _unsubscribe_page(request: Asked, works: Works, token: str) -> Response[Any]:
    person_id, sort = holder_of(works.site.secret_key, token)
    off = sort in (await get_mail_choices(person_id)).off
    label, meaning = SORT_LABELS[sort]
    action = f"/unsubscribe/{token}"
    shown = page(request, "people/unsubscribe.html", label=label, meaning=meaning, off=off, action=action)
    shown.headers.update(SILENT)
    return shown


EMPTY_TOKEN = {"label": "", "scopes": [TokenScope.READ.value], "days": TOKEN_DAYS}
SCOPES = [(scope.value, f"{meaning} ({scope.value})") for scope, meaning in SCOPE_MEANINGS.items()]


class TokenPages(Controller):
    """One's own API tokens."""

    path = "/account/tokens"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def tokens(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """The tokens that act for oneself, and the form for another."""
        return await _tokens_page(request, works, viewer)

    @post("/")
    async def make(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Make a token and show its secret, this once."""
        form = await read_form(request, TokenIn)
        if form.value is None:
            return await _tokens_page(request, works, viewer, form)
        try:
            made = await works.run(viewer, make_own_token, form.value.order())
        except TooManyTokens as error:
            return await _tokens_page(request, works, viewer, form.with_error("", error.detail))
        return page(request, "people/token-made.html", made=made)

    @get("/{token_id:uuid}/revoke")
    async def ask_revoke(
        self, request: Asked, viewer: NamedDependency[Viewer], token_id: FromPath[UUID]
    ) -> Response[Any]:
        """What ends with a token, before it ends."""
        token = await get_token(token_id)
        if token.person_id != own_id(viewer) or token.revoked_at is not None:
            raise NotFound
        return page(request, "people/token-revoke.html", token=token)

    @post("/{token_id:uuid}/revoke")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], token_id: FromPath[UUID]
    ) -> Response[Any]:
        """End a token."""
        await works.run(viewer, revoke_own_token, token_id)
        return redirect("/account/tokens", "The token is revoked. Programs that used it are shut out now.")


async def _tokens_page(
    request: Asked, works: Works, viewer: Viewer, form: Form[TokenIn] | None = None
) -> Response[Any]:
    now = works.clock()
    return page(
        request,
        "people/tokens.html",
        status=422 if form else 200,
        tokens=[(token, token.works(now)) for token in await list_own_tokens(own_id(viewer))],
        typed=form.raw if form else EMPTY_TOKEN,
        errors=form.errors if form else {},
        scopes=SCOPES,
    )


CONTROLLERS = (SignInPages, AccountPages, MailPages, UnsubscribePages, TokenPages)

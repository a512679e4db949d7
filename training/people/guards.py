"""Who may enter: the sign-in behind each request, and the guards that pages and API put before their handlers."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import Message, Receive, Scope, Send

from training.base.errors import NotFound, SignInRequired, TooMany, TrainingError, Unavailable
from training.base.site import Site
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.people.actions import check_codes, count_wrong_code, note_seen
from training.people.queries import CurrentSignIn, find_sign_in
from training.people.rules import SIGN_IN_LONGEST, Permission, require
from training.web.security import client_address

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]
# Style sheets and probes belong to nobody, so they need not ask the database who wants them.
FOR_ANYBODY = ["^/static/", "^/health"]
_DEAD = "sign_in_is_dead"


class DeadSignIn(SignInRequired):
    """This sign-in is over, or the bearer was not copied whole. Please sign in again."""

    code = "sign-in-over"


def cookie_name(site: Site) -> str:
    """The name of the sign-in cookie. Over https its prefix makes browsers refuse it from anywhere but us."""
    return "__Host-sign_in" if site.secure else "sign_in"


def sign_in_cookie(site: Site, token: str) -> Cookie:
    """The cookie that carries a sign-in; with an empty token, the cookie that removes it.

    It outlives the sign-in, because the database decides when that ends, and it moves with use.
    """
    return Cookie(
        key=cookie_name(site),
        value=token,
        max_age=int(SIGN_IN_LONGEST.total_seconds()) if token else 0,
        path="/",
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )


class SignInMiddleware(AbstractAuthenticationMiddleware):
    """Puts the Viewer into `request.user`, anonymous when nobody is signed in.

    A bearer counts on API paths only and must be good (DeadSignIn otherwise). A cookie that is good for nothing any
    more makes the visitor anonymous and is removed.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate, and remove a dead cookie with the answer."""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["state"].get(_DEAD):
                _remove_cookie(scope["litestar_app"].state.site, message)
            await send(message)

        await super().__call__(scope, receive, send_on)

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        """The viewer as `user`, the sign-in's token as nothing: handlers have no use for it."""
        works: Works = connection.app.state.works
        bearer = _bearer(connection)
        token = bearer or connection.cookies.get(cookie_name(works.site), "")
        found = await find_sign_in(token, works.clock()) if token else None
        if found is None and bearer is not None:
            raise DeadSignIn
        if found is None and token:
            connection.scope["state"][_DEAD] = True
        if found is not None and found.unseen:
            await _note(works, found)
        return AuthenticationResult(user=found.viewer if found else ANONYMOUS, auth=None)


def _bearer(connection: Connection) -> str | None:
    """The bearer's token; None without one. An empty one is a bad one, not none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not connection.scope["path"].startswith("/api/"):
        return None
    return token.strip() or "-"


async def _note(works: Works, found: CurrentSignIn) -> None:
    """Write down that the sign-in is in use; a busy database is no reason to refuse a page."""
    if found.viewer.sign_in_id is not None:
        with contextlib.suppress(Unavailable):
            await works.run(found.viewer, note_seen, found.viewer.sign_in_id, found.ends_at)


def _remove_cookie(site: Site, message: Message) -> None:
    headers = MutableScopeHeaders.from_message(message)
    name = cookie_name(site)
    if not any(value.startswith(f"{name}=") for value in headers.getall("set-cookie", [])):
        headers.add("set-cookie", sign_in_cookie(site, "").to_header(header=""))


def client_of(connection: Connection) -> str:
    """The address of whoever asks, believing only the proxies that the settings name."""
    return client_address(connection, connection.app.state.settings.trusted_proxies)


@contextlib.asynccontextmanager
async def code_tried(connection: Connection, code: str, *wrong: type[TrainingError]) -> AsyncIterator[None]:
    """Around whatever an access code opens: a wrong one is counted for the client, a right one costs nothing.

    Wrong is what ends in NotFound or in one of `wrong`. After too many of them no code is looked at any more, not
    even a right one (TooManyCodes): otherwise guessing would go on.
    """
    if not code:
        yield
        return
    works: Works = connection.app.state.works
    client = client_of(connection)
    refusals: tuple[type[TrainingError], ...] = (NotFound, *wrong)
    await check_codes(client, works.site.secret_key, works.clock())
    try:
        yield
    except refusals:
        with contextlib.suppress(Unavailable, TooMany):
            await works.run(connection.user, count_wrong_code, client)
        raise


async def signed_in(connection: Connection, _: BaseRouteHandler) -> None:
    """Let in whoever is signed in. SignInRequired leads a page to the sign-in page and is 401 in the API."""
    if not connection.user.signed_in:
        raise SignInRequired


def permitted(permission: Permission) -> Guard:
    """A guard that lets in whoever holds `permission` anywhere at all; the action judges the scope.

    Everybody else gets NotFound, as for an address that does not exist.
    """

    async def guard(connection: Connection, _: BaseRouteHandler) -> None:
        viewer: Viewer = connection.user
        if not viewer.signed_in:
            raise SignInRequired
        require(viewer, permission)

    return guard

"""Who may enter: the sign-in behind each request, and the guards that pages and API put before their handlers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID
from weakref import WeakValueDictionary

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import Message, Receive, Scope, Send

from training.base.errors import NotFound, SignInRequired, TooMany, TrainingError, Unavailable
from training.base.site import Site
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.people.actions import (
    check_codes,
    check_newcomers,
    count_newcomers,
    count_wrong_code,
    note_seen,
    note_used,
)
from training.people.queries import CurrentSignIn, CurrentToken, find_sign_in, find_token
from training.people.rules import (
    NEVER,
    SIGN_IN_LINK_LIFETIME,
    SIGN_IN_LONGEST,
    CountsNewcomers,
    Permission,
    TokenScope,
    asker_of,
    check_token,
    client_group,
    is_api_token,
    require,
)
from training.web.limits import Limit, Limits, is_calendar
from training.web.security import client_address

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]
# Style sheets and probes belong to nobody, so they need not ask the database who wants them.
FOR_ANYBODY = ["^/static/", "^/health"]
# The way back after a sign-in, where it is too long for the mailed link.
ONWARD = "onward"
_DEAD = "sign_in_is_dead"
_RATE = "rate_limit"
_SCOPE = "scope"


class DeadSignIn(SignInRequired):
    """This sign-in or token is over, or the bearer was not copied whole. Please sign in again or make a new token."""

    code = "sign-in-over"


class _OneByOne:
    """Turns by key in this process. What is looked up before and counted after would let a burst through at once."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def take(self, key: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield


_ONE_BY_ONE = _OneByOne()


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


def onward_cookie(site: Site, path: str) -> Cookie:
    """What keeps the way back for as long as a sign-in link works; with an empty path, the cookie that removes it."""
    return Cookie(
        key=ONWARD,
        value=quote(path, safe=""),
        max_age=int(SIGN_IN_LINK_LIFETIME.total_seconds()) if path else 0,
        path="/sign-in",
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )


class SignInMiddleware(AbstractAuthenticationMiddleware):
    """Puts the Viewer into `request.user`, anonymous when nobody is signed in, and counts the request for them.

    A bearer counts on API paths only and must be good (DeadSignIn otherwise): that of a sign-in, or an API token. A
    cookie that is good for nothing any more makes the visitor anonymous and is removed. Raises TooManyRequests.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate, remove a dead cookie with the answer, and tell programs how many requests they have left."""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                if scope["state"].get(_DEAD):
                    _remove_cookie(scope["litestar_app"].state.site, message)
                if scope["path"].startswith("/api/"):
                    message["headers"] = [*message["headers"], *scope["state"].get(_RATE, ())]
            await send(message)

        await super().__call__(scope, receive, send_on)

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        """The viewer as `user`, the sign-in's token as nothing: handlers have no use for it."""
        works: Works = connection.app.state.works
        bearer = _bearer(connection)
        token = bearer or connection.cookies.get(cookie_name(works.site), "")
        found = await _found(token, works, by_bearer=bearer is not None) if token else None
        _count(connection, found)
        if found is None and bearer is not None:
            raise DeadSignIn
        if found is None and token:
            connection.scope["state"][_DEAD] = True
        if found is not None and found.unseen:
            await _note(works, found)
        return AuthenticationResult(user=found.viewer if found else ANONYMOUS, auth=None)


async def _found(token: str, works: Works, *, by_bearer: bool) -> CurrentSignIn | CurrentToken | None:
    if by_bearer and is_api_token(token):
        return await find_token(token, works.clock())
    return await find_sign_in(token, works.clock())


def _count(connection: Connection, found: CurrentSignIn | CurrentToken | None) -> None:
    """Count the request for whoever asks: a person with all their sign-ins and tokens, a partner, or an address.

    Somebody whose bearer is good for nothing counts by address, so guessing is counted too. Raises TooManyRequests.
    """
    limits: Limits = connection.app.state.limits
    if found is not None:
        owner_id = found.owner_id if isinstance(found, CurrentToken) else found.viewer.person_id
        _take(connection, limits.account, str(owner_id))
    elif not is_calendar(str(connection.scope.get("method")), connection.scope["path"]):
        _take(connection, limits.address, client_group(client_of(connection)))


def _take(connection: Connection, limit: Limit, key: str) -> None:
    if told := limit.take(key):
        policy = (b"ratelimit-policy", limit.policy.encode())
        connection.scope["state"][_RATE] = (policy, (b"ratelimit", told.encode()))


def _bearer(connection: Connection) -> str | None:
    """The bearer's token; None without one. An empty one is a bad one, not none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not connection.scope["path"].startswith("/api/"):
        return None
    return token.strip() or "-"


async def _note(works: Works, found: CurrentSignIn | CurrentToken) -> None:
    """Write down that the sign-in or token is in use; a busy database is no reason to refuse a page."""
    viewer = found.viewer
    with contextlib.suppress(Unavailable):
        if viewer.token_id is not None:
            await works.run(viewer, note_used, viewer.token_id)
        elif isinstance(found, CurrentSignIn) and viewer.sign_in_id is not None:
            await works.run(viewer, note_seen, viewer.sign_in_id, found.ends_at)


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
    async with _ONE_BY_ONE.take(f"codes from {client_group(client)}"):
        await check_codes(client, works.site.secret_key, works.clock())
        try:
            yield
        except refusals:
            with contextlib.suppress(Unavailable, TooMany):
                await works.run(connection.user, count_wrong_code, client)
            raise


@contextlib.asynccontextmanager
async def newcomers_tried(connection: Connection, typed: bool, *, links_of: UUID | None = None) -> AsyncIterator[None]:
    """Around whatever judges people by addresses that were `typed`: newcomers who were refused are counted.

    A refusal is rolled back and leaves no trace, so somebody could ask about address after address who takes part
    where. After too many refusals no typed address is judged for this account (TooManyNewcomers), wherever it is; or
    for whoever holds a link of the partner `links_of`, which is followed without signing in.
    """
    if not typed:
        yield
        return
    works: Works = connection.app.state.works
    asker = f"links of {links_of}" if links_of else asker_of(connection.user)
    async with _ONE_BY_ONE.take(f"newcomers for {asker}"):
        await check_newcomers(asker, works.site.secret_key, works.clock())
        try:
            yield
        except TrainingError as error:
            if isinstance(error, CountsNewcomers) and error.newcomers:
                with contextlib.suppress(Unavailable):
                    await works.run(connection.user, count_newcomers, asker, error.newcomers)
            raise


async def signed_in(connection: Connection, _: BaseRouteHandler) -> None:
    """Let in whoever is signed in. SignInRequired leads a page to the sign-in page and is 401 in the API."""
    if not connection.user.signed_in:
        raise SignInRequired


def needs(scope: TokenScope) -> dict[str, Any]:
    """`opt=needs(TokenScope.BOOK)`: the scope of a token that may ask for changes here; reading needs `read` anyway."""
    return {_SCOPE: scope.value}


# `opt=NO_TOKENS`: one's own account, which no token opens, not even for reading.
NO_TOKENS = {_SCOPE: NEVER}


async def within_scope(connection: Connection, handler: BaseRouteHandler) -> None:
    """Refuse what a token is not for, before any handler looks (NotWithAToken, TokenScopeMissing).

    The one place where scopes are judged; it guards the whole API. People who are signed in have no such limits.
    """
    check_token(connection.user, str(connection.scope.get("method")), handler.opt.get(_SCOPE))


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

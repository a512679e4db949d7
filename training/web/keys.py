"""Answers that are given only once: the Idempotency-Key of the API."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from msgspec import structs

from training.base.database import fetch_one
from training.base.errors import Invalid, NotFound, SignInRequired, TooMany, TrainingError, Unavailable
from training.base.structs import Frozen, Viewer
from training.base.tables import KeptAnswer
from training.base.work import Work, Works
from training.web.answers import KeyUsedBefore, RequestInFlight, answer, etag_of
from training.web.problems import PROBLEM_TYPE, Problem, problem_of, status_of

# What a refusal says is kept, and what it holds besides up to so many bytes.
_MOST_REFUSAL = 8_000
# Refusals that say nothing about the wish itself: the same request may be sent again under its key.
_PASSING = (Invalid, SignInRequired, TooMany, Unavailable)


class NotToldAgain(NotFound):
    """You first asked this with a role that you no longer hold, so the answer is not told again. Nothing was done."""


class KeptResult(Frozen, frozen=True, kw_only=True):
    """An answer that was given, and the hash of what it answered."""

    payload_hash: str
    status: int
    body: str


class _Told(Frozen, frozen=True, kw_only=True):
    """How the body of an answer is kept: with the roles of whoever was told it."""

    roles: list[str]
    answer: msgspec.Raw


class _Versioned(Frozen, frozen=True, kw_only=True):
    version: int | None = None


class _InFlight:
    """The keys that this process is working on."""

    def __init__(self) -> None:
        self._identities: set[str] = set()

    @contextmanager
    def alone(self, identity: str) -> Iterator[None]:
        """Nobody else under this identity meanwhile. Raises RequestInFlight when somebody is in already.

        It is left whatever happens: an error, or the cancellation of a request whose client hung up.
        """
        if identity in self._identities:
            raise RequestInFlight
        self._identities.add(identity)
        try:
            yield
        finally:
            self._identities.discard(identity)


IN_FLIGHT = _InFlight()


def caller_of(viewer: Viewer) -> str:
    """Who a key or a form belongs to, as text that no other caller has: an API token, or else a person."""
    return f"token {viewer.token_id}" if viewer.token_id is not None else str(viewer.person_id)


async def once(
    request: Request[Any, Any, Any],
    works: Works,
    action: Callable[..., Awaitable[Any]],
    /,
    *args: Any,
    to: Callable[[Any], Any] = lambda result: result,
    status: int = 201,
    tried: Sequence[AbstractAsyncContextManager[None]] = (),
    **kwargs: Any,
) -> Response[Any]:
    """Run `action(work, *args, **kwargs)` and answer with `to(result)`. With an Idempotency-Key, a repetition gets the
    first answer again.

    The answer is kept in the transaction of the effect, so there is never one without the other. A refusal is kept,
    too: who hung up, asked again and was refused may rely on it, even if the first request is still on its way. The
    same key with another payload is refused (KeyUsedBefore), and while the first is being worked on in this process
    every other is (RequestInFlight). Two at once in two processes: one commits, the other is retried and finds it.

    The guards of `tried` stand around the action and see what it raises. What is only told again passes them all.
    """
    viewer: Viewer = request.user
    key = request.headers.get("idempotency-key")
    if key is None or not viewer.signed_in:
        # Visitors cannot be told apart, so one would get what another was told.
        async with _all(tried):
            result = to(await works.run(viewer, action, *args, **kwargs))
        return answer(result, status=status, version=getattr(result, "version", None))
    if not 1 <= len(key) <= 200:
        raise Invalid("An Idempotency-Key has 1 to 200 characters.", fields={"Idempotency-Key": "too long or empty"})
    identity, payload = await _fingerprints(request, viewer, key)

    async def kept_or_new(work: Work) -> KeptResult:
        found = await find_kept(identity)
        if found is not None:
            return found
        result = to(await action(work, *args, **kwargs))
        return _keep_told(work, identity, payload, status, result)

    async def kept_or_refused(work: Work, refusal: TrainingError) -> KeptResult:
        found = await find_kept(identity)
        return found or _keep_told(work, identity, payload, status_of(refusal), problem_of(refusal))

    with IN_FLIGHT.alone(identity):
        try:
            async with _all(tried):
                kept = await works.run(viewer, kept_or_new)
        except _PASSING:
            # Another process may have answered between our look and our action, which then met its own effect.
            meanwhile = await find_kept(identity)
            if meanwhile is None:
                raise
            kept = meanwhile
        except TrainingError as refusal:
            kept = await works.run(viewer, kept_or_refused, refusal)
    return _told_again(viewer, kept, payload)


@asynccontextmanager
async def _all(tried: Sequence[AbstractAsyncContextManager[None]]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for guard in tried:
            await stack.enter_async_context(guard)
        yield


def _keep_told(work: Work, identity: str, payload: str, status: int, told: Any) -> KeptResult:
    """Keep what is told, with the roles of whoever is told it."""
    raw = msgspec.json.encode(told)
    if isinstance(told, Problem) and len(raw) > _MOST_REFUSAL:
        # Refusals cost nothing, so somebody could fill the disk with them.
        raw = msgspec.json.encode(structs.replace(told, data={}, errors=[]))
    whole = _Told(roles=_roles(work.actor), answer=msgspec.Raw(raw))
    body = msgspec.json.encode(whole).decode()
    keep(work, identity, payload, status, body)
    return KeptResult(payload_hash=payload, status=status, body=body)


def _told_again(viewer: Viewer, kept: KeptResult, payload: str) -> Response[Any]:
    """A kept answer as it was. An answer that a role allowed is not told to somebody who has lost it."""
    if kept.payload_hash != payload:
        raise KeyUsedBefore
    told = msgspec.json.decode(kept.body, type=_Told)
    if not set(told.roles) <= set(_roles(viewer)):
        raise NotToldAgain
    body = bytes(told.answer)
    if kept.status >= 400:
        return Response(body, status_code=kept.status, media_type=PROBLEM_TYPE)
    version = msgspec.json.decode(body, type=_Versioned).version
    headers = {"etag": etag_of(version)} if version is not None else {}
    return Response(body, status_code=kept.status, media_type=MediaType.JSON, headers=headers)


def _roles(viewer: Viewer) -> list[str]:
    return sorted(f"{grant.role}:{grant.scope_id}" for grant in viewer.grants)


async def _fingerprints(request: Request[Any, Any, Any], viewer: Viewer, key: str) -> tuple[str, str]:
    """Who asks under which key, and what is asked, as hashes. The version in If-Match is part of the question."""
    asked = f"{request.method} {request.scope['path']} {request.headers.get('if-match', '')}\n".encode()
    payload = hashlib.sha256(asked + await request.body()).hexdigest()
    return hashlib.sha256(f"{caller_of(viewer)} {key}".encode()).hexdigest(), payload


async def find_kept(identity: str) -> KeptResult | None:
    """The answer given before under this identity."""
    return await fetch_one(KeptResult, "SELECT payload_hash, status, body FROM kept_answer WHERE id = {}", identity)


def keep(work: Work, identity: str, payload: str, status: int, body: str) -> None:
    """Keep an answer in the transaction of its effect."""
    work.add(KeptAnswer, id=identity, payload_hash=payload, status=status, body=body, created_at=work.now)

"""What JSON handlers share: entity tags, versions, and answers that are given only once."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar import MediaType, Request, Response

from training.base.database import fetch_one
from training.base.errors import Conflict, Invalid, NotFound, TrainingError
from training.base.structs import Frozen, Viewer
from training.base.tables import KeptAnswer
from training.base.work import Work, Works

# W/ is what a proxy makes of it that compresses on the way; the version is the same.
_ETAG = re.compile(r'(W/)?"(?P<version>[0-9]{1,9})"')


class VersionNeeded(TrainingError):
    """Say which version you are changing: send the ETag you read as If-Match."""

    code = "version-needed"


class KeyUsedBefore(TrainingError):
    """This Idempotency-Key was used for a different request."""

    code = "idempotency-key-reused"


class RequestInFlight(Conflict):
    """The first request with this Idempotency-Key is still being worked on. Please ask again in a second."""

    code = "request-in-flight"
    retry_after = 1


class NotToldAgain(NotFound):
    """This was done when you first asked, with a role that you no longer hold. Nothing was done again."""


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


def etag_of(version: int) -> str:
    """The entity tag of a version of a thing."""
    return f'"{version}"'


def required_version(request: Request[Any, Any, Any]) -> int:
    """The version in If-Match. Raises VersionNeeded when it is missing, Invalid when it is not one of ours."""
    given = request.headers.get("if-match")
    if given is None:
        raise VersionNeeded
    found = _ETAG.fullmatch(given.strip())
    if found is None:
        raise Invalid("If-Match must hold the ETag that you read.", fields={"If-Match": "not one of ours"})
    return int(found["version"])


def answer(content: Any, *, status: int = 200, version: int | None = None) -> Response[Any]:
    """A JSON answer, with its entity tag when it has a version."""
    headers = {"etag": etag_of(version)} if version is not None else {}
    return Response(msgspec.json.encode(content), status_code=status, media_type=MediaType.JSON, headers=headers)


def not_modified(request: Request[Any, Any, Any], version: int) -> bool:
    """Whether the caller already has this version."""
    asked = request.headers.get("if-none-match", "")
    return etag_of(version) in (tag.strip().removeprefix("W/") for tag in asked.split(","))


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
    **kwargs: Any,
) -> Response[Any]:
    """Run `action(work, *args, **kwargs)` and answer with `to(result)`. With an Idempotency-Key, a repetition gets the
    first answer again.

    The answer is kept in the transaction of the effect, so there is never one without the other. The same key
    with another payload is refused (KeyUsedBefore), and while the first is being worked on in this process every other
    is (RequestInFlight). Two at once in two processes: one commits, the other is retried and finds it.
    """
    viewer: Viewer = request.user
    key = request.headers.get("idempotency-key")
    if key is None or not viewer.signed_in:
        # Visitors cannot be told apart, so one would get what another was told.
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
        told = _Told(roles=_roles(viewer), answer=msgspec.Raw(msgspec.json.encode(result)))
        body = msgspec.json.encode(told).decode()
        keep(work, identity, payload, status, body)
        return KeptResult(payload_hash=payload, status=status, body=body)

    with IN_FLIGHT.alone(identity):
        try:
            kept = await works.run(viewer, kept_or_new)
        except TrainingError:
            # Another process may have answered between our look and our action, which then met its own effect.
            meanwhile = await find_kept(identity)
            if meanwhile is None:
                raise
            kept = meanwhile
    return _told_again(viewer, kept, payload)


def _told_again(viewer: Viewer, kept: KeptResult, payload: str) -> Response[Any]:
    """A kept answer as it was. An answer that a role allowed is not told to somebody who has lost it."""
    if kept.payload_hash != payload:
        raise KeyUsedBefore
    told = msgspec.json.decode(kept.body, type=_Told)
    if not set(told.roles) <= set(_roles(viewer)):
        raise NotToldAgain
    body = bytes(told.answer)
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

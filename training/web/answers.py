"""What JSON handlers share: entity tags, versions, and answers that are given only once."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import MediaType, Request, Response

from training.base.database import fetch_one
from training.base.errors import Invalid, TrainingError
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


class KeptResult(Frozen, frozen=True, kw_only=True):
    """An answer that was given, and the hash of what it answered."""

    payload_hash: str
    status: int
    body: str

    @property
    def version(self) -> int | None:
        """The version in the body, if it has one."""
        return msgspec.json.decode(self.body, type=_Versioned).version


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
    with another payload is refused (KeyUsedBefore). Two at once: one commits, the other is retried and finds it.
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
        body = msgspec.json.encode(result).decode()
        keep(work, identity, payload, status, body)
        return KeptResult(payload_hash=payload, status=status, body=body)

    try:
        kept = await works.run(viewer, kept_or_new)
    except TrainingError:
        # The same request may have been answered between our look and our action, which then met its own effect.
        meanwhile = await find_kept(identity)
        if meanwhile is None:
            raise
        kept = meanwhile
    if kept.payload_hash != payload:
        raise KeyUsedBefore
    headers = {"etag": etag_of(kept.version)} if kept.version is not None else {}
    return Response(kept.body.encode(), status_code=kept.status, media_type=MediaType.JSON, headers=headers)


async def _fingerprints(request: Request[Any, Any, Any], viewer: Viewer, key: str) -> tuple[str, str]:
    """Who asks under which key, and what is asked, as hashes. The version in If-Match is part of the question.

    The roles are part of who asks: an answer that a role allowed is not told again to somebody who has lost it. They
    are judged anew, as everybody whose roles changed meanwhile.
    """
    asked = f"{request.method} {request.scope['path']} {request.headers.get('if-match', '')}\n".encode()
    payload = hashlib.sha256(asked + await request.body()).hexdigest()
    roles = ",".join(sorted(f"{grant.role}:{grant.scope_id}" for grant in viewer.grants))
    return hashlib.sha256(f"{viewer.person_id} {roles} {key}".encode()).hexdigest(), payload


async def find_kept(identity: str) -> KeptResult | None:
    """The answer given before under this identity."""
    return await fetch_one(KeptResult, "SELECT payload_hash, status, body FROM kept_answer WHERE id = {}", identity)


def keep(work: Work, identity: str, payload: str, status: int, body: str) -> None:
    """Keep an answer in the transaction of its effect."""
    work.add(KeptAnswer, id=identity, payload_hash=payload, status=status, body=body, created_at=work.now)

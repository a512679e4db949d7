"""What JSON handlers share: answers, their entity tags and the versions that callers name."""

import re
from typing import Any

import msgspec
from litestar import MediaType, Request, Response

from training.base.errors import Conflict, Invalid, TrainingError

# W/ is what a proxy makes of it that compresses on the way; the version is the same.
_ETAG = re.compile(r'(W/)?"(?P<version>[0-9]{1,9})"')


class VersionNeeded(TrainingError):
    """Say which version you are changing: send the ETag you read as If-Match."""

    code = "version-needed"


class KeyUsedBefore(TrainingError):
    """This Idempotency-Key was used for a different request. A new wish takes a new key."""

    code = "idempotency-key-reused"


class RequestInFlight(Conflict):
    """The first request with this Idempotency-Key is still being worked on. Please ask again in a second."""

    code = "request-in-flight"
    retry_after = 1


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

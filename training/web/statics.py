"""Our own style sheets, scripts and pictures, served from memory under an address that changes with their content.

The framework's static files ignore If-None-Match and serve dot files, so this is thirty lines of our own.
"""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Frozen

_FOLDER = Path(__file__).resolve().parent / "static"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


class StaticFile(Frozen, frozen=True, kw_only=True):
    """One file, plain and compressed."""

    content: bytes
    compressed: bytes
    content_type: str


@lru_cache(maxsize=1)
def static_files() -> tuple[str, dict[str, StaticFile]]:
    """A version over all files, and the files by name. Read once, at the first request that needs them."""
    files: dict[str, StaticFile] = {}
    digest = hashlib.sha256()
    for path in sorted(p for p in _FOLDER.rglob("*") if p.is_file() and not p.name.startswith(".")):
        name, content = path.relative_to(_FOLDER).as_posix(), path.read_bytes()
        digest.update(name.encode() + b"\0" + content)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        files[name] = StaticFile(content=content, compressed=gzip.compress(content, mtime=0), content_type=kind)
    return digest.hexdigest()[:12], files


def asset(name: str) -> str:
    """The address of a file of ours. Raises KeyError for a file that is not there."""
    version, files = static_files()
    files[name]
    return f"/static/{version}/{name}"


def find_asset(name: str) -> str:
    """The address of a file that is there only after `make browser`; empty without it."""
    return asset(name) if name in static_files()[1] else ""


@get("/static/{version:str}/{name:path}", include_in_schema=False)
async def static_file(request: Request[Any, Any, Any], version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A static file; for ever when asked for by the present version."""
    present, files = static_files()
    found = files.get(name.lstrip("/"))
    if found is None:
        raise NotFound
    small = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if version == present else "no-cache",
        "vary": "accept-encoding",
        "content-type": found.content_type,
    }
    if small:
        headers["content-encoding"] = "gzip"
    body = found.compressed if small else found.content
    return Response(body, headers=headers, media_type=found.content_type)

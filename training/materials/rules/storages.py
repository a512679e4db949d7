"""What names a storage, a folder or a bucket that speaks S3, and where in it what lies."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from training.base.structs import Frozen

# Below these lie files that are kept, and parts of those that are on their way.
FILES = "files/"
INCOMING = "incoming/"
_FILE = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})", re.ASCII)
_COMING = re.compile(r"incoming/([0-9a-f-]{36})/(?:([0-9]+)|whole-[0-9a-f]+)", re.ASCII)


class Bucket(Frozen, frozen=True, kw_only=True):
    """Where a bucket is. Empty values come from the environment, as AWS's own tools read it."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Bucket({self.name!r})"


class Folder(Frozen, frozen=True, kw_only=True):
    """A folder of this machine."""

    path: str


def parse_storage(url: str) -> Bucket | Folder:
    """What an address names: a path (file:// may stand before it), or s3://key:secret@bucket/prefix?endpoint=&region=.

    Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        if parts.netloc or parts.query or parts.fragment or not parts.path:
            raise ValueError("A folder is written as its path")
        return Folder(path=unquote(parts.path) if parts.scheme else url)
    # A bucket's name may hold capitals at some providers; `hostname` would lower them.
    name = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not name or parts.fragment:
        raise ValueError("A storage is a folder or a bucket")
    asked = _asked(parts.query)
    endpoint = asked.get("endpoint", "")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ValueError("An endpoint begins with https://")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("A key goes with its secret")
    return Bucket(
        name=name,
        prefix=unquote(parts.path).strip("/"),
        endpoint=endpoint,
        region=asked.get("region", ""),
        key=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
    )


def _asked(query: str) -> Mapping[str, str]:
    asked = {name: values[-1] for name, values in parse_qs(query, strict_parsing=bool(query)).items()}
    if not asked.keys() <= {"endpoint", "region"}:
        raise ValueError("A bucket takes an endpoint and a region, nothing else")
    return asked


def is_storage(url: str) -> bool:
    """Whether an address names a storage."""
    try:
        parse_storage(url)
    except ValueError:
        return False
    return True


def file_key(sha256: str) -> str:
    """Where the bytes with this hash lie."""
    return f"{FILES}{sha256[:2]}/{sha256}"


def parts_key(upload_id: UUID) -> str:
    """Below what the parts of an upload lie, each by its number."""
    return f"{INCOMING}{upload_id}/"


def whole_key(upload_id: UUID, attempt: str) -> str:
    """Where one attempt (hexadecimal digits) to put the parts of an upload together does so, beside the parts."""
    return f"{parts_key(upload_id)}whole-{attempt}"


def part_of(key: str) -> int:
    """The number of the part that lies under a key; 0 for a key that is none of a part."""
    found = _COMING.fullmatch(key)
    return int(found[2] or 0) if found else 0


def hash_of(key: str) -> str:
    """The hash of the bytes that lie under a key; empty for a key that is none of a file."""
    found = _FILE.fullmatch(key)
    return found[2] if found else ""


def upload_of(key: str) -> UUID | None:
    """The upload that a part, or what was put together of them, belongs to; None for any other key."""
    found = _COMING.fullmatch(key)
    try:
        return UUID(found[1]) if found else None
    except ValueError:
        return None

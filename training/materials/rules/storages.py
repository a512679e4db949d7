"""What names a storage: a folder, or a bucket that speaks S3."""

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from training.base.structs import Frozen


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

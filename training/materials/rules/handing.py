"""How a file is handed out: by which type and name, shown or saved, and under which policy. Pure.

Whatever a file holds, a browser gets nothing from it that acts: its type is the one that its content was judged to be,
is never guessed anew, and every answer is a sandbox of its own that loads nothing.
"""

from urllib.parse import urlsplit

from training.base.names import disposition, plain_name, safe_name
from training.base.site import Site
from training.base.structs import Frozen
from training.materials.rules.formats import ALSO, FORMATS, FileKind
from training.materials.rules.tickets import FILES_PATH, Ticket, seal_ticket
from training.materials.rules.variants import VariantView

UNKNOWN_TYPE = "application/octet-stream"
PDF = "application/pdf"
# Long enough for a page with twenty pictures, short enough that what is taken back is gone.
PUBLIC_SECONDS = 300
_ENDINGS = {
    known.media_type: (f".{ending}", *(f".{other}" for other, same in ALSO.items() if same == ending))
    for ending, known in FORMATS.items()
}
_SHOWN_KINDS = frozenset({FileKind.IMAGE, FileKind.AUDIO, FileKind.VIDEO})
_SHOWN_TYPES = frozenset({PDF, *(one.media_type for one in FORMATS.values() if one.kind in _SHOWN_KINDS)})


def saved_name(variant: VariantView) -> str:
    """What a file is called when it is saved: its name, with an ending that fits what it is."""
    return safe_name(variant.name, _ENDINGS.get(variant.media_type, ()))


def is_shown(variant: VariantView) -> bool:
    """Whether a browser may show it: only what it shows without running anything."""
    return variant.media_type in _SHOWN_TYPES


def file_address(site: Site, variant: VariantView, ticket: Ticket) -> str:
    """Where a file is handed out by this ticket: absolute where that is another host. The name is for people only.

    Raises ValueError without a key worth the name.
    """
    return f"{site.files_url}{FILES_PATH}{seal_ticket(site.secret_key, ticket)}/{plain_name(saved_name(variant))}"


class FilesHost(Frozen, frozen=True, kw_only=True):
    """The host that hands out files and nothing else. `shared`: the pages have the same name and another port."""

    name: str
    port: int
    shared: bool

    def is_asked(self, host: str) -> bool:
        """Whether a request for this `Host` is for it: with whatever port where the name alone tells, which proxies
        leave out or write differently; in capitals, with a dot behind it, with zeros before the port."""
        name, port = _name_and_port(host, self.port)
        return name == self.name and (not self.shared or port == self.port)


def files_host(site: Site) -> FilesHost | None:
    """The host for files; None when it is the one of the pages."""
    if not site.files_url:
        return None
    own, pages = _place(site.files_url), _place(site.base_url)
    return None if own == pages else FilesHost(name=own[0], port=own[1], shared=own[0] == pages[0])


def file_origin(site: Site) -> str:
    """What a page has to be allowed to load files from, as policies write it; empty when that is itself."""
    return _origin(site.files_url) if files_host(site) else ""


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return _name_and_port(parts.netloc, 443 if parts.scheme == "https" else 80)


def _name_and_port(host: str, usual: int) -> tuple[str, int]:
    """The name of a host as programs send it, and its port; ("", 0) for what is none."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = (parts.hostname or "").rstrip("."), parts.port
        return name if name.isascii() else name.encode("idna").decode(), usual if port is None else port
    except ValueError:
        return "", 0


def headers_of(variant: VariantView, site: Site, *, shown: bool, public: bool) -> dict[str, str]:
    """What every answer with (a part of) a file says."""
    inline = shown and is_shown(variant)
    known = variant.media_type in _ENDINGS
    return {
        **guarded(site, shown=inline, plays=variant.media_type.startswith(("audio/", "video/"))),
        "content-type": variant.media_type if known else UNKNOWN_TYPE,
        "content-disposition": disposition(saved_name(variant), shown=inline),
        "accept-ranges": "bytes",
        "etag": f'"{variant.sha256}"',
        "cache-control": f"public, max-age={PUBLIC_SECONDS}" if public else "private, no-store",
    }


def guarded(site: Site, *, shown: bool = False, plays: bool = False) -> dict[str, str]:
    """What every answer says that hands out files, refusals included.

    Shown in the page, a file may be framed by our pages; a player or picture that is opened by itself is a page of the
    browser's own, which loads that one file and its own styles. A player has to be of the same origin as what it plays.
    """
    apart = files_host(site) is not None
    ancestors = (_origin(site.base_url) if apart else "'self'") if shown else "'none'"
    sandbox = "sandbox allow-same-origin" if shown and plays else "sandbox"
    policy = f"{sandbox}; default-src 'none'; form-action 'none'; base-uri 'none'"
    if shown:
        policy += "; img-src 'self'; media-src 'self'; object-src 'self'; style-src 'unsafe-inline'"
    headers = {
        "content-security-policy": f"{policy}; frame-ancestors {ancestors}",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
        "cross-origin-opener-policy": "same-origin",
        # Whoever holds the address may read it anyway; what this decides is whether our own pages can show it.
        "cross-origin-resource-policy": "cross-origin" if apart and shown else "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }
    if not shown:
        headers["x-frame-options"] = "DENY"
    return headers


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

"""One-time links and sign-ins: tokens, lifetimes, limits, where to go next, what a browser is called."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from training.base.addresses import local_path
from training.base.errors import Gone, NotFound, TooMany
from training.base.structs import Frozen, Viewer
from training.outbox.rules import derive_token, token_id

SIGN_IN_LINK_LIFETIME = timedelta(minutes=10)
LONGEST_IN_LINK = 500
INVITATION_LIFETIME = timedelta(days=14)
# As long as a place is kept for somebody who asked for it by mail (`booking.rules.REQUEST_KEPT`).
CONFIRM_LIFETIME = timedelta(minutes=60)
# A sign-in ends this long after it was last used, and in any case this long after it began.
SIGN_IN_IDLE = timedelta(days=30)
SIGN_IN_LONGEST = timedelta(days=180)
# Being seen is written down at most this often, so that reading a page does not write.
SEEN_EVERY = timedelta(minutes=15)
LINK_WINDOW = timedelta(minutes=15)
LINKS_PER_ADDRESS = 5
LINKS_PER_CLIENT = 20
# A whole class may sit behind one address, and mistype.
WRONG_CODES_PER_CLIENT = 30
# Who types addresses that nobody of theirs has, and is refused, may be asking where strangers take part.
REFUSED_NEWCOMERS_PER_ACCOUNT = 20


class LinkUnknown(NotFound):
    """This link was not copied whole, or it is not one of ours. Please ask for a new one."""

    code = "link-unknown"


class LinkUsed(Gone):
    """This link has been used already. Each link works once; please ask for a new one."""

    code = "link-used"


class LinkExpired(Gone):
    """This link is too old. Please ask for a new one."""

    code = "link-expired"


class TooManyLinks(TooMany):
    """You have asked for many sign-in links in a short time. Please use the newest one, or wait a little."""

    code = "too-many-links"


class TooManyCodes(TooMany):
    """You have typed many wrong access codes in a short time. Please wait a little, and ask for the code again."""

    code = "too-many-codes"


class TooManyNewcomers(TooMany):
    """Many people were refused in a short time. Please wait a little; those your organization knows can be chosen."""

    code = "too-many-newcomers"


class CountsNewcomers:
    """For an error that refuses people: how many of them the partner did not know. Counted, and told to nobody."""

    newcomers: int = 0


def asker_of(viewer: Viewer) -> str:
    """For whom refused newcomers are counted: a person with all sign-ins and tokens, or a partner with all of its."""
    partners = sorted(str(scope_id) for scope_id in viewer.scopes("coordinator"))
    return str(viewer.person_id or next(iter(partners), viewer.token_id))


class Purpose(StrEnum):
    """What a one-time link is for; a link for one thing is no use for another."""

    SIGN_IN = "sign-in"
    INVITATION = "invitation"
    CONFIRM = "confirm"


LIFETIMES = {
    Purpose.SIGN_IN: SIGN_IN_LINK_LIFETIME,
    Purpose.INVITATION: INVITATION_LIFETIME,
    Purpose.CONFIRM: CONFIRM_LIFETIME,
}


class KnownLink(Frozen, frozen=True, kw_only=True):
    """A one-time link as it stands. `email` is the address of the person it was made for."""

    id: UUID
    purpose: Purpose
    person_id: UUID
    email: str
    subject_id: UUID | None
    next_path: str
    expires_at: datetime
    used_at: datetime | None


class SignInRecord(Frozen, frozen=True, kw_only=True):
    """One browser or program in which somebody is signed in. Holds no secret."""

    id: UUID
    label: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def safe_next(path: str) -> str:
    """Where to go after signing in: `path` when it is a `local_path`, else "/".

    The sign-in pages are refused too: they would lead in a circle.
    """
    circle = re.split(r"[?#]", path, maxsplit=1)[0].rstrip("/")
    if circle == "/sign-out" or (circle + "/").startswith("/sign-in/"):
        return "/"
    return local_path(path)


def next_in_link(path: str) -> str:
    """As much of `safe_next` as a mailed link keeps: the page without its query where the whole is too long."""
    whole = safe_next(path)
    kept = whole if len(whole) <= LONGEST_IN_LINK else re.split(r"[?#]", whole, maxsplit=1)[0]
    return kept if len(kept) <= LONGEST_IN_LINK else "/"


def next_kept(whole: str, in_link: str) -> str:
    """Where a link leads on from which `in_link` was kept, when the browser kept `whole`: there if it is more of the
    same page, else to what the link says. Whoever opens the link elsewhere, or asked anew, is not led astray."""
    more = len(whole) > LONGEST_IN_LINK and in_link != "/" and next_in_link(whole) == in_link
    return safe_next(whole) if more else in_link


def link_token(secret_key: str, purpose: Purpose, link_id: UUID) -> str:
    """The token of a one-time link, derived from the installation's key, so that no row needs to hold it."""
    return derive_token(secret_key, purpose.value, link_id)


def own_token(secret_key: str, purpose: Purpose, token: str) -> bool:
    """Whether we made this token for this purpose; asked before the database is, so that guesses cost it nothing."""
    link_id = token_id(token)
    return link_id is not None and secrets.compare_digest(link_token(secret_key, purpose, link_id), token)


def token_hash(token: str) -> str:
    """What is kept of a token: SHA-256 in hex. The tokens hold 256 random or keyed bits, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """A fresh random token of 256 bits for a sign-in."""
    return secrets.token_urlsafe(32)


def judge_link(link: KnownLink | None, now: datetime) -> KnownLink:
    """The link when it can still be used. Raises LinkUnknown, LinkUsed or LinkExpired; at `expires_at` it is over."""
    if link is None:
        raise LinkUnknown
    if link.used_at is not None:
        raise LinkUsed
    if now >= link.expires_at:
        raise LinkExpired
    return link


def sign_in_ends(created_at: datetime, seen_at: datetime) -> datetime:
    """When a sign-in ends that began at `created_at` and was last used at `seen_at`."""
    return min(seen_at + SIGN_IN_IDLE, created_at + SIGN_IN_LONGEST)


@lru_cache(maxsize=4096)
def client_group(address: str) -> str:
    """Whom a client address is counted for: an IPv6 caller holds 2^64 addresses at least, so their network counts."""
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def attempt_key(secret_key: str, kind: str, value: str) -> str:
    """The key under which attempts are counted: keyed, so that no address can be guessed from the table."""
    said = f"{kind}\n{value}".encode("utf-8", "surrogatepass")
    return hmac.new(secret_key.encode(), said, hashlib.sha256).hexdigest()


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}")


def label_of(user_agent: str) -> str:
    """A browser or program in plain words: "Firefox on Windows", "Program curl". Holds nothing else of the header."""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    program = _PROGRAM.match(user_agent)
    return f"Program {program[0]}" if program and program[0] != "Mozilla" else "Unknown browser"

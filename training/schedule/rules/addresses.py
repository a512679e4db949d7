"""Addresses that somebody else typed and we ask: which may be asked at all, and which machines are public.

Judged twice. The text first: only a name of the public internet, on the usual port, without a password. Then the
machines that the name leads to, just before they are asked: a name leads wherever its owner likes at that moment.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit

from training.base.errors import Invalid
from training.base.structs import Frozen

LONGEST_ADDRESS = 2_000
PORTS = {"https": 443, "http": 80}
# Calendars say webcal where they mean https.
_SAID = {"webcal": "https", "webcals": "https"}
# The last part begins with a letter, so that no spelling of a number is a name: 127.1, 0x7f.0.0.1, 2130706433.
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 253
# Names that lead into somebody's own network wherever they are asked.
_PRIVATE_NAMES = (
    "localhost localdomain local internal intranet private corp home lan onion arpa test invalid alt"
).split()

_NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        # What a large host of machines answers its own machines at, although the address looks public.
        " 168.63.129.16/32"
    ).split()
)
# All that is given out to the public lies in here; every form that wraps an IPv4 address does not, save those below.
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    # Protocol assignments with Teredo and ORCHID, documentation (twice), 6to4.
    for text in "2001::/23 2001:db8::/32 3fff::/20 2002::/16".split()
)
# The lower half of an address that ISATAP makes of an IPv4 address, local or global.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


class AddressRefused(Invalid):
    """This address cannot be read."""

    code = "calendar-address-refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, fields={"address": detail})


class Target(Frozen, frozen=True, kw_only=True):
    """Whom to ask for what: everything that an address says, checked."""

    scheme: str
    host: str
    path: str

    @property
    def port(self) -> int:
        """The usual port of the scheme; no other is asked."""
        return PORTS[self.scheme]

    @property
    def address(self) -> str:
        """The address, spelled the one way."""
        return f"{self.scheme}://{self.host}{self.path}"


def parse_address(text: str, *, plain: bool = False) -> Target:
    """What an address says. `plain` lets http pass as well. Raises AddressRefused with the sentence for a person."""
    if not text or len(text) > LONGEST_ADDRESS:
        raise AddressRefused(f"Paste the whole address of your calendar, at most {LONGEST_ADDRESS:,} characters.")
    if not (text.isascii() and text.isprintable()) or " " in text or "\\" in text:
        raise AddressRefused("There is a character in this address that does not belong there. Please copy it again.")
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").removesuffix(".")
    except ValueError:
        raise AddressRefused("This is not an address. Please copy it again.") from None
    scheme = _SAID.get(parts.scheme, parts.scheme)
    _check_scheme(scheme, plain)
    if "@" in parts.netloc:
        raise AddressRefused("Leave name and password out of the address: use the secret address of your calendar.")
    if port is not None and port != PORTS[scheme]:
        raise AddressRefused("Addresses with a port number of their own are not read.")
    _check_host(host)
    query = f"?{parts.query}" if parts.query else ""
    return Target(scheme=scheme, host=host, path=f"{parts.path or '/'}{query}")


def _check_scheme(scheme: str, plain: bool) -> None:
    if scheme == "https" or (scheme == "http" and plain):
        return
    if scheme == "http":
        raise AddressRefused("Only addresses that begin with https:// are read: others can be overheard on the way.")
    raise AddressRefused("The address must begin with https:// or webcal://.")


def _check_host(host: str) -> None:
    private = host.rpartition(".")[2] in _PRIVATE_NAMES
    if private or len(host) > _LONGEST_NAME or not _NAME.fullmatch(host):
        raise AddressRefused("The address must name a server on the public internet, such as calendar.example.org.")


def followed(target: Target, location: str, *, plain: bool = False) -> Target:
    """Where a redirect from `target` leads; judged like any other address. Raises AddressRefused."""
    try:
        onward = urljoin(target.address, location)
    except ValueError:
        raise AddressRefused("The server sends on to something that is not an address.") from None
    return parse_address(onward, plain=plain and target.scheme == "http")


def is_public(text: str) -> bool:
    """Whether a machine at this IP address belongs to the public internet; False for anything that is no IP address."""
    try:
        ip = ip_address(text)
    except ValueError:
        return False
    return _is_public_4(ip) if isinstance(ip, IPv4Address) else _is_public_6(ip)


def _is_public_4(ip: IPv4Address) -> bool:
    return not any(ip in network for network in _NOT_PUBLIC_4)


def _is_public_6(ip: IPv6Address) -> bool:
    if ip.scope_id is not None or ip not in _PUBLIC_6 or any(ip in network for network in _NOT_PUBLIC_6):
        return False
    return (int(ip) >> 32) & 0xFFFFFFFF not in _ISATAP


def masked(address: str) -> str:
    """An address for a screen: its server, and nothing of what makes it secret."""
    host = urlsplit(address).hostname or ""
    return f"https://{host}/…"

"""Accounts: one spelling for each address, clean names, known zones."""

import re
import unicodedata
from datetime import datetime
from uuid import UUID

from training.base.errors import Forbidden, Invalid, NotFound, SignInRequired
from training.base.structs import Frozen, Viewer, seen, without_directions
from training.base.zones import zone_named
from training.people.rules.tokens import NotWithAToken

MOST_NAME = 200
# An address has 254 characters at most; what is far longer is not worth folding.
MOST_TYPED = 1000


class AddressUnusable(Invalid):
    """This does not look like an e-mail address. Please check the spelling."""

    code = "address-unusable"


class PersonUnknown(NotFound):
    """Nobody here has this e-mail address."""

    code = "person-unknown"


class AccountDisabled(Forbidden):
    """This account has been switched off. Please ask the people who run the program."""

    code = "account-disabled"


class KnownPerson(Frozen, frozen=True, kw_only=True):
    """Somebody with an account. `zone` is an IANA name, instants are UTC."""

    id: UUID
    email: str
    name: str
    zone: str
    locale: str
    created_at: datetime
    disabled_at: datetime | None

    @property
    def called(self) -> str:
        """The name, or the address of somebody who has not given one."""
        return self.name or self.email


_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_DOMAIN_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# The two standards for international domains disagree about these: another domain than the one meant could result.
_AMBIGUOUS_IN_DOMAINS = frozenset("ßς\u200c\u200d")
# Addresses below this top-level domain reach nobody, by its standard; ours are made up for stand-ins.
_NOBODYS = "invalid"
_SHY_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


def fold_email(text: str) -> str:
    """The one spelling by which an address is known: trimmed, NFC, lower case, the domain in its ASCII form.

    Raises AddressUnusable for anything that is not a plain address, and for those below `.invalid`, which reach nobody
    and of which some are our own. Folding twice changes nothing.
    """
    if len(text) > MOST_TYPED:
        raise _unusable()
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())
    local, at, domain = folded.rpartition("@")
    if any(unicodedata.category(char) in _SHY_CATEGORIES for char in folded):
        raise _unusable()
    plain = bool(at and _LOCAL.fullmatch(local)) and ".." not in local and local[0] != "." and local[-1] != "."
    if not plain or len(local.encode()) > 64:
        raise _unusable()
    email = f"{local}@{_folded_domain(domain)}"
    if len(email) > 254:
        raise _unusable()
    return email


def _folded_domain(domain: str) -> str:
    if _AMBIGUOUS_IN_DOMAINS & set(domain):
        raise _unusable("Please write this domain in its xn-- form.")
    try:
        plain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise _unusable() from error
    labels = plain.split(".")
    if len(labels) < 2 or labels[-1].isdecimal() or not all(_DOMAIN_LABEL.fullmatch(label) for label in labels):
        raise _unusable()
    if labels[-1] == _NOBODYS:
        raise _unusable("No mail arrives at an address that ends in .invalid. Please give one that you read.")
    return plain


def _unusable(detail: str = "") -> AddressUnusable:
    error = AddressUnusable(detail)
    error.fields["email"] = error.detail
    return error


def clean_name(text: str) -> str:
    """A person's name on one line, at most 200 characters. Never raises: odd characters become blanks, and what
    forces a direction on the text behind the name is left out."""
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in without_directions(text)
    )
    name = " ".join(unicodedata.normalize("NFC", shown).split())[:MOST_NAME].strip()
    return name if seen(name) else ""


def known_zone(name: str) -> str:
    """`name` when it is a zone we know; raises Invalid naming the field `zone` otherwise."""
    if zone_named(name) is None:
        raise Invalid(fields={"zone": "Please choose a time zone from the list, such as Europe/Berlin."})
    return name


def own_id(viewer: Viewer) -> UUID:
    """The id of the person who asks. Raises SignInRequired when nobody does, NotWithAToken when a partner does."""
    if viewer.person_id is None:
        raise NotWithAToken if viewer.token_id is not None else SignInRequired
    return viewer.person_id

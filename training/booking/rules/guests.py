"""The link to one's place: a capability for one enrollment, derived from the installation's key. Pure.

It is said again in every message about the place, so it is no one-time link. Renewing it (`link_generation` + 1)
makes every earlier one worthless (docs/decisions/0003).
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from training.base.errors import Gone, NotFound
from training.base.structs import Viewer
from training.outbox.rules import SecretLink, derive_token

PLACE_PATH = "/places/"
PLACE_LINK_KEPT = timedelta(days=30)


class PlaceLinkUnknown(NotFound):
    """This link was not copied whole, or it was replaced by a newer one. Please use the link in our newest message."""

    code = "place-link-unknown"


class PlaceLinkExpired(Gone):
    """This session ended long ago, so this link is over. Sign in to see what you took part in."""

    code = "place-link-expired"


def place_link(enrollment_id: UUID, generation: int) -> SecretLink:
    """The link to the page of an enrollment, as a value of a message: nothing that is stored holds the token."""
    return SecretLink(path=PLACE_PATH, purpose=_purpose(generation), id=enrollment_id)


def place_token(secret_key: str, enrollment_id: UUID, generation: int) -> str:
    """The token in that link."""
    return derive_token(secret_key, _purpose(generation), enrollment_id)


def opens_place(secret_key: str, token: str, enrollment_id: UUID, generation: int) -> bool:
    """Whether a token is the present one of an enrollment; compared in constant time."""
    known = place_token(secret_key, enrollment_id, generation)
    return secrets.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass"))


def _purpose(generation: int) -> str:
    return f"place {generation}"


def is_place_link_over(ends_at: datetime | None, now: datetime) -> bool:
    """Whether the end of the session was 30 days ago; without a date it is good."""
    return ends_at is not None and now >= ends_at + PLACE_LINK_KEPT


def check_place_link(ends_at: datetime | None, now: datetime, longer: datetime | None = None) -> None:
    """Raise PlaceLinkExpired when it is over. `longer`: until when one page of it opens all the same."""
    if is_place_link_over(ends_at, now) and (longer is None or now >= longer):
        raise PlaceLinkExpired


def guest_of(person_id: UUID, name: str, zone: str) -> Viewer:
    """Whoever holds a link, as the person it was mailed to, and with no role at all."""
    return Viewer(person_id=person_id, name=name, zone=zone)

"""Being named to others of one's own organization: what comes in and goes out."""

from uuid import UUID

from training.base.structs import Frozen, Input
from training.booking.queries.attendees import Listing


class ListingForm(Input, frozen=True, kw_only=True):
    """The switch as it is sent; `version` is the enrollment's that was looked at."""

    listed: bool = False
    version: int = 0


class ListingIn(Input, frozen=True, kw_only=True):
    """Whether others of your own organization may see that you take part."""

    listed: bool


class ListingOut(Frozen, frozen=True, kw_only=True):
    """Whether others of your own organization see that you take part."""

    enrollment_id: UUID
    session_id: UUID
    listed: bool
    version: int

    @classmethod
    def of(cls, listing: Listing) -> "ListingOut":
        """From the action's result."""
        return cls(
            enrollment_id=listing.enrollment_id,
            session_id=listing.session_id,
            listed=listing.listed,
            version=listing.version,
        )


class AttendeeOut(Frozen, frozen=True, kw_only=True):
    """Somebody of your own organization. `name` is empty where only an address is known."""

    name: str


class AttendeePage(Frozen, frozen=True, kw_only=True):
    """Those who take part and agreed to be named, by name; there is never a next page."""

    items: list[AttendeeOut]
    next_cursor: str | None = None

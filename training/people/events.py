"""What happens to people and their sign-ins. No event holds a token, a link or an address typed by a stranger."""

from uuid import UUID

from training.base.structs import Event


class PersonAdded(Event, frozen=True, kw_only=True):
    """An account was made for an address."""

    person_id: UUID
    email: str


class PersonChanged(Event, frozen=True, kw_only=True):
    """Name, zone or standing of an account changed; before and after are in the journal. `renamed`: the name did."""

    person_id: UUID
    renamed: bool = False


class SignInLinkRequested(Event, frozen=True, kw_only=True):
    """Somebody asked for a sign-in link. `person_id` is None when nobody can sign in with that address."""

    link_id: UUID
    person_id: UUID | None = None


class SignedIn(Event, frozen=True, kw_only=True):
    """A one-time link was used."""

    sign_in_id: UUID
    person_id: UUID


class SignedOut(Event, frozen=True, kw_only=True):
    """Somebody signed out."""

    sign_in_id: UUID
    person_id: UUID


class SignInRevoked(Event, frozen=True, kw_only=True):
    """A sign-in was ended from elsewhere."""

    sign_in_id: UUID
    person_id: UUID


class RoleGranted(Event, frozen=True, kw_only=True):
    """A person holds a role now. `scope_id` is a program or partner; None for the platform."""

    person_id: UUID
    role: str
    scope_id: UUID | None = None


class RoleRevoked(Event, frozen=True, kw_only=True):
    """A person no longer holds a role."""

    person_id: UUID
    role: str
    scope_id: UUID | None = None


class TokenMade(Event, frozen=True, kw_only=True):
    """A key for programs was made, for a person or for a partner. `scopes` are its words with blanks between them."""

    token_id: UUID
    label: str
    scopes: str
    person_id: UUID | None = None
    partner_id: UUID | None = None


class TokenRevoked(Event, frozen=True, kw_only=True):
    """A key for programs opens nothing any more."""

    token_id: UUID
    label: str
    person_id: UUID | None = None
    partner_id: UUID | None = None


class DeviceAdded(Event, frozen=True, kw_only=True):
    """A password for a calendar program on one device was made."""

    device_id: UUID
    person_id: UUID
    label: str


class DeviceRevoked(Event, frozen=True, kw_only=True):
    """A device password opens nothing any more."""

    device_id: UUID
    person_id: UUID
    label: str

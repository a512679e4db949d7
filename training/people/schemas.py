"""What comes in and goes out about people: forms and the JSON of the API."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.addresses import LONGEST
from training.base.structs import Frozen, Input, ShortLine, Viewer
from training.base.texts import LOCALE, language, when
from training.outbox.rules.kinds import SORT_LABELS
from training.people.actions import NewDevice, NewSignIn, NewToken
from training.people.queries import MailChoices
from training.people.rules import (
    MOST_TOKEN_DAYS,
    TOKEN_DAYS,
    KnownPerson,
    SignInRecord,
    TokenOrder,
    TokenRecord,
    TokenScope,
)
from training.people.rules.devices import DeviceRecord
from training.people.rules.mail import LOCALES, MailOrder

TypedAddress = Annotated[str, Meta(min_length=3, max_length=254, description="An e-mail address.")]
TypedPath = Annotated[str, Meta(max_length=LONGEST, description="A path of ours to go to after signing in.")]
Name = Annotated[str, Meta(max_length=200, description="A person's name on one line.")]
ZoneName = Annotated[str, Meta(min_length=1, max_length=64, description="An IANA time zone, such as Europe/Berlin.")]


class AskForLink(Input, frozen=True, kw_only=True):
    """Ask for a sign-in link by mail."""

    email: TypedAddress
    next: TypedPath = "/"


class UseLink(Input, frozen=True, kw_only=True):
    """Use a sign-in link: `token` is the last part of its address."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]


class OwnDetails(Input, frozen=True, kw_only=True):
    """The form for one's own name and zone."""

    name: Name = ""
    zone: ZoneName


class OwnDetailsChange(Input, frozen=True, kw_only=True):
    """Change one's own name or zone; what is left out stays."""

    name: Name | UnsetType = UNSET
    zone: ZoneName | UnsetType = UNSET


Time = Annotated[str, Meta(min_length=5, max_length=5, description="A time on one's own clocks, such as 21:00.")]
LocaleTag = Annotated[str, Meta(max_length=20, description="How dates are written in messages, such as en-GB.")]


_EXAMPLE = datetime(2026, 5, 6, 15, 0, tzinfo=UTC)


def locale_choices() -> tuple[tuple[str, str], ...]:
    """What a list of locales offers: the tag, and a date as it would be written."""
    names = {LOCALE: "English, as on our pages"}
    return tuple((tag, f"{when(_EXAMPLE, 'UTC', tag)} ({names.get(tag) or language(tag)})") for tag in LOCALES)


class MailForm(Input, frozen=True, kw_only=True):
    """The form for quiet hours and what one wants to get."""

    quiet_from: Time
    quiet_until: Time
    locale: LocaleTag
    wanted: list[ShortLine] = []

    def order(self) -> MailOrder:
        """The same for the action."""
        return MailOrder(
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            locale=self.locale,
            off=frozenset(sort.value for sort in SORT_LABELS if sort.value not in self.wanted),
        )


class MailSettings(Frozen, frozen=True, kw_only=True):
    """What one chose about mail. Between the quiet times, on the clocks of `zone`, nothing is sent that can wait."""

    zone: str
    locale: str
    quiet_from: str
    quiet_until: str
    reminders: bool
    digests: bool
    announcements: bool
    materials: bool

    @classmethod
    def of(cls, choices: MailChoices) -> "MailSettings":
        """From what is kept."""
        wanted = {sort.value: sort.value not in choices.off for sort in SORT_LABELS}
        return cls(
            zone=choices.zone,
            locale=choices.locale,
            quiet_from=choices.quiet_from,
            quiet_until=choices.quiet_until,
            **wanted,
        )


class MailSettingsChange(Input, frozen=True, kw_only=True):
    """Change what one chose about mail; what is left out stays. Equal quiet times mean none."""

    locale: LocaleTag | UnsetType = UNSET
    quiet_from: Time | UnsetType = UNSET
    quiet_until: Time | UnsetType = UNSET
    reminders: bool | UnsetType = UNSET
    digests: bool | UnsetType = UNSET
    announcements: bool | UnsetType = UNSET
    materials: bool | UnsetType = UNSET

    def order(self, kept: MailChoices) -> MailOrder:
        """The same for the action, with what is kept where nothing is said."""
        wanted = {sort.value: getattr(self, sort.value) for sort in SORT_LABELS}
        off = {sort for sort, said in wanted.items() if (sort in kept.off if said is UNSET else not said)}
        return MailOrder(
            quiet_from=kept.quiet_from if self.quiet_from is UNSET else self.quiet_from,
            quiet_until=kept.quiet_until if self.quiet_until is UNSET else self.quiet_until,
            locale=kept.locale if self.locale is UNSET else self.locale,
            off=frozenset(off),
        )


class BegunSignIn(Frozen, frozen=True, kw_only=True):
    """A sign-in just begun. `bearer` is shown this once and never again."""

    id: UUID
    bearer: str
    expires_at: datetime

    @classmethod
    def of(cls, begun: NewSignIn) -> "BegunSignIn":
        """From what the action returned."""
        return cls(id=begun.id, bearer=begun.token, expires_at=begun.expires_at)


class RoleHeld(Frozen, frozen=True, kw_only=True):
    """A role and the program or partner it is held in; null for the whole platform."""

    role: str
    scope_id: UUID | None


class Me(Frozen, frozen=True, kw_only=True):
    """Who is asking."""

    id: UUID
    email: str
    name: str
    zone: str
    roles: list[RoleHeld]

    @classmethod
    def of(cls, viewer: Viewer, person: KnownPerson) -> "Me":
        """The viewer, with name and zone as they are kept now."""
        held = sorted(viewer.grants, key=lambda grant: (grant.role, str(grant.scope_id)))
        roles = [RoleHeld(role=grant.role, scope_id=grant.scope_id) for grant in held]
        return cls(id=person.id, email=person.email, name=person.name, zone=person.zone, roles=roles)


class OwnSignIn(Frozen, frozen=True, kw_only=True):
    """One place where one is signed in; `current` is the one that asks."""

    id: UUID
    label: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, record: SignInRecord, viewer: Viewer) -> "OwnSignIn":
        """A record as its owner sees it."""
        return cls(
            id=record.id,
            label=record.label,
            created_at=record.created_at,
            last_seen_at=record.last_seen_at,
            expires_at=record.expires_at,
            current=record.id == viewer.sign_in_id,
        )


class OwnSignIns(Frozen, frozen=True, kw_only=True):
    """Everywhere one is signed in, last used first."""

    items: list[OwnSignIn]


class LinkAsked(Frozen, frozen=True, kw_only=True):
    """The same answer whether or not the address belongs to somebody."""

    detail: str


TokenLabel = Annotated[str, Meta(min_length=1, max_length=80, description="What the token is for, on one line.")]
TokenDays = Annotated[int, Meta(ge=1, le=MOST_TOKEN_DAYS, description="After how many days it ends by itself.")]


class TokenIn(Input, frozen=True, kw_only=True):
    """Make a token."""

    label: TokenLabel
    scopes: Annotated[list[TokenScope], Meta(min_length=1, max_length=8, description="What the token may be used for.")]
    days: TokenDays = TOKEN_DAYS

    def order(self) -> TokenOrder:
        """The same for the action."""
        return TokenOrder(label=self.label, scopes=frozenset(self.scopes), days=self.days)


class TokenOut(Frozen, frozen=True, kw_only=True):
    """A token without its secret. `partner_id` is there when it acts for a partner; `made_by` is a name."""

    id: UUID
    partner_id: UUID | None
    label: str
    scopes: list[TokenScope]
    made_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: TokenRecord) -> "TokenOut":
        """A token as its owner sees it."""
        return cls(
            id=token.id,
            partner_id=token.partner_id,
            label=token.label,
            scopes=list(token.scopes),
            made_by=token.made_by,
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            revoked_at=token.revoked_at,
        )


class TokenList(Frozen, frozen=True, kw_only=True):
    """Tokens, those that work longest first. Those that ended stay for 30 days."""

    items: list[TokenOut]


class MadeToken(Frozen, frozen=True, kw_only=True):
    """A token just made. `token` is shown this once and never again."""

    id: UUID
    token: str
    label: str
    expires_at: datetime

    @classmethod
    def of(cls, made: NewToken) -> "MadeToken":
        """From what the action returned."""
        return cls(id=made.id, token=made.token, label=made.label, expires_at=made.expires_at)


class DeviceIn(Input, frozen=True, kw_only=True):
    """A password for a calendar program: which device it is for."""

    label: Annotated[str, Meta(min_length=1, max_length=80, description="Which device it is for.")]


class DeviceOut(Frozen, frozen=True, kw_only=True):
    """A device password without its secret. `last_used_by` is the program, as it names itself."""

    id: UUID
    label: str
    created_at: datetime
    last_used_at: datetime | None
    last_used_by: str
    revoked_at: datetime | None

    @classmethod
    def of(cls, device: DeviceRecord) -> "DeviceOut":
        """A device password as its owner sees it."""
        return cls(
            id=device.id,
            label=device.label,
            created_at=device.created_at,
            last_used_at=device.last_used_at,
            last_used_by=device.last_used_by,
            revoked_at=device.revoked_at,
        )


class DeviceList(Frozen, frozen=True, kw_only=True):
    """Device passwords, those that work first. Those that were revoked stay for 30 days."""

    items: list[DeviceOut]


class MadeDevice(Frozen, frozen=True, kw_only=True):
    """A device password just made, with all that a calendar program asks for. `password` is shown this once."""

    id: UUID
    label: str
    address: str
    user_name: str
    password: str

    @classmethod
    def of(cls, made: NewDevice, address: str) -> "MadeDevice":
        """From what the action returned."""
        return cls(id=made.id, label=made.label, address=address, user_name=made.email, password=made.password)

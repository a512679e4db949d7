"""API tokens: what one may be for, how long it lasts, what it looks like, and what it never opens."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.errors import Conflict, Forbidden, Invalid
from training.base.structs import Frozen, Viewer

# Recognisable, so that a scanner finds one that was published by mistake.
TOKEN_PREFIX = "trn_"  # noqa: S105 - the part that everybody may know
_SECRET_BYTES = 32
_TOKEN_LENGTH = len(TOKEN_PREFIX) + len(secrets.token_urlsafe(_SECRET_BYTES))
TOKEN_DAYS = 90
MOST_TOKEN_DAYS = 366
MOST_TOKENS = 20
# Being used is written down at most this often, so that reading does not write.
USED_EVERY = timedelta(minutes=5)
MOST_TOKEN_LABEL = 80
MOST_ACTOR_NAME = 200


class TokenScope(StrEnum):
    """What a token may be for. The words are public."""

    READ = "read"
    BOOK = "book"
    PARTNER = "partner"
    MANAGE = "manage"


SCOPE_MEANINGS: dict[TokenScope, str] = {
    TokenScope.READ: "Read everything that the owner may see",
    TokenScope.BOOK: "Book, change and cancel places",
    TokenScope.PARTNER: "Change partners: details, contacts, who belongs to one and who books for it",
    TokenScope.MANAGE: "Run programs: courses, sessions, meetings, trainers, who takes part",
}
# What a handler declares that no token opens, whatever its scopes.
NEVER = "never"


class TokenScopeMissing(Forbidden):
    """This token is not for that. Please use one with the scope that is needed."""

    code = "token-scope"


class NotWithAToken(Forbidden):
    """This is for a person and not open to this token. Please sign in."""

    code = "not-with-a-token"


class TooManyTokens(Conflict):
    """There are 20 tokens already. Please revoke those that nobody needs."""

    code = "too-many-tokens"


class TokenOrder(Frozen, frozen=True, kw_only=True):
    """A token somebody wants: what to call it, what it is for, and for how many days."""

    label: str
    scopes: frozenset[TokenScope]
    days: int = TOKEN_DAYS


class TokenRecord(Frozen, frozen=True, kw_only=True):
    """A token as its owner sees it. Holds no secret. `scope_words` are separated by blanks.

    `made_by` is a name, or the address of somebody who has given none; `maker_left`: they book no more for the partner.
    """

    id: UUID
    person_id: UUID | None
    partner_id: UUID | None
    label: str
    scope_words: str
    created_at: datetime
    made_by: str
    maker_left: bool
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def scopes(self) -> tuple[TokenScope, ...]:
        """What it is for, in the order of the manual."""
        return tuple(sorted(unpacked_scopes(self.scope_words), key=list(TokenScope).index))

    def works(self, now: datetime) -> bool:
        """Whether it opens anything at `now`, as far as the token itself goes."""
        return self.revoked_at is None and now < self.expires_at


def new_api_token() -> str:
    """A fresh token: the prefix and 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def is_api_token(text: str) -> bool:
    """Whether a bearer looks like one of these and not like a sign-in, which is shorter."""
    return len(text) == _TOKEN_LENGTH and text.startswith(TOKEN_PREFIX)


def checked_order(order: TokenOrder) -> TokenOrder:
    """The order when it can be met. Raises Invalid naming every field that cannot."""
    wrong = {}
    label = " ".join(order.label.split())
    if not 1 <= len(label) <= MOST_TOKEN_LABEL:
        wrong["label"] = f"Say what the token is for, in at most {MOST_TOKEN_LABEL} characters."
    if not order.scopes:
        wrong["scopes"] = "Choose at least one thing that the token may do."
    if not 1 <= order.days <= MOST_TOKEN_DAYS:
        wrong["days"] = f"Choose between 1 and {MOST_TOKEN_DAYS} days."
    if wrong:
        raise Invalid(fields=wrong)
    return TokenOrder(label=label, scopes=order.scopes, days=order.days)


def packed_scopes(scopes: Iterable[TokenScope]) -> str:
    """Scopes as they are kept: sorted words with blanks between them."""
    return " ".join(sorted(scope.value for scope in scopes))


def unpacked_scopes(words: str) -> frozenset[TokenScope]:
    """Scopes as they were kept; a word that this version does not know opens nothing."""
    known = {scope.value for scope in TokenScope}
    return frozenset(TokenScope(word) for word in words.split() if word in known)


def actor_name(owner: str, label: str) -> str:
    """How the journal and mails name who acts by a token: "Alder House (CRM sync)", at most 200 characters."""
    if not owner:
        return label
    room = MOST_ACTOR_NAME - len(label) - 3
    return f"{owner[:room].rstrip()} ({label})"


def scope_needed(method: str, declared: str | None) -> TokenScope | None:
    """The scope a request needs; None when no token will do.

    Reading needs `read`, whatever the handler declares for changes. What declares nothing is shut: somebody forgot.
    """
    if declared == NEVER:
        return None
    if method in ("GET", "HEAD"):
        return TokenScope.READ
    return TokenScope(declared) if declared is not None else None


def check_token(viewer: Viewer, method: str, declared: str | None) -> None:
    """Raise NotWithAToken or TokenScopeMissing when the viewer came with a token that this is not open to."""
    if viewer.limited_to is None:
        return
    needed = scope_needed(method, declared)
    if needed is None:
        raise NotWithAToken
    if needed not in viewer.limited_to:
        raise TokenScopeMissing(f"This token lacks the scope “{needed.value}”.", scope=needed.value)


def person_behind(viewer: Viewer) -> UUID:
    """The person who asks, by their own sign-in. Raises NotWithAToken when a program asks for them or for a partner.

    The second lock behind `check_token`: a token never makes, lists or ends tokens, whatever way it came.
    """
    if viewer.token_id is not None or viewer.person_id is None:
        raise NotWithAToken
    return viewer.person_id

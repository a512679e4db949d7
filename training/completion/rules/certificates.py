"""What a certificate says, how it stands, and how a code is read that somebody typed. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from training.base.errors import Conflict, Gone, NotFound
from training.base.ids import CODE_LETTERS
from training.base.structs import Frozen

CODE_LENGTH = 10
"""Ten letters of 23, some 45 bits: of a million certificates a guess finds one in forty million tries."""
RESTS = timedelta(minutes=10)
"""So long after an edition no correction makes another one: whoever taps a wrong name and the right one a moment later
would have a paper, a code and a mail of each."""
CERTIFICATES_PATH = "/certificates"
# What no code has, because it looks or sounds like another letter: read as the one that we have and it is taken for.
_LOOK_ALIKES = str.maketrans("O0IL12Z5S8BUV", "QQJJJ776633YY")


class CertificateUnknown(NotFound):
    """There is no certificate with this code. Please compare it letter by letter with the one on the certificate."""

    code = "certificate-unknown"


class CertificateNotGood(Gone):
    """This certificate is no longer good, so there is no file of it."""

    code = "certificate-not-good"


class CertificateRevokedAlready(Conflict):
    """This certificate is not good any more, so there is nothing to revoke."""

    code = "certificate-revoked-already"


class NothingToIssue(Conflict):
    """Nothing on these certificates would be different, so none was issued anew."""

    code = "nothing-to-issue"


class Standing(StrEnum):
    """How a certificate stands."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Said(Frozen, frozen=True, kw_only=True):
    """What a certificate says for good, beside its holder's name. `zone` is that of the session's dates; `minutes` is
    what counts as hours, 0 where nothing does; `issuer` is what the installation was called."""

    title: str
    course: str
    program: str
    issuer: str
    language: str = "en"
    zone: str = "UTC"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    completed_at: datetime | None = None
    minutes: int = 0
    trainers: tuple[str, ...] = ()


class Certificate(Frozen, frozen=True, kw_only=True):
    """A certificate as it was issued and as it stands."""

    id: UUID
    code: str
    enrollment_id: UUID
    session_id: UUID
    course_id: UUID
    program_id: UUID
    person_id: UUID
    holder: str
    said: Said
    edition: int
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revoked_reason: str
    replaced_by: UUID | None
    version: int

    def standing(self, now: datetime) -> Standing:
        """How it stands at `now`."""
        return standing_of(now, valid_until=self.valid_until, revoked_at=self.revoked_at, replaced_by=self.replaced_by)


class Earned(Frozen, frozen=True, kw_only=True):
    """What a certificate of an enrollment would say now; `wanted`: its rule asks for one."""

    enrollment_id: UUID
    session_id: UUID
    course_id: UUID
    program_id: UUID
    person_id: UUID
    partner_id: UUID | None
    holder: str
    said: Said
    valid_until: datetime | None
    completed: bool
    wanted: bool
    state_at: datetime


class Issued(Frozen, frozen=True, kw_only=True):
    """The newest certificate of an enrollment, as far as issuing another one asks for it."""

    id: UUID
    code: str
    enrollment_id: UUID
    holder: str
    said: Said
    edition: int
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revoked_by_hand: bool
    again_at: datetime | None
    version: int


# Certificates and badges are in English, so that whoever checks one far away can read it.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_words(at: datetime, zone: str) -> str:
    """'18 May 2026' on the clocks of a zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def span_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """'18 to 19 May 2026', with only as much of the first day as differs from the last."""
    first, last = date_words(starts_at, zone).split(), date_words(ends_at, zone).split()
    differs = next((count for count in (0, 1, 2, 3) if first[count:] == last[count:]), 3)
    return " ".join(last) if not differs else f"{' '.join(first[:differs])} to {' '.join(last)}"


def hours_words(minutes: int) -> str:
    """'2 h 30 min', '45 min', '2 h'; empty for none."""
    hours, rest = divmod(max(minutes, 0), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def is_due(earned: Earned, latest: Issued | None, *, again: bool) -> bool:
    """Whether a certificate is to be issued: none is there, or what it says is not so any more.

    One that somebody revoked by hand stays revoked, whatever becomes of the enrollment, unless it is asked for `again`;
    one that was revoked because the enrollment changed, while that stands as it did then. Without a name there is
    nothing to certify.
    """
    if not (earned.completed and earned.wanted and earned.holder):
        return False
    if latest is None:
        return True
    if latest.revoked_at is not None:
        return again or (not latest.revoked_by_hand and earned.state_at >= latest.revoked_at)
    return differs(earned, latest)


def rests_until(latest: Issued | None, now: datetime) -> datetime | None:
    """Until when a correction makes no new edition, because the newest one is too young; None when it may."""
    if latest is None or now >= latest.issued_at + RESTS:
        return None
    return latest.issued_at + RESTS


def differs(earned: Earned, latest: Issued) -> bool:
    """Whether the certificate says something else than what is so now. What the installation is called does not
    matter: nobody's certificate changes because a site was renamed."""
    was = (latest.holder, latest.valid_until, _lasting(latest.said))
    return was != (earned.holder, earned.valid_until, _lasting(earned.said))


def follows_rule(earned: Earned, latest: Issued | None) -> bool:
    """Whether a rule that changed makes a certificate due: there is none, or its hours, its end or the time of
    completion are others by it. Nobody's certificate changes for a name that is another by now."""
    if not is_due(earned, latest, again=False):
        return False
    if latest is None or latest.revoked_at is not None:
        return True
    was = (latest.valid_until, latest.said.minutes, latest.said.completed_at)
    return was != (earned.valid_until, earned.said.minutes, earned.said.completed_at)


def _lasting(said: Said) -> tuple[object, ...]:
    return tuple(getattr(said, name) for name in Said.__struct_fields__ if name != "issuer")


def standing_of(
    now: datetime, *, valid_until: datetime | None, revoked_at: datetime | None, replaced_by: UUID | None
) -> Standing:
    """How a certificate stands at `now`. What was replaced stays so, whatever becomes of its successor."""
    if replaced_by is not None:
        return Standing.REPLACED
    if revoked_at is not None:
        return Standing.REVOKED
    if valid_until is not None and valid_until <= now:
        return Standing.EXPIRED
    return Standing.VALID


def read_code(typed: str) -> str:
    """A code as it is kept ('KX7M-RT4P-QA') from what somebody typed: small letters, blanks and look-alikes are
    forgiven. Empty for what can be no code."""
    signs = "".join(sign for sign in typed if sign.isalnum())
    letters = signs.upper().translate(_LOOK_ALIKES)
    if not signs.isascii() or len(letters) != CODE_LENGTH or any(letter not in CODE_LETTERS for letter in letters):
        return ""
    return "-".join(letters[first : first + 4] for first in range(0, CODE_LENGTH, 4))


def path_of(code: str) -> str:
    """Where anybody can check a certificate."""
    return f"{CERTIFICATES_PATH}/{code}"

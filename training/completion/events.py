"""What can happen to completion and certificates. The first field names the subject."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Event


class CompletionRuleSet(Event, frozen=True, kw_only=True):
    """What it takes to complete the sessions of a program, of a course, or one session, was said anew or taken back."""

    scope_id: UUID
    scope: str
    rule_id: UUID | None


class CompletionDecided(Event, frozen=True, kw_only=True):
    """An enrollment is completed, is not, or is open again (`state` enrolled)."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    valid_until: datetime | None
    partner_id: UUID | None = None


class CompletionExcepted(Event, frozen=True, kw_only=True):
    """Somebody decided by hand whether an enrollment is completed; `completed` is null when the rule decides again."""

    enrollment_id: UUID
    session_id: UUID
    completed: bool | None
    reason: str


class CertificateIssued(Event, frozen=True, kw_only=True):
    """A certificate was issued; `edition` above 1 replaces an earlier one."""

    certificate_id: UUID
    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    edition: int


class CertificateRevoked(Event, frozen=True, kw_only=True):
    """A certificate is no longer good."""

    certificate_id: UUID
    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    reason: str

"""What managers do to terms. A version, once published, is never changed: a new text is a new version.

Raises NotFound for what is missing or out of reach, Invalid with a sentence per field, Stale with the current state in
`data["current"]`.
"""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Stale
from training.base.structs import as_data
from training.base.work import Work
from training.booking import tables
from training.booking.actions.questions import lock_scope
from training.booking.events import TermsAdded, TermsEdited, TermsPublished, TermsRetired
from training.booking.queries.questions import Scope, list_terms, lock_terms
from training.booking.rules.terms import (
    MOST_TERMS,
    Terms,
    TermsDetails,
    TermsGone,
    TermsLimit,
    checked_body,
    checked_terms,
)
from training.catalogue.queries import lock_program
from training.people.rules import require


async def add_terms(work: Work, scope: Scope, details: TermsDetails, body: str) -> Terms:
    """Add terms with their first version. Raises TermsLimit."""
    require(work.actor, scope.permission, scope.program_id)
    details, body = checked_terms(details), checked_body(body)
    if scope.kind == "program":
        await lock_program(scope.program_id)
    else:
        await lock_scope(scope)
    present = await list_terms(scope)
    if len(present) >= MOST_TERMS:
        raise TermsLimit
    terms = Terms(
        **as_data(details),
        id=work.new_id(),
        program_id=scope.program_id,
        course_id=scope.course_id,
        session_id=scope.session_id,
        position=max((each.position for each in present), default=0) + 1,
        current=1,
        version_id=work.new_id(),
        body=body,
        published_at=work.now,
        created_at=work.now,
        retired_at=None,
        version=1,
    )
    columns: dict[str, Any] = as_data(terms)
    for name in ("version_id", "body", "published_at"):
        del columns[name]
    work.add(tables.Terms, **columns)
    _add_version(work, terms)
    work.emit(
        TermsAdded(
            terms_id=terms.id,
            program_id=scope.program_id,
            course_id=scope.course_id,
            session_id=scope.session_id,
            title=terms.title,
        ),
        after=as_data(details),
    )
    return terms


async def edit_terms(
    work: Work, terms_id: UUID, details: TermsDetails, *, expected_version: int | None = None
) -> Terms:
    """Change the title, or whether one has to agree. Nobody is asked again for that."""
    before = await _hold(work, terms_id, expected_version)
    details = checked_terms(details)
    changed = tuple(name for name in TermsDetails.__struct_fields__ if getattr(before, name) != getattr(details, name))
    if not changed:
        return before
    after = replace(before, **as_data(details), version=before.version + 1)
    work.change(tables.Terms, terms_id, **as_data(details), version=after.version)
    work.emit(
        TermsEdited(terms_id=terms_id, program_id=before.program_id, session_id=before.session_id, changed=changed),
        before={name: getattr(before, name) for name in changed},
        after={name: getattr(after, name) for name in changed},
    )
    return after


async def publish_terms(work: Work, terms_id: UUID, body: str, *, expected_version: int | None = None) -> Terms:
    """Publish a new text; everybody is asked for it again. The same text once more changes nothing and asks nobody."""
    before = await _hold(work, terms_id, expected_version)
    body = checked_body(body)
    if body == before.body:
        return before
    after = replace(
        before,
        current=before.current + 1,
        version_id=work.new_id(),
        body=body,
        published_at=work.now,
        version=before.version + 1,
    )
    _add_version(work, after)
    work.change(tables.Terms, terms_id, current=after.current, version=after.version)
    work.emit(
        TermsPublished(
            terms_id=terms_id, program_id=before.program_id, session_id=before.session_id, number=after.current
        )
    )
    return after


async def retire_terms(work: Work, terms_id: UUID, *, expected_version: int | None = None) -> Terms:
    """Ask nobody for these terms any more. Who agreed to them, and when, is kept."""
    before = await _hold(work, terms_id, expected_version)
    after = replace(before, retired_at=work.now, version=before.version + 1)
    work.change(tables.Terms, terms_id, retired_at=work.now, version=after.version)
    work.emit(TermsRetired(terms_id=terms_id, program_id=before.program_id, session_id=before.session_id))
    return after


async def _hold(work: Work, terms_id: UUID, expected_version: int | None) -> Terms:
    terms = await lock_terms(work.actor, terms_id)
    if terms.retired_at is not None:
        raise TermsGone
    if expected_version is not None and expected_version != terms.version:
        raise Stale(current=as_data(terms))
    return terms


def _add_version(work: Work, terms: Terms) -> None:
    work.add(
        tables.TermsVersion,
        id=terms.version_id,
        terms_id=terms.id,
        number=terms.current,
        body=terms.body,
        published_at=terms.published_at,
        published_by=work.actor.person_id,
    )

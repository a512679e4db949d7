"""Sign-ins: begun with a one-time link, seen, ended."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.people.actions.links import use_link
from training.people.events import SignedIn, SignedOut, SignInRevoked
from training.people.queries import get_person
from training.people.rules import (
    AccountDisabled,
    Purpose,
    label_of,
    new_token,
    own_id,
    safe_next,
    sign_in_ends,
    token_hash,
)
from training.people.tables import SignIn


class NewSignIn(Frozen, frozen=True, kw_only=True):
    """A sign-in just begun. `token` is the secret of the cookie or bearer: shown once, kept nowhere."""

    id: UUID
    token: str
    person_id: UUID
    expires_at: datetime
    next_path: str = "/"


async def sign_in(work: Work, token: str, *, user_agent: str = "") -> NewSignIn:
    """Use up a sign-in link and begin a sign-in. Raises as `use_link` does, and AccountDisabled."""
    link = await use_link(work, token, Purpose.SIGN_IN)
    return await begin_sign_in(work, link.person_id, user_agent=user_agent, next_path=link.next_path)


async def begin_sign_in(work: Work, person_id: UUID, *, user_agent: str = "", next_path: str = "/") -> NewSignIn:
    """Begin a sign-in for somebody who has just proved who they are (by `use_link`). Raises AccountDisabled.

    Always a new id and token; a sign-in that this browser had before ends, so that none can be planted.
    """
    person = await get_person(person_id)
    if person.disabled_at is not None:
        raise AccountDisabled
    await sign_out(work)
    begun = NewSignIn(
        id=work.new_id(),
        token=new_token(),
        person_id=person_id,
        expires_at=sign_in_ends(work.now, work.now),
        next_path=safe_next(next_path),
    )
    work.add(
        SignIn,
        id=begun.id,
        person_id=person_id,
        token_hash=token_hash(begun.token),
        label=label_of(user_agent),
        created_at=work.now,
        last_seen_at=work.now,
        expires_at=begun.expires_at,
    )
    work.emit(SignedIn(sign_in_id=begun.id, person_id=person_id))
    return begun


async def note_seen(work: Work, sign_in_id: UUID, ends_at: datetime) -> None:
    """Write down that a sign-in was used just now and therefore ends at `ends_at`."""
    work.change(SignIn, sign_in_id, last_seen_at=work.now, expires_at=ends_at)


async def sign_out(work: Work) -> None:
    """End the sign-in behind this request; nothing happens without one."""
    if work.actor.sign_in_id is not None and work.actor.person_id is not None:
        work.change(SignIn, work.actor.sign_in_id, revoked_at=work.now)
        work.emit(SignedOut(sign_in_id=work.actor.sign_in_id, person_id=work.actor.person_id))


async def revoke_sign_in(work: Work, sign_in_id: UUID) -> None:
    """End one of one's own sign-ins. Raises NotFound for anybody else's, exactly as for none."""
    person_id = own_id(work.actor)
    ended = await work.execute(
        "UPDATE sign_in SET revoked_at = {} WHERE id = {} AND person_id = {} AND revoked_at IS NULL RETURNING id",
        work.now,
        sign_in_id,
        person_id,
    )
    if not ended:
        raise NotFound
    work.emit(SignInRevoked(sign_in_id=sign_in_id, person_id=person_id))


async def revoke_other_sign_ins(work: Work) -> int:
    """End all of one's own sign-ins but this one, and return how many ended."""
    return await end_sign_ins(work, own_id(work.actor), keep=work.actor.sign_in_id)


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def end_sign_ins(work: Work, person_id: UUID, *, keep: UUID | None) -> int:
    """End every sign-in of a person but `keep`, and return how many ended. The caller has judged who may."""
    await work.flush()
    but = " AND id <> {}" if keep else ""
    ended = await fetch(
        _Id,
        f"UPDATE sign_in SET revoked_at = {{}} WHERE person_id = {{}} AND revoked_at IS NULL{but} RETURNING id",
        work.now,
        person_id,
        *([keep] if keep else []),
    )
    for row in ended:
        work.emit(SignInRevoked(sign_in_id=row.id, person_id=person_id))
    return len(ended)

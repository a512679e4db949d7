"""One-time links: asked for, made, used up; and how often they may be asked for."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen
from training.base.tables import KeptAnswer
from training.base.work import Work
from training.outbox.actions import enqueue, enqueue_decoy
from training.outbox.rules import SecretLink
from training.people.events import SignInLinkRequested
from training.people.queries import find_link, find_person
from training.people.rules import (
    LIFETIMES,
    LINK_WINDOW,
    LINKS_PER_ADDRESS,
    LINKS_PER_CLIENT,
    REFUSED_NEWCOMERS_PER_ACCOUNT,
    SIGN_IN_LINK_LIFETIME,
    WRONG_CODES_PER_CLIENT,
    AccountDisabled,
    KnownLink,
    LinkUnknown,
    Permission,
    PersonUnknown,
    Purpose,
    TooManyCodes,
    TooManyLinks,
    TooManyNewcomers,
    attempt_key,
    client_group,
    fold_email,
    judge_link,
    link_token,
    next_in_link,
    own_token,
    require,
    token_hash,
)
from training.people.tables import OneTimeLink

SIGN_IN_PATH = "/sign-in/"
_CODES_FROM = "wrong-code-from-client"
_NEWCOMERS_OF = "refused-newcomers-of-account"
LINK_MINUTES = int(SIGN_IN_LINK_LIFETIME.total_seconds() // 60)


class Limit(Frozen, frozen=True, kw_only=True):
    """At most `most` attempts of one kind and value in a window."""

    kind: str
    value: str
    most: int


class _Counted(Frozen, frozen=True, kw_only=True):
    id: str
    window_start: datetime
    count: int


async def limit_attempts(work: Work, *limits: Limit, window: timedelta = LINK_WINDOW) -> None:
    """Count one attempt against each limit, in one statement. Raises TooManyLinks when one is exceeded.

    A window begins with the first attempt in it. A refused attempt is rolled back and so does not prolong the wait.
    Rows are taken in the order of their keys, so that two attempts never wait for each other.
    """
    by_key = {attempt_key(work.site.secret_key, limit.kind, limit.value): limit for limit in limits}
    counted = await _count(work, sorted(by_key), 1, window)
    exceeded = [row.window_start for row in counted if row.count > by_key[row.id].most]
    if exceeded:
        wait = max(exceeded) + window - work.now
        raise TooManyLinks(retry_after=max(1, math.ceil(wait.total_seconds())))


async def _count(work: Work, keys: Sequence[str], number: int, window: timedelta) -> list[_Counted]:
    """Count so many attempts under each key, in the order of the keys."""
    rows = ", ".join(["({}, {}, {})"] * len(keys))
    over = work.now - window
    return await fetch(
        _Counted,
        f"INSERT INTO attempt (id, window_start, count) VALUES {rows} ON CONFLICT (id) DO UPDATE SET"
        " count = CASE WHEN attempt.window_start <= {} THEN excluded.count ELSE attempt.count + excluded.count END,"
        " window_start = CASE WHEN attempt.window_start <= {} THEN {} ELSE attempt.window_start END"
        " RETURNING id, window_start, count",
        *(value for key in keys for value in (key, work.now, number)),
        over,
        over,
        work.now,
    )


async def _wait(key: str, most: int, now: datetime) -> int:
    """For how many seconds there have been too many attempts under a key; 0 when there have not. Counts nothing."""
    sql = "SELECT id, window_start, count FROM attempt WHERE id = {} AND window_start > {} AND count >= {}"
    for row in await fetch(_Counted, sql, key, now - LINK_WINDOW, most):
        return max(1, math.ceil((row.window_start + LINK_WINDOW - now).total_seconds()))
    return 0


async def check_codes(client: str, secret_key: str, now: datetime) -> None:
    """Raise TooManyCodes while a client address has given too many wrong access codes. Reads, counts nothing."""
    key = attempt_key(secret_key, _CODES_FROM, client_group(client))
    if wait := await _wait(key, WRONG_CODES_PER_CLIENT, now):
        raise TooManyCodes(retry_after=wait)


async def count_wrong_code(work: Work, client: str) -> None:
    """Count a wrong access code for the client address it came from."""
    await limit_attempts(work, Limit(kind=_CODES_FROM, value=client_group(client), most=WRONG_CODES_PER_CLIENT))


async def check_newcomers(asker: str, secret_key: str, now: datetime) -> None:
    """Raise TooManyNewcomers while too many people new to their partner were refused to `asker`. Counts nothing."""
    key = attempt_key(secret_key, _NEWCOMERS_OF, asker)
    if wait := await _wait(key, REFUSED_NEWCOMERS_PER_ACCOUNT, now):
        raise TooManyNewcomers(retry_after=wait)


async def count_newcomers(work: Work, asker: str, number: int) -> None:
    """Count so many newcomers refused to `asker`, across all their programs and browsers."""
    key = attempt_key(work.site.secret_key, _NEWCOMERS_OF, asker)
    await _count(work, [key], number, LINK_WINDOW)


async def request_sign_in_link(work: Work, *, email: str, client: str, next_path: str = "/") -> None:
    """Mail a sign-in link to `email` if somebody can sign in with it. Tells nobody whether that is so.

    Raises AddressUnusable for what is no address, TooManyLinks after 5 links per address or 20 per client address in
    15 minutes, the same whether the address is known or not. An unknown address runs as many statements of the same
    kind: its rows are decoys that the nightly tidying removes, and no account is made.
    """
    folded = fold_email(email)
    await limit_attempts(
        work,
        Limit(kind="link-for-address", value=folded, most=LINKS_PER_ADDRESS),
        Limit(kind="link-from-client", value=client_group(client), most=LINKS_PER_CLIENT),
    )
    person = await find_person(folded)
    if person is None or person.disabled_at is not None:
        _pretend(work)
        return
    link = make_link(work, purpose=Purpose.SIGN_IN, person_id=person.id, next_path=next_in_link(next_path))
    await enqueue(
        work,
        kind="sign-in",
        template="people/sign-in",
        recipient=person.email,
        # A name that a stranger typed when asking for a place in somebody's name would be read to them here.
        recipient_name="",
        person_id=person.id,
        subject_id=link.id,
        expires_at=work.now + SIGN_IN_LINK_LIFETIME,
        topic=f"sign-in:{person.id}",
        values={"link": link, "minutes": LINK_MINUTES},
    )
    work.emit(SignInLinkRequested(link_id=link.id, person_id=person.id))


def _pretend(work: Work) -> None:
    """Do for an unknown address what costs as much as making and mailing a link, and leads to nothing."""
    link_id = work.new_id()
    hashed = token_hash(link_token(work.site.secret_key, Purpose.SIGN_IN, link_id))
    work.add(KeptAnswer, id=hashed, payload_hash=hashed, body=" " * 200, created_at=work.now)
    enqueue_decoy(
        work,
        kind="sign-in",
        template="people/sign-in",
        recipient="",
        person_id=link_id,
        subject_id=link_id,
        expires_at=work.now + SIGN_IN_LINK_LIFETIME,
        topic=f"sign-in:{link_id}",
        values={"link": SecretLink(path=SIGN_IN_PATH, purpose=Purpose.SIGN_IN, id=link_id), "minutes": LINK_MINUTES},
    )
    work.emit(SignInLinkRequested(link_id=link_id))


def make_link(
    work: Work,
    *,
    purpose: Purpose,
    person_id: UUID,
    subject_id: UUID | None = None,
    next_path: str = "/",
    path: str = SIGN_IN_PATH,
) -> SecretLink:
    """Make a one-time link for a person: 10 minutes for signing in, 14 days for an invitation.

    `path` is what comes before the token in its address. Hand the result to `enqueue` as
    a value; nothing that is stored holds the token.
    """
    link_id = work.new_id()
    work.add(
        OneTimeLink,
        id=link_id,
        purpose=purpose,
        person_id=person_id,
        subject_id=subject_id,
        next_path=next_path,
        token_hash=token_hash(link_token(work.site.secret_key, purpose, link_id)),
        created_at=work.now,
        expires_at=work.now + LIFETIMES[purpose],
    )
    return SecretLink(path=path, purpose=purpose.value, id=link_id)


async def sign_in_link(work: Work, email: str) -> str:
    """A sign-in link as text, for an operator to hand over where no mail goes out. Raises PersonUnknown.

    Only for the platform's operators (`training sign-in-link`): whoever holds the link is that person.
    """
    require(work.actor, Permission.PLATFORM_RUN)
    folded = fold_email(email)
    person = await find_person(folded)
    if person is None:
        raise PersonUnknown(
            f"Nobody here has the address {folded}. To add them as staff: training add-manager --staff {folded}"
        )
    if person.disabled_at is not None:
        raise AccountDisabled
    link = make_link(work, purpose=Purpose.SIGN_IN, person_id=person.id)
    work.emit(SignInLinkRequested(link_id=link.id, person_id=person.id))
    return work.site.url(link.path + link_token(work.site.secret_key, Purpose.SIGN_IN, link.id))


async def spend_links(work: Work, purpose: Purpose, person_id: UUID, subject_id: UUID) -> None:
    """Use up whatever links of this purpose a person still has for one subject: what they offered is over or newer."""
    await work.execute(
        "UPDATE one_time_link SET used_at = {} WHERE person_id = {} AND purpose = {} AND subject_id = {}"
        " AND used_at IS NULL",
        work.now,
        person_id,
        purpose.value,
        subject_id,
    )


async def end_links(work: Work, purpose: Purpose, person_id: UUID, subject_id: UUID) -> None:
    """End the links of this purpose that a person has for one subject, and what those that were used still show."""
    await work.execute(
        "UPDATE one_time_link SET expires_at = {} WHERE person_id = {} AND purpose = {} AND subject_id = {}"
        " AND expires_at > {}",
        work.now,
        person_id,
        purpose.value,
        subject_id,
        work.now,
    )


async def use_link(work: Work, token: str, purpose: Purpose) -> KnownLink:
    """Use a one-time link up and return it. Raises LinkUnknown, LinkUsed or LinkExpired.

    The conditional update has one winner however many clicks arrive at once; the others find it used.
    """
    if not own_token(work.site.secret_key, purpose, token):
        raise LinkUnknown
    used = await work.execute(
        "UPDATE one_time_link SET used_at = {} WHERE token_hash = {} AND purpose = {} AND used_at IS NULL"
        " AND expires_at > {} RETURNING id",
        work.now,
        token_hash(token),
        purpose.value,
        work.now,
    )
    link = await find_link(token)
    if not used or link is None:
        judge_link(link, work.now)
        raise LinkUnknown
    return link

"""What people choose about mail, signed in or by the link in a message."""

from collections.abc import Iterable
from uuid import UUID

from training.base.database import marks
from training.base.errors import NotFound
from training.base.work import Work
from training.outbox.rules.kinds import SORT_LABELS, Sort
from training.outbox.rules.unsubscribing import read_unsubscribe_token
from training.people.events import PersonChanged
from training.people.queries import MailChoices, get_mail_choices
from training.people.rules import own_id
from training.people.rules.mail import MailOrder, check_mail_order
from training.people.tables import MailChoice, Person


async def choose_mail(work: Work, order: MailOrder) -> MailChoices:
    """Choose one's own quiet hours, dates and sorts. Raises SignInRequired, Invalid with a sentence per field."""
    person_id = own_id(work.actor)
    check_mail_order(order)
    before = await get_mail_choices(person_id)
    was = {"quiet_from": before.quiet_from, "quiet_until": before.quiet_until, "locale": before.locale}
    now = {"quiet_from": order.quiet_from, "quiet_until": order.quiet_until, "locale": order.locale}
    if was != now:
        work.change(Person, person_id, **now)
        work.emit(PersonChanged(person_id=person_id), before=was, after=now)
    await switch_sorts(work, person_id, before, {sort: sort in order.off for sort in SORT_LABELS})
    await work.flush()
    return await get_mail_choices(person_id)


async def switch_by_link(work: Work, token: str, *, off: bool) -> Sort:
    """Stop or resume the sort that a link is for, and return it. Doing it twice changes nothing.

    Raises NotFound for a link that we did not make.
    """
    person_id, sort = holder_of(work.site.secret_key, token)
    await switch_sorts(work, person_id, await get_mail_choices(person_id), {sort: off})
    return sort


def holder_of(secret_key: str, token: str) -> tuple[UUID, Sort]:
    """Whose messages a link stops, and of which sort. Raises NotFound for one that we did not make."""
    read = read_unsubscribe_token(secret_key, token)
    if read is None:
        raise NotFound("This link is not complete. Please open it again from the message, or copy all of it.")
    return read


async def switch_sorts(work: Work, person_id: UUID, before: MailChoices, off: dict[Sort, bool]) -> None:
    """Switch these sorts off or on for somebody. Judges nobody's right to it."""
    changed = {sort: is_off for sort, is_off in off.items() if (sort in before.off) != is_off}
    for sort in (sort for sort, is_off in changed.items() if is_off):
        work.add(MailChoice, id=work.new_id(), person_id=person_id, sort=sort, off_at=work.now)
    await _forget(work, person_id, [sort.value for sort, is_off in changed.items() if not is_off])
    if changed:
        was = {sort.value: is_off for sort, is_off in changed.items()}
        work.emit(PersonChanged(person_id=person_id), before=was, after={sort: not on for sort, on in was.items()})


async def _forget(work: Work, person_id: UUID, sorts: Iterable[str]) -> None:
    wanted = list(sorts)
    if wanted:
        sql = f"DELETE FROM mail_choice WHERE person_id = {{}} AND sort IN ({marks(wanted)})"
        await work.execute(sql, person_id, *wanted)

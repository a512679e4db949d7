"""Who may read: HTTP Basic with an e-mail address and a device password, judged at every request."""

import contextlib

from training.base.errors import Unavailable
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.feeds.dav.names import Refusal
from training.feeds.rules.clients import client_name
from training.people.actions import count_wrong_password, note_device
from training.people.queries import find_device
from training.people.rules import AddressUnusable, client_group, fold_email
from training.people.rules.devices import TooManyWrongPasswords, read_basic
from training.web.limits import Limits, TooManyRequests


async def enter(works: Works, limits: Limits, *, header: str, client: str, user_agent: str) -> Viewer:
    """The person behind an Authorization header. `client` is the caller's address.

    Raises Refusal: 401 for none or a wrong one, 429 after very many. A right password is never refused because of
    wrong ones: it cannot be guessed, and whoever sends wrong ones must not be able to lock others out.
    """
    given = read_basic(header)
    if given is None:
        raise Refusal(401)
    try:
        email = fold_email(given.name)
    except AddressUnusable:
        email = ""
    found = await find_device(email, given.password, works.clock())
    try:
        if found is None:
            limits.address.take(client_group(client))
            await _count(works, email or given.name, client)
            raise Refusal(401)
        limits.account.take(str(found.viewer.person_id))
    except (TooManyRequests, TooManyWrongPasswords) as error:
        raise Refusal(429, wait=error.retry_after) from None
    if found.unseen:
        # A busy database is no reason to refuse somebody their calendar.
        with contextlib.suppress(Unavailable):
            await works.run(found.viewer, note_device, found.id, client_name(user_agent))
    return found.viewer


async def _count(works: Works, name: str, client: str) -> None:
    with contextlib.suppress(Unavailable):
        await works.run(ANONYMOUS, count_wrong_password, name, client)

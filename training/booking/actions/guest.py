"""What somebody does with the link to their place itself."""

from uuid import UUID

from training.base.work import Add, Work
from training.booking.events import PlaceLinkRenewed
from training.booking.mails import write_to
from training.booking.queries import get_enrollment, list_contacts
from training.booking.tables import Enrollment
from training.people.actions import end_links
from training.people.rules import Purpose
from training.schedule.queries import list_meetings, lock_session


async def renew_link(work: Work, enrollment_id: UUID) -> int:
    """Make every earlier link to the page of a place worthless, and mail the new one; returns its generation.

    The link by which the place was confirmed is over, too: it would show the new one. The new link goes to the mailbox
    and to nobody who has only the old one. Raises NotFound.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    session = await lock_session(found.session_id)
    await end_links(work, Purpose.CONFIRM, found.person_id, found.id)
    work.change(Enrollment, found.id, link_generation=Add(1))
    work.emit(PlaceLinkRenewed(enrollment_id=found.id, session_id=found.session_id, person_id=found.person_id))
    await work.flush()
    (to,) = await list_contacts(found.session_id, [found.id])
    await write_to(work, "new-link", to, session, found.holds, await list_meetings([found.session_id]))
    return to.link_generation

"""WHAT FOLLOWS WHAT: event -> what happens in the same transaction. The causal map of the product on one screen."""

from collections.abc import Mapping, Sequence

from training.base.structs import Event
from training.base.work import Reaction
from training.booking.actions import (
    empty_session,
    end_spots_of_disabled,
    end_spots_of_member,
    promote_waiting,
    tell_added,
    tell_moved,
)
from training.booking.actions.following_up import tell_confirmed
from training.booking.actions.telling import prolong_links, tell_open_cancelled, tell_open_moved, tell_open_undone
from training.booking.events import BookingUndone, EnrollmentCancelled, EnrollmentExpired, PersonReplaced
from training.catalogue.events import CourseEdited
from training.inbox.events import BounceReceived, ComplaintReceived, DeliveryConfirmed
from training.outbox.actions.bounces import mark_bounced, mark_complained, mark_delivered
from training.outbox.events import MessageTakenBack
from training.partners.events import MembershipEnded
from training.people.actions.complaints import switch_off_unwanted
from training.people.events import PersonChanged
from training.reminders.actions.dropping import (
    drop_of_booking,
    drop_of_enrollment,
    drop_of_session,
    drop_of_trainer,
    stop_taken_back,
)
from training.schedule import events as schedule
from training.schedule.actions import inherit_from_course

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    CourseEdited: [inherit_from_course],
    MembershipEnded: [end_spots_of_member],
    PersonChanged: [end_spots_of_disabled],
    schedule.SessionEdited: [prolong_links, promote_waiting],
    schedule.SessionResized: [promote_waiting],
    schedule.MeetingAdded: [tell_added, tell_open_moved, drop_of_session],
    schedule.MeetingsMoved: [tell_moved, tell_open_moved, promote_waiting, drop_of_session],
    schedule.SessionConfirmed: [tell_confirmed],
    schedule.SessionCancelled: [tell_open_cancelled, empty_session, drop_of_session],
    schedule.TrainerWithdrawn: [drop_of_trainer],
    EnrollmentCancelled: [drop_of_enrollment],
    EnrollmentExpired: [drop_of_enrollment],
    PersonReplaced: [drop_of_enrollment],
    BookingUndone: [tell_open_undone, drop_of_booking],
    MessageTakenBack: [stop_taken_back],
    BounceReceived: [mark_bounced],
    ComplaintReceived: [mark_complained, switch_off_unwanted],
    DeliveryConfirmed: [mark_delivered],
}

"""WHAT FOLLOWS WHAT: event -> what happens in the same transaction. The causal map of the product on one screen."""

from collections.abc import Mapping, Sequence

from training.attendance.actions.absences import tell_absences, tell_moved_absences
from training.attendance.actions.chasing import leave_time
from training.attendance.actions.contesting import drop_contests
from training.attendance.actions.following import leave_old_times, sum_up_session
from training.attendance.events import AttendanceMarked, OverallCorrected, RosterClosed, RosterReopened, WalkInAdded
from training.base.structs import Event
from training.base.work import Reaction
from training.booking import events as booking
from training.booking.actions import (
    empty_session,
    end_spots_of_disabled,
    end_spots_of_member,
    promote_waiting,
    tell_added,
    tell_dropped,
    tell_moved,
)
from training.booking.actions.declining import await_answers, forget_answers
from training.booking.actions.following_up import tell_confirmed
from training.booking.actions.telling import prolong_links, tell_open_cancelled, tell_open_moved, tell_open_undone
from training.booking.events import BookingUndone, EnrollmentCancelled, EnrollmentExpired, PersonReplaced
from training.catalogue.events import CourseEdited, ProgramEdited, VenueEdited
from training.completion.actions.judging import end_cancelled, judge_marked, judge_one, judge_roster, judge_scope
from training.completion.events import CompletionRuleSet
from training.feeds.actions import marks
from training.inbox.events import BounceReceived, ComplaintReceived, DeliveryConfirmed, ReplyReceived
from training.invites.actions.checking import (
    check_edited,
    check_named,
    check_published,
    check_room,
    check_session,
    check_venue,
)
from training.invites.actions.replies import forget_own_answers, take_reply
from training.materials.actions.moving import take_along
from training.materials.actions.renumbering import follow_numbers
from training.outbox.actions.bounces import mark_bounced, mark_complained, mark_delivered
from training.outbox.events import MessageTakenBack
from training.partners.events import ContactRepaired, MemberEdited, MembershipEnded, PartnerEdited
from training.people.actions.complaints import switch_off_unwanted
from training.people.events import PersonChanged, RoleGranted, RoleRevoked
from training.reminders.actions.dropping import (
    drop_of_booking,
    drop_of_enrollment,
    drop_of_session,
    drop_of_trainer,
    stop_taken_back,
)
from training.schedule import events as schedule
from training.schedule.actions import inherit_from_course
from training.schedule.actions.rooms import follow_venue
from training.schedule.actions.trainers import stamp_taught
from training.surveys.actions.asking import ask_present
from training.surveys.actions.holding import hold_back
from training.surveys.events import SurveyAnswered

_FOLLOWS: Mapping[type[Event], Sequence[Reaction]] = {
    CourseEdited: [inherit_from_course],
    MembershipEnded: [end_spots_of_member],
    PersonChanged: [end_spots_of_disabled, stamp_taught, check_named],
    VenueEdited: [follow_venue, check_venue],
    schedule.RoomEdited: [check_room],
    schedule.SessionPublished: [check_published],
    schedule.SessionEdited: [prolong_links, promote_waiting, check_edited],
    schedule.SessionResized: [promote_waiting],
    schedule.MeetingAdded: [await_answers, tell_added, tell_open_moved, drop_of_session, check_session, hold_back],
    schedule.MeetingsMoved: [
        forget_answers,
        tell_moved,
        tell_open_moved,
        promote_waiting,
        drop_of_session,
        check_session,
        leave_old_times,
        tell_moved_absences,
        sum_up_session,
    ],
    schedule.MeetingsRenumbered: [follow_numbers],
    schedule.SessionConfirmed: [tell_confirmed],
    # The meeting that is dropped may have been the last whose roster was open.
    schedule.MeetingDropped: [tell_dropped, drop_of_session, check_session, sum_up_session, ask_present],
    schedule.SessionCancelled: [
        tell_open_cancelled,
        empty_session,
        end_cancelled,
        drop_of_session,
        check_session,
        sum_up_session,
        drop_contests,
    ],
    schedule.SessionClosed: [sum_up_session],
    schedule.TrainerAssigned: [check_session],
    schedule.TrainerWithdrawn: [drop_of_trainer, check_session],
    EnrollmentCancelled: [drop_of_enrollment],
    EnrollmentExpired: [drop_of_enrollment],
    booking.EnrollmentRestored: [forget_own_answers],
    booking.PersonMoved: [take_along],
    PersonReplaced: [drop_of_enrollment],
    BookingUndone: [tell_open_undone, drop_of_booking],
    MessageTakenBack: [stop_taken_back],
    BounceReceived: [mark_bounced],
    ComplaintReceived: [mark_complained, switch_off_unwanted],
    DeliveryConfirmed: [mark_delivered],
    ReplyReceived: [take_reply],
    # Whoever was there is asked before it is judged whether their survey is still open.
    AttendanceMarked: [ask_present, tell_absences, judge_marked],
    OverallCorrected: [ask_present, judge_one],
    RosterClosed: [ask_present, tell_absences, judge_roster],
    RosterReopened: [leave_time, hold_back, judge_roster],
    SurveyAnswered: [judge_one],
    CompletionRuleSet: [judge_scope],
}

# What calendars show may have changed: their marks rise, last of all.
_MARKS: Mapping[type[Event], Reaction] = {
    booking.PlacesBooked: marks.mark_booked,
    EnrollmentCancelled: marks.mark_person,
    booking.EnrollmentRestored: marks.mark_person,
    booking.EnrollmentPromoted: marks.mark_person,
    booking.PlaceGiven: marks.mark_person,
    booking.OfferTaken: marks.mark_person,
    WalkInAdded: marks.mark_person,
    booking.SelfEnrolled: marks.mark_person,
    booking.ModeChanged: marks.mark_person,
    booking.OpenPlaceNamed: marks.mark_person,
    booking.OpenPlaceReleased: marks.mark_partner,
    booking.PersonMoved: marks.mark_person,
    PersonReplaced: marks.mark_replaced,
    BookingUndone: marks.mark_session,
    schedule.SessionEdited: marks.mark_session,
    schedule.SessionPublished: marks.mark_session,
    schedule.SessionCancelled: marks.mark_session,
    schedule.SessionImported: marks.mark_imported,
    schedule.SessionReimported: marks.mark_imported,
    schedule.MeetingAdded: marks.mark_session,
    schedule.MeetingsMoved: marks.mark_session,
    schedule.MeetingDropped: marks.mark_session,
    schedule.TrainerAssigned: marks.mark_session,
    schedule.TrainerWithdrawn: marks.mark_withdrawn,
    schedule.RoomEdited: marks.mark_room,
    VenueEdited: marks.mark_venue,
    CourseEdited: marks.mark_course,
    ProgramEdited: marks.mark_course,
    PersonChanged: marks.mark_named,
    PartnerEdited: marks.mark_partner,
    MemberEdited: marks.mark_partner,
    ContactRepaired: marks.mark_partner,
    RoleGranted: marks.judge_feeds,
    RoleRevoked: marks.judge_feeds,
}
REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    event: (*_FOLLOWS.get(event, ()), *([_MARKS[event]] if event in _MARKS else []))
    for event in (*_FOLLOWS, *(event for event in _MARKS if event not in _FOLLOWS))
}

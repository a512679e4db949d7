"""Reads of the schedule: rows as frozen structs. One module per subject; everything is offered here."""

from training.schedule.queries.lists import SessionFilter, list_month, list_sessions
from training.schedule.queries.meetings import (
    find_meeting,
    list_learner_sources,
    list_meetings,
    list_taken,
    list_trainers,
)
from training.schedule.queries.people import Known, find_trainer_by_email, list_known_trainers, lock_people
from training.schedule.queries.rooms import find_room, get_room, list_rooms, lock_rooms
from training.schedule.queries.sessions import (
    Audienced,
    ChoosableCourse,
    Template,
    Touched,
    count_touched,
    find_session,
    get_session,
    get_template,
    list_following,
    list_invited_partners,
    list_managed_courses,
    list_partners_to_invite,
    lock_session,
    lock_sessions,
    lock_template,
)

__all__ = [
    "Audienced",
    "ChoosableCourse",
    "Known",
    "SessionFilter",
    "Template",
    "Touched",
    "count_touched",
    "find_meeting",
    "find_room",
    "find_session",
    "find_trainer_by_email",
    "get_room",
    "get_session",
    "get_template",
    "list_following",
    "list_invited_partners",
    "list_known_trainers",
    "list_learner_sources",
    "list_managed_courses",
    "list_meetings",
    "list_month",
    "list_partners_to_invite",
    "list_rooms",
    "list_sessions",
    "list_taken",
    "list_trainers",
    "lock_people",
    "lock_rooms",
    "lock_session",
    "lock_sessions",
    "lock_template",
]

"""What people do to the schedule. One module per subject; every verb is offered here.

Every verb judges the permission, locks the session first, writes a journal row and leaves the effects to reactions.
`expected_version` is the version that the person looked at; None for importers and the command line, which look and
change at once. Raises NotFound for what is missing or out of reach alike, Stale when somebody was faster.
"""

from training.schedule.actions.busy import (
    add_busy_source,
    lease_due_sources,
    note_reading,
    read_source_soon,
    remove_busy_source,
)
from training.schedule.actions.clocks import follow_clocks
from training.schedule.actions.life import (
    cancel_session,
    close_due,
    confirm_session,
    publish_session,
    start_due,
)
from training.schedule.actions.meetings import add_meeting, drop_meeting, edit_meeting, move_meetings
from training.schedule.actions.rooms import add_room, edit_room
from training.schedule.actions.sessions import create_session, edit_session, inherit_from_course
from training.schedule.actions.trainers import assign_trainer, withdraw_trainer

__all__ = [
    "add_busy_source",
    "add_meeting",
    "add_room",
    "assign_trainer",
    "cancel_session",
    "close_due",
    "confirm_session",
    "create_session",
    "drop_meeting",
    "edit_meeting",
    "edit_room",
    "edit_session",
    "follow_clocks",
    "inherit_from_course",
    "lease_due_sources",
    "move_meetings",
    "note_reading",
    "publish_session",
    "read_source_soon",
    "remove_busy_source",
    "start_due",
    "withdraw_trainer",
]

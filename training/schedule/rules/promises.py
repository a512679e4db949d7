"""What people were told about until when something can be done stands (docs/decisions/0010)."""

from datetime import datetime, timedelta

from training.base.errors import Conflict
from training.schedule.rules.sessions import Inheritable, Session, State

# Deadlines of those who are in: until when a place can be given back, and until when a place must have a name.
TOLD = ("cancellation_hours", "open_place_hours")
# Times that change leave everybody this long to do what could still be done before.
NOTICE = timedelta(hours=24)


class DeadlinePromised(Conflict):
    """Places are taken, and whoever has them was told until when. These hours can only become fewer now."""

    code = "deadline-promised"


def is_relied_on(session: Session) -> bool:
    """Whether anybody has a place, with or without a name, and so was told a deadline."""
    return session.state is not State.DRAFT and session.taken_in_person + session.taken_online > 0


def shortened(session: Session, values: Inheritable) -> tuple[str, ...]:
    """Which hours of `values` would end earlier what people were told they may do."""
    if not is_relied_on(session):
        return ()
    return tuple(name for name in TOLD if getattr(values, name) > getattr(session, name))


def check_promised(session: Session, values: Inheritable) -> None:
    """Raise DeadlinePromised, with the field, when an edit would take back what people were told."""
    if names := shortened(session, values):
        hours = getattr(session, names[0])
        raise DeadlinePromised(
            f"Places are taken, and whoever has them was told {hours} hours. These hours can only become fewer now.",
            field=names[0],
            hours=hours,
        )


def hours_kept(session: Session, starts_at: datetime | None, now: datetime) -> dict[str, int]:
    """Hours that must become fewer when the session starts at `starts_at` from now on, by field.

    A deadline that was ahead does not pass without notice: it stays where it was, or comes a day from now, whichever is
    earlier, and never after the start. One that was over before is over still.
    """
    if starts_at is None or not is_relied_on(session):
        return {}
    kept = {}
    for name in TOLD:
        hours = getattr(session, name)
        noticed = now + NOTICE
        if session.starts_at is not None:
            noticed = min(noticed, session.starts_at - timedelta(hours=hours))
        fewer = max(0, (starts_at - noticed) // timedelta(hours=1))
        if noticed > now and fewer < hours:
            kept[name] = fewer
    return kept

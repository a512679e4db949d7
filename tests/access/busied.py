"""Calendars of their own of those who own things in the world of the access matrix."""

from tests.access.facts import ROLES, key
from training.base.work import Work
from training.schedule.tables import BusySource


def add_busy_sources(work: Work) -> None:
    """One for the owner of each side, not due yet."""
    for base in ("one", "two"):
        owner = next(role for role in ROLES if role.owns == base)
        work.add(
            BusySource,
            id=key(f"busy source {base}"),
            person_id=key(f"person {owner.name}"),
            label="Work",
            address=f"https://calendar.example.org/secret-of-{base}.ics",
            next_at=work.now,
            created_at=work.now,
        )

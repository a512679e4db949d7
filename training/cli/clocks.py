"""`training apply-zone-changes`, and what `training check` says of meetings that new zone data moves."""

from datetime import datetime

import click

from training.base.clock import system_clock
from training.base.structs import Frozen
from training.base.zones import zone_data_version
from training.cli.checks import Violation
from training.cli.opening import OPERATOR, opened, run, settings_or_fail, works_of
from training.cli.saying import Failed, counted, say, show_table
from training.schedule.actions import follow_clocks
from training.schedule.queries import find_outdated, get_session
from training.schedule.rules.clocks import Stuck
from training.schedule.rules.placing import MeetingMove
from training.settings import Settings

CHECK = "zone changes"


class Followed(Frozen, frozen=True, kw_only=True):
    """What moved, session by session, and what nobody but a person can decide."""

    moves: tuple[tuple[str, MeetingMove], ...]
    """The title of the session, and the move."""
    stuck: tuple[Stuck, ...]


@click.command("apply-zone-changes")
@click.option("--dry-run", is_flag=True, help="Only say what would move.")
def apply_zone_changes(dry_run: bool) -> None:
    """Move meetings to come to the instants that today's zone data gives their local times.

    Governments change the rules for clocks. Local times stay; instants, reminders and calendars follow, and people are
    told. The worker does the same once a day. Exit 1 when somebody must choose another time for a meeting.
    """
    found = run(_followed(settings_or_fail(), dry_run))
    version = f"tzdata {zone_data_version()}"
    if found.moves:
        show_table(
            ("SESSION", "MEETING", "WAS (UTC)", "IS NOW (UTC)"), [_row(title, move) for title, move in found.moves]
        )
        say(f"{counted(len(found.moves), 'meeting')} {'would move' if dry_run else 'moved'} by {version}.")
    else:
        say(f"No meeting to come moves by {version}.")
    for stuck in found.stuck:
        say(f"session {stuck.session_id}, meeting {stuck.meeting_id}: {stuck.why}")
    if found.stuck:
        raise Failed(f"{counted(len(found.stuck), 'meeting')} must be given another time by hand.")


async def _followed(settings: Settings, dry_run: bool) -> Followed:
    async with opened(settings):
        works = works_of(settings)
        outdated = await find_outdated(system_clock())
        moves: list[tuple[str, MeetingMove]] = []
        for session_id in outdated.session_ids:
            title = (await get_session(OPERATOR, session_id)).title
            do = works.rehearse if dry_run else works.run
            moves += [(title, move) for move in await do(OPERATOR, follow_clocks, session_id)]
    return Followed(moves=tuple(moves), stuck=outdated.stuck)


def _row(title: str, move: MeetingMove) -> tuple[str, ...]:
    return (title, str(move.number), _utc(move.before.starts_at), _utc(move.after.starts_at))


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


async def find_zone_changes(now: datetime) -> list[Violation]:
    """Meetings to come at `now` that were derived by other rules than those of this process, as violations."""
    outdated = await find_outdated(now)
    moved = "happens at another instant by today's zone data: training apply-zone-changes"
    return [
        *(Violation(check=CHECK, subject_id=session_id, detail=moved) for session_id in outdated.session_ids),
        *(
            Violation(check=CHECK, subject_id=stuck.session_id, detail=f"meeting {stuck.meeting_id}: {stuck.why}")
            for stuck in outdated.stuck
        ),
    ]

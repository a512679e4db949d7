"""A worker that is killed with -9 repeats at most the message that was on its way, and loses none."""

from tests.conftest import FrozenClock
from tests.smtp.mailer import mail_server
from tests.smtp.scenes import crashes
from training.base.work import Works

KILLS = 10


async def test_a_killed_worker_repeats_at_most_one_message(works: Works, clock: FrozenClock, database_url: str) -> None:
    with mail_server() as mailer:
        came = await crashes(works, clock, mailer, database_url, kills=KILLS, seed=1)
    assert came.arrived == came.written
    assert came.repeated <= KILLS

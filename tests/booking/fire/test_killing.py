"""A server that is killed in the middle of its work has lost nothing that it acknowledged, and doubled nothing."""

from tests.booking.fire.killing import killed_again_and_again
from tests.booking.fire.scenes import make_ground
from training.base.work import Works


async def test_a_killed_server_has_kept_what_it_acknowledged(real_works: Works, database_url: str) -> None:
    ground = await make_ground(real_works, database_url, [], members=200)
    survived = await killed_again_and_again(ground, kills=10, seed=1)
    assert survived.asked_again > 0
    assert survived.acknowledged >= survived.kills

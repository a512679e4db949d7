"""A small seed of each proof: everybody at once, small rounds, churn. The full numbers are in `test_proofs.py`."""

from tests.booking.fire.conftest import HASTY, Grounds
from tests.booking.fire.scenes import Say, churn, rush, small_rounds

SEED = 1


async def test_many_for_few_and_a_few_for_fewer(ground: Grounds, say: Say) -> None:
    async with ground(members=400) as at:
        many = await rush(at, SEED, attempts=400, places=20, say=say)
        few = await small_rounds(at, SEED, rounds=8, say=say)
    assert (many.findings, few.findings) == ((), ())
    assert sum(e.mode == "in_person" for e in many.rows.enrollments) == 20
    assert sum(e.mode == "in_person" for e in few.rows.enrollments) == 8 * 5


async def test_churn(ground: Grounds, say: Say) -> None:
    async with ground(members=600, factory=HASTY) as at:
        fought = await churn(at, SEED, steps=600, say=say)
    assert fought.findings == ()
    # Verbs happened, and not only their refusals.
    assert len({one.verb for one in fought.history.told if one.status == 200}) >= 5
    assert fought.rows.steps

"""Who opened what is kept for half a year."""

from datetime import timedelta

from tests.materials.prepared import opened, prepare
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.work import Works
from training.materials.jobs.forgetting import forget_openings


async def test_after_180_days_it_is_forgotten(works: Works) -> None:
    scene = await enrolled_scene(works)
    material_id = await prepare(works, scene)
    for days in (0, 179, 180, 400):
        await opened(works, scene, material_id, ago=timedelta(days=days))
    assert await forget_openings(works) == 2
    rows = await execute("SELECT at FROM material_opening")
    assert len(rows) == 2
    assert await forget_openings(works) == 0

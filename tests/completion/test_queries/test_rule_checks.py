"""For which sessions the clock has yet to carry out a rule."""

from training.base.database import execute
from training.base.ids import uuid7
from training.base.work import Works
from training.completion.queries.rule_checks import find_rule_check, page_rule_checks


async def test_page_by_page(works: Works) -> None:
    keys = [uuid7(works.clock(), number) for number in range(4)]
    for key in keys[:3]:
        await execute("INSERT INTO rule_check (id, asked) VALUES ({}, {})", key, keys[3])
    assert await page_rule_checks(None, 2) == keys[:2]
    assert await page_rule_checks(keys[1], 2) == keys[2:3]
    found = await find_rule_check(keys[0])
    assert found is not None
    assert (found.id, found.asked) == (keys[0], keys[3])
    assert await find_rule_check(keys[3]) is None

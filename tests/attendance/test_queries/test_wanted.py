"""What is said of messages that are not to leave; when that is so is tried where they are written
(tests/attendance/test_jobs.py, tests/attendance/test_actions/test_absences.py)."""

from training.attendance.queries.wanted import find_unwanted_absences, find_unwanted_chases
from training.base.work import Works


async def test_of_no_messages_none_is_unwanted(works: Works) -> None:
    assert works is not None
    assert await find_unwanted_chases([]) == {}
    assert await find_unwanted_absences([]) == {}

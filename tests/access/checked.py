"""A check-in of each side that somebody has to look at, and the codes of check-in."""

from tests.access.facts import SIDES, TOKENS, key
from training.attendance.rules.check_in import SAME_DEVICE, kiosk_token
from training.attendance.tables import CheckIn
from training.base.work import Work
from training.booking.rules.check_in import check_in_token


async def add_check_ins(work: Work) -> None:
    """Doubtful ones, so that nobody is marked."""
    secret = work.site.secret_key
    for side in SIDES:
        meeting_id, enrollment_id = key(f"meeting {side.name.split()[0]}"), key(f"enrollment {side.name}")
        TOKENS[f"code {side.name}"] = check_in_token(secret, enrollment_id, 1)
        TOKENS[f"kiosk {side.name}"] = kiosk_token(secret, meeting_id, 1)
        work.add(
            CheckIn, id=key(f"check-in {side.name}"), meeting_id=meeting_id, enrollment_id=enrollment_id, way="code",
            at=work.now, doubtful=SAME_DEVICE,
        )  # fmt: skip

"""The decisions an import is given, and how its verdicts are counted."""

from datetime import time

import pytest

from training.base.errors import Invalid
from training.base.zones import prefer_pinned_zones
from training.schedule.rules.verdicts import ImportPolicy, Reason, Refused, Summary, summarize, summary_lines

prefer_pinned_zones()


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"starts": time(9), "ends": time(9)}, "ends"),
        ({"capacity": 0}, "capacity"),
        ({"online_zone": "CEST"}, "online_zone"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(policy: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        ImportPolicy(**policy)  # type: ignore[arg-type]
    assert list(caught.value.fields) == [field]


def test_verdicts_are_counted_by_reason_the_most_frequent_first() -> None:
    reasons = [Reason.ZONE_UNCLEAR, Reason.COURSE_UNKNOWN, Reason.HOST_MISSING, Reason.COURSE_UNKNOWN]
    verdicts = [Refused(line=n, slug="", reason=reason, sentence="") for n, reason in enumerate(reasons)]
    summary = summarize(verdicts)
    assert summary == Summary(
        rows=4,
        accepted=0,
        meetings=0,
        partners=0,
        refused=4,
        reasons={"course-unknown": 2, "host-missing": 1, "zone-unclear": 1},
        assumptions={},
        remarks={},
    )
    assert list(summary.reasons) == ["course-unknown", "host-missing", "zone-unclear"]
    assert summary_lines(summary) == [
        "4 rows: 0 accepted (0 meetings, 0 partners), 4 refused",
        "",
        "Refused, by reason",
        "      2  course-unknown",
        "      1  host-missing",
        "      1  zone-unclear",
    ]

"""What is written around the names."""

from datetime import UTC, datetime

from msgspec.structs import replace

from tests.attendance.paper import a_meeting, a_sheet
from training.attendance.rules.sheets import Sheet, SheetChoices, Size
from training.attendance.schemas.sheets import facts_of, meeting_words, sheet_data


def test_a_meeting_is_told_on_the_clocks_where_it_is() -> None:
    assert meeting_words(a_meeting()) == "Mon 18 May 2026, 11:00–13:00 Dublin time (UTC+1)"
    late = a_meeting(ends_at=datetime(2026, 5, 19, 0, 30, tzinfo=UTC))
    assert meeting_words(late) == "Mon 18 May 2026, 11:00–Tue 19 May 2026, 01:30 Dublin time (UTC+1)"
    changing = {
        "starts_at": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        "ends_at": datetime(2027, 3, 28, 2, 0, tzinfo=UTC),
    }
    assert meeting_words(a_meeting(**changing)) == "Sun 28 Mar 2027, 00:30–03:00 Dublin time (UTC+0, at the end UTC+1)"


def test_what_is_known_stands_above_the_names() -> None:
    assert dict(facts_of(a_sheet(title="Practice"))) == {
        "Session": "Listening first",
        "Meeting": "2 of 3: Practice",
        "When": "Mon 18 May 2026, 11:00–13:00 Dublin time (UTC+1)",
        "Room": "Blue room, Harbour House",
        "Trainers": "Ada Lovelace, محمد علي",
        "Program": "Awareness Month",
    }
    bare = Sheet(meeting=a_meeting(meeting_count=1, room_name=None, venue_name=None), trainers=("Ada",), rows=())
    assert [term for term, _ in facts_of(bare)] == ["Session", "When", "Trainer", "Program"]


def test_paper_is_given_names_and_nothing_else_of_people() -> None:
    data = sheet_data(a_sheet(("Ana", "Line"), ("Bo", "")), SheetChoices(size=Size.A5, blank=0), "training")
    assert data["rows"] == [{"name": "Ana", "partner": "Line"}, {"name": "Bo", "partner": ""}]
    assert (data["size"], data["column"], data["blank"], data["note"]) == ("a5", "signature", 0, "")
    assert data["title"].startswith("Attendance sheet: Listening first, Mon 18 May 2026")
    assert sheet_data(a_sheet(), replace(SheetChoices(), blank=3), "training")["note"]

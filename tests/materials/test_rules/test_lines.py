"""What the list says is wrong with a version."""

from datetime import UTC, datetime
from uuid import UUID

from training.materials.rules.lines import Lacks, is_nowhere, is_undated, lacks
from training.materials.rules.showing import Opens, Showing
from training.materials.rules.variants import Form, Kind, VariantView, VersionView

AT = datetime(2026, 5, 12, 9, tzinfo=UTC)
ID = UUID(int=1)


def variant(form: Form, language: str = "en", state: str = "ready") -> VariantView:
    name = f"{form}-{language}"
    return VariantView(
        id=ID, version_id=ID, kind=Kind.FILE, form=form, language=language, name=name, link="", body="",
        position=1, state=state,
    )  # fmt: skip


def version(*variants: VariantView) -> VersionView:
    return VersionView(id=ID, material_id=ID, number=1, note="", created_at=AT, variants=variants)


def test_nothing_lacks_anything() -> None:
    assert lacks() == lacks(None, version(variant(Form.SLIDES))) == Lacks()


def test_both_versions_count_and_nothing_is_said_twice() -> None:
    film = variant(Form.VIDEO)
    given, draft = (
        version(film),
        version(film, variant(Form.RECORDING, "es", "waiting"), variant(Form.OTHER, "", "refused")),
    )
    assert lacks(given, draft) == Lacks(silent=("video-en", "recording-es"), waiting=True, refused=True)
    assert lacks(version(film, variant(Form.CAPTIONS))) == Lacks()


def test_what_waits_for_a_meeting_that_no_session_has() -> None:
    seventh = Showing(opens=Opens.START, meeting_number=7)
    assert is_nowhere(seventh, {1, 2})
    assert is_nowhere(seventh, frozenset())
    assert not is_nowhere(seventh, {1, 7})
    assert not is_nowhere(seventh, None), "no session is held yet"
    assert not is_nowhere(Showing(meeting_number=7), {1}), "always waits for none"
    assert not is_nowhere(Showing(opens=Opens.START), {1})


def test_what_waits_for_a_date() -> None:
    assert not is_undated(Showing(), None)
    assert is_undated(Showing(opens=Opens.START), None)
    assert not is_undated(Showing(opens=Opens.START), AT)

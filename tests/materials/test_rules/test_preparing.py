"""Who came prepared, counted and named."""

from datetime import UTC, datetime
from uuid import UUID

from training.materials.rules.preparing import Preparation, lines_of, progress_of

AT = datetime(2026, 5, 18, 9, tzinfo=UTC)
ADA, BEN, SOMEBODY = UUID(int=1), UUID(int=2), UUID(int=9)
SLIDES, FILM = UUID(int=3), UUID(int=4)
KNOWN = Preparation(
    opened={(ADA, SLIDES): AT, (BEN, SLIDES): AT, (SOMEBODY, FILM): AT}, done={(BEN, SLIDES): AT, (SOMEBODY, FILM): AT}
)


def test_only_those_who_have_a_place_count() -> None:
    people = {ADA: "Ada", BEN: "Ben"}
    slides, film = progress_of(SLIDES, people, KNOWN), progress_of(FILM, people, KNOWN)
    assert (slides.people, slides.opened, slides.done, slides.missing) == (2, 2, 1, ("Ada",))
    assert (film.people, film.opened, film.done, film.missing) == (2, 0, 0, ("Ada", "Ben"))
    assert progress_of(SLIDES, {}, KNOWN).missing == ()


def test_everybody_with_every_material() -> None:
    found = lines_of([SLIDES, FILM], [ADA, BEN], KNOWN)
    assert [(line.enrollment_id, line.material_id, line.opened_at, line.acknowledged_at) for line in found] == [
        (ADA, SLIDES, AT, None),
        (ADA, FILM, None, None),
        (BEN, SLIDES, AT, AT),
        (BEN, FILM, None, None),
    ]

"""The table is complete, up to date, and says about some well-known routes what everybody knows."""

from litestar import Litestar

from tests.access.entry import get
from tests.access.facts import ANONYMOUS, ANYBODY, COORDINATOR_A, COORDINATOR_B, KINDS, MANAGER, SIDES, STAFF
from tests.access.matrix import PAGE, cell, page, routes_of, undeclared
from tests.access.routes import ENTRIES
from tests.reference import DOCS


def test_every_route_is_declared_and_nothing_else(undoing_app: Litestar) -> None:
    problems = undeclared(routes_of(undoing_app), ENTRIES)
    assert not problems, "\n".join(problems)


def test_a_route_without_an_entry_is_told_what_to_add(undoing_app: Litestar) -> None:
    """The control: one entry less, and one for nothing."""
    one, *rest = ENTRIES
    routes = routes_of(undoing_app)
    told = undeclared(routes, [*rest, get("/nowhere", ANYBODY)])
    missing, stale = [problem for problem in told if problem not in undeclared(routes, ENTRIES)]
    assert missing.startswith(f"{one.name} has no declaration. Add one to tests/access/routes/")
    assert stale.startswith("GET /nowhere is declared in tests/access/routes/, and no such route exists")


def test_the_page_is_up_to_date(undoing_app: Litestar) -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == page(undoing_app, ENTRIES), "run: python -m tests.access"


def test_both_sides_have_things_of_their_own() -> None:
    """Where a kind is the same on both sides, everybody who plans may see it; nothing else may be shared."""
    one, two = SIDES[:2]
    shared = {name for name, kind in KINDS.items() if not kind.token and one.id_of(name) == two.id_of(name)}
    assert shared == {"venue", "room"}


def test_the_cells_say_what_everybody_knows(undoing_app: Litestar) -> None:
    page(undoing_app, ENTRIES)
    members = next(entry for entry in ENTRIES if entry.name == "GET /api/v1/partners/{partner_id}/members")
    told = [cell(members, role) for role in (STAFF, MANAGER, COORDINATOR_A, COORDINATOR_B, ANONYMOUS)]
    assert told == ["yes", "404", "own", "404", "sign in"]

"""The manual cannot lie: generated pages agree with the code, links lead somewhere, the front door has its commands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reference import DOCS, PAGES, all_events, all_routes

PROJECT = DOCS.parent
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
READERS = ("coordinator", "learner", "trainer", "program manager", "operator")


def texts() -> Iterator[Path]:
    yield from (p for p in PROJECT.glob("*.md"))
    yield from DOCS.rglob("*.md")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run: python -m tests.reference"


def test_events_and_routes_are_found_at_all() -> None:
    assert len(all_events()) > 30
    assert len(all_routes()) > 30


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(PROJECT)} -> {target}"
        for page in texts()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_of_the_manual_is_reached_from_its_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    linked = {(DOCS / target).resolve() for target in LINK.findall(index)}
    pages = {p.resolve() for p in DOCS.rglob("*.md") if p.name != "index.md" and "decisions" not in p.parts}
    unreached = {p for p in pages - linked if not {"proof", "benchmarks"} & set(p.relative_to(DOCS).parts)}
    assert unreached == set()


def test_the_manual_names_what_takes_no_key_because_its_secret_is_told_once() -> None:
    told = (DOCS / "howto" / "use-the-api.md").read_text(encoding="utf-8")
    lines = [line for line in told.splitlines() if line.startswith("| `POST ")]
    for path in ("/feeds", "/feeds/{id}/renewals", "/devices", "/tokens"):
        assert any(f"`POST {path}`" in line for line in lines), path


def test_every_decision_is_listed() -> None:
    listing = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8")
    missing = [p.name for p in (DOCS / "decisions").glob("0*.md") if p.name not in listing]
    assert missing == []


def test_the_front_door_has_a_sentence_a_picture_and_two_commands() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    top = readme[: readme.index("\n## ")]
    picture = re.search(r"!\[[^\]]+\]\(([^)]+)\)", top)
    assert picture is not None
    assert (PROJECT / picture[1]).exists()
    assert "make demo" in top
    assert "make test" in top


def test_no_text_names_a_place_it_must_not() -> None:
    """No path of somebody's machine and no registry's host in anything we ship."""
    forbidden = re.compile(r"(?<![\w.])/(?:[r]oot|home/\w+|[w]ork)/|python[h]osted|//py[p]i\.|npm[j]s\.|deb\.[d]ebian")
    found = [
        str(path.relative_to(PROJECT))
        for path in [*texts(), PROJECT / "requirements.lock", PROJECT / "pyproject.toml", PROJECT / "Makefile"]
        if forbidden.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []

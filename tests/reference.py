"""Reference pages that are made from the code: `python -m tests.reference` writes them, tests/test_docs.py compares."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from litestar.routes import HTTPRoute

import training
from training.app import create_app
from training.base.structs import Event
from training.base.work import Works
from training.reactions import REACTIONS
from training.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"


def modules() -> Iterator[str]:
    """Every module of the package."""
    for found in walk_packages(training.__path__, "training."):
        if not found.name.endswith("__main__"):
            yield found.name


def all_events() -> list[type[Event]]:
    """Every event of every room, by room and name."""
    for name in modules():
        if name.endswith(".events"):
            import_module(name)
    ours = (kind for kind in Event.__subclasses__() if kind.__module__.startswith("training."))
    return sorted(ours, key=lambda kind: (kind.__module__, kind.__name__))


def events_page() -> str:
    """docs/reference/events.md"""
    lines = [
        "# Events",
        "",
        "What can happen, room by room. Every event becomes a row of the journal (who, what, before, after, cause) and",
        "has the consequences named here, written in the same transaction. The first field is what it happened to.",
        "",
        "Made from the code by `python -m tests.reference`.",
        "",
    ]
    room = ""
    for kind in all_events():
        if (here := kind.__module__.split(".")[1]) != room:
            room = here
            lines += [f"## {room}", "", "| event | means | fields | what follows |", "|---|---|---|---|"]
        means = " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
        fields = ", ".join(f"`{name}`" for name in kind.__struct_fields__)
        follows = ", ".join(f"`{room_of(reaction)}.{reaction.__name__}`" for reaction in REACTIONS.get(kind, ())) or "-"
        lines.append(f"| `{kind.__name__}` | {means} | {fields} | {follows} |")
    return "\n".join(lines) + "\n"


def room_of(reaction: Any) -> str:
    """The room a reaction lives in."""
    return str(reaction.__module__.split(".")[1])


def all_routes() -> list[tuple[str, str, str]]:
    """(path, method, first line of the docstring) of every route."""
    works = Works(clock=lambda: None, site=Settings().site(), reactions={})  # type: ignore[arg-type, return-value]
    found = set()
    for route in create_app(Settings(demo=True), works=works).routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                said = (inspect.getdoc(handler.fn) or "").splitlines() or [""]
                found |= {
                    (route.path, method, said[0])
                    for method in handler.http_methods
                    if method not in ("OPTIONS", "HEAD")
                }
    return sorted(found)


def routes_page() -> str:
    """docs/reference/routes.md"""
    lines = [
        "# Addresses",
        "",
        "Everything that can be asked over HTTP. The API is described in full by `/api/openapi.json`.",
        "",
        "Made from the code by `python -m tests.reference`.",
        "",
        "| address | method | what it does |",
        "|---|---|---|",
    ]
    lines += [f"| `{path}` | {method} | {said} |" for path, method, said in all_routes()]
    return "\n".join(lines) + "\n"


PAGES = {"reference/events.md": events_page, "reference/routes.md": routes_page}


def main() -> None:
    """Write the pages."""
    for name, make in PAGES.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""`python -m tests.access` writes docs/reference/access.md anew."""

import sys

from tests.access.matrix import PAGE, page, routes_of, undeclared
from tests.access.routes import ENTRIES
from tests.reference import DOCS
from training.app import create_app
from training.base.work import Works
from training.settings import Settings


def main() -> int:
    """Write the page; returns 1 when a route has no declaration."""
    works = Works(clock=lambda: None, site=Settings().site(), reactions={})  # type: ignore[arg-type, return-value]
    app = create_app(Settings(demo=True), works=works)
    (DOCS / PAGE).write_text(page(app, ENTRIES), encoding="utf-8")
    problems = undeclared(routes_of(app), ENTRIES)
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())

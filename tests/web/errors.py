"""docs/reference/errors.md is made from the code: `python -m tests.web.errors` writes it, test_problems.py compares."""

from importlib import import_module
from pathlib import Path

from tests.reference import modules
from training.web.problems import known_problems

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.md"
HEAD = """# Errors

Whatever goes wrong, the API answers with a problem (RFC 9457, `application/problem+json`):

| field | holds |
|---|---|
| `type` | `/problems/<code>`: a page that explains the code |
| `title` | the kind of problem, the same for every code of a status |
| `status` | the HTTP status |
| `detail` | a sentence for a person; better than the one below where more is known |
| `code` | stable: programs decide by it |
| `errors` | which field (`field`) and what is wrong with it (`message`); left out when there is none |
| `data` | what a program needs, such as the constraint or the number that is allowed; left out when there is nothing |
| `reference` | after a fault of ours: what to quote when asking for help |

People see the same as a page. Nothing is ever done by half: after an error, nothing was changed. The one exception says
so itself: when a connection to the database breaks in the moment of the commit, the answer is `internal`, and only a
look or the same request with the same Idempotency-Key tells whether it was done.

Made from the code by `python -m tests.web.errors`.

| code | status | sentence | what to do |
|---|---|---|---|
"""


def errors_page() -> str:
    """The page, with every error of every module."""
    for name in modules():
        import_module(name)
    rows = [
        f"| `{known.code}` | {known.status} | {known.sentence} | {known.advice} |"
        for known in known_problems().values()
        if known.code != "error"
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(errors_page(), encoding="utf-8")

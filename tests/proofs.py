"""Results of the long proofs, kept with their date: `make prove` writes them, tests with a small seed do not."""

from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "proof"
HEAD = "| date | engine | rounds | what was done | what was found |\n|---|---|---:|---|---|\n"


def record(name: str, promise: str, *, engine: str, rounds: int, done: str, found: str) -> None:
    """Add a line to docs/proof/<name>.md, which begins with the promise that was tried."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.md"
    if not path.exists():
        title = name.replace("-", " ").capitalize()
        path.write_text(f"# {title}\n\n{promise}\n\nWritten by `make prove`.\n\n{HEAD}", encoding="utf-8")
    with path.open("a", encoding="utf-8") as page:
        page.write(f"| {datetime.now(UTC).date()} | {engine} | {rounds} | {done} | {found} |\n")

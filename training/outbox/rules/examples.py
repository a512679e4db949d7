"""What every template is shown with before it is sent: believable values, one table per room. Pure.

The same examples are previewed at the desk and in the terminal, and rendered by the tests, so a template without one
is noticed.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.structs import Frozen
from training.outbox.rules.values import freeze

NOBODY = UUID("00000000-0000-7000-8000-000000000000")


class Example(Frozen, frozen=True, kw_only=True):
    """A message that could be sent: its template, kind and values. `case` says what this one is about where a
    template has several."""

    template: str
    kind: str
    given: Mapping[str, Any]
    case: str = ""
    recipient_name: str = "Ada Brown"
    person_id: UUID | None = NOBODY

    @property
    def values(self) -> dict[str, Any]:
        """The values as a row would keep them."""
        return freeze(self.given)

    def read_by(self, *, zone: str = "", locale: str = "") -> "Example":
        """The same for somebody else: with their clocks and their way of writing dates."""
        changed = {"reader_zone": zone, "locale": locale}
        return replace(self, given={**self.given, **{name: value for name, value in changed.items() if value}})

"""One declaration per route: what its ids name and who gets in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.access.facts import DENIED, Role, Rule, Side
from training.base.structs import Frozen
from training.people.rules import scope_needed

PARAMETER = re.compile(r"{(\w+)}")
# What a parameter of a path names, unless the route says otherwise.
USUAL = {
    "membership_id": "member",
    "open_place_id": "open_place",
    "slug": "slug",
    "check_in_id": "check_in",
    "contest_id": "contest",
    "list_id": "online_list",
    "material_id": "material",
    "material_version_id": "draft_version",
    "material_variant_id": "draft_variant",
    **{
        f"{kind}_id": kind
        for kind in (
            "program course moment venue room session meeting partner contact booking enrollment sign_in person "
            "message question terms consent announcement plan"
        ).split()
    },
}
# Parts of a path that are no ids.
PLAIN = {
    "fmt": "csv",
    "kind": "session",
    "code": "not-found",
    "version": "x",
    "name": "favicon.svg",
    "room": "booking",
    "key": "moved",
    "who": "learners",
    "number": "1",
}
GOOD = {"GET": (200,), "POST": (200, 201, 202, 204), "PATCH": (200,), "PUT": (200,), "DELETE": (200, 204)}
GOOD_OF_PAGES = {"GET": (200,), "POST": (302, 303)}


# The scope that each handler declares for tokens, by method and path; filled from the application.
SCOPES: dict[tuple[str, str], str] = {}


class Slot(Frozen, frozen=True, kw_only=True):
    """A place for an id in a request: in its path, its query or its body."""

    place: str
    name: str
    kind: str


class Entry(Frozen, frozen=True, kw_only=True):
    """A route and method. `ids` says what a parameter names where its name does not; in `query` and `body` the text
    `@kind` stands for an id. `ok` are the statuses of success, `denied` of a refusal
    to those who may know the thing. `aside` are ids that decide nothing: whoever is let in
    by the others gets in with any. `why` is a remark for the table."""

    method: str
    path: str
    rule: Rule
    ids: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: Any = None
    ok: tuple[int, ...] = ()
    denied: tuple[int, ...] = (403,)
    aside: tuple[str, ...] = ()
    why: str = ""

    @property
    def name(self) -> str:
        """As people write it."""
        return f"{self.method} {self.path}"

    @property
    def api(self) -> bool:
        """Whether programs ask it."""
        return self.path.startswith(("/api/", "/health"))

    @property
    def good(self) -> tuple[int, ...]:
        """The statuses of success."""
        return self.ok or (GOOD if self.api else GOOD_OF_PAGES)[self.method]

    def verdict(self, role: Role, side: Side) -> str:
        """What becomes of a request made of this side's ids: a token is judged by its scopes before anything else."""
        if role.scopes and self.path.startswith("/api/v1"):
            needed = scope_needed(self.method, SCOPES.get((self.method, self.path)))
            if needed is None or needed.value not in role.scopes:
                return DENIED
        return self.rule.verdict(role, side)

    def slots(self) -> tuple[Slot, ...]:
        """Every place for an id, in the order path, query, body."""
        found = []
        for name in PARAMETER.findall(self.path):
            if name not in PLAIN or name in self.ids:
                found.append(Slot(place="path", name=name, kind=self.ids.get(name) or USUAL[name]))
        for name, text in self.query.items():
            if text.startswith("@"):
                found.append(Slot(place="query", name=name, kind=text[1:]))
        found += (Slot(place="body", name=name, kind=kind) for name, kind in _marks(self.body))
        return tuple(found)


def _marks(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _marks(part, f"{name}.{key}".strip("."))
            if key.startswith("@"):
                yield key.partition(".")[0], key.partition(".")[0][1:]
    elif isinstance(value, list):
        for part in value:
            yield from _marks(part, name)
    elif isinstance(value, str) and value.startswith("@"):
        yield name, value[1:]


def filled(value: Any, ids: Iterator[str]) -> Any:
    """A body with the ids in their places, in the order of `slots`."""
    if isinstance(value, dict):
        told = {}
        for key, part in value.items():
            inner = filled(part, ids)
            if key.startswith("@"):
                # `@meeting.date` is a field that is named after an id.
                key = next(ids) + key[key.index(".") :]
            told[key] = inner
        return told
    if isinstance(value, list):
        return [filled(part, ids) for part in value]
    return next(ids) if isinstance(value, str) and value.startswith("@") else value


def ids_of(entry: Entry, side: Side) -> tuple[str, ...]:
    """The ids of a request made of one side's things."""
    return tuple(side.id_of(slot.kind) for slot in entry.slots())


def get(path: str, rule: Rule, **more: Any) -> Entry:
    """A route that reads."""
    return Entry(method="GET", path=path, rule=rule, **more)


def post(path: str, rule: Rule, body: Any = None, **more: Any) -> Entry:
    """A route that does something; `body` is one that is valid."""
    return Entry(method="POST", path=path, rule=rule, body=body, **more)


def patch(path: str, rule: Rule, body: Any, **more: Any) -> Entry:
    """A route that changes something."""
    return Entry(method="PATCH", path=path, rule=rule, body=body, **more)


def put(path: str, rule: Rule, body: Any, **more: Any) -> Entry:
    """A route that says how something is to be."""
    return Entry(method="PUT", path=path, rule=rule, body=body, **more)


def delete(path: str, rule: Rule, **more: Any) -> Entry:
    """A route that takes something away."""
    return Entry(method="DELETE", path=path, rule=rule, **more)

"""The table for people: every route and method, what its ids name, who gets in; and what the routes themselves say."""

from collections.abc import Iterable

from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.access.entry import SCOPES, Entry
from tests.access.facts import IN, ONE, ROLES, SIDES, Role
from training.base.structs import Frozen
from training.people.guards import NO_TOKENS

PAGE = "reference/access.md"
HEAD = """# Who may ask what

One row for every address and method, one column for everybody who may ask. What a request names belongs to program One
and to partner A. A **manager** manages program One, an **other manager** another program. **Coordinator A** and
**learner of A** belong to partner A; **coordinator B** to another partner that takes part in One, too. The **trainer**
teaches the session and holds no other role. **Read** is an API token of staff with the scope `read`; **token A** is
one of partner A with `read` and `book`. Tokens open the API and no page.

- **yes**: let in, whatever is named. **own**: let in because it is theirs or within their reach; with anything else
  the answer is **404**. A list shows only what is within reach.
- **404**: the same answer, byte by byte and after the same statements, as for an id that does not exist.
- **sign in**: sent to the sign-in page; 401 in the API. **403**: told that it is not for them, because they may know
  that it is there, or because a token lacks the scope.

The permissions are those of [the permission table](permissions.md). Made from it and from the declarations in
`tests/access/routes/` by `python -m tests.access`. `tests/access/test_walk.py` asks every row as everybody with own,
foreign, unknown and malformed ids, and compares every answer with this page.
"""
# Under which word handlers say what a token must be for (`needs` and `NO_TOKENS` in training/people/guards.py).
(SCOPE_OPTION,) = NO_TOKENS
# Kinds whose name in the declarations is of use there only.
WORDS = {
    "advanced": "course",
    "third": "course",
    "bookable": "member",
    "invited": "invited member",
    "waiting": "waiting enrollment",
    "attended": "enrollment",
    "draft_meeting": "meeting of a draft",
    "partner_name": "name of a partner",
    "trainer_email": "address of a trainer",
}
SHORT = {
    "coordinator A": "coord. A",
    "coordinator B": "coord. B",
    "read token of staff": "read",
    "token of A": "token A",
}


class Route(Frozen, frozen=True, kw_only=True):
    """A route and method as the application has it."""

    method: str
    path: str
    room: str
    scope: str | None


def routes_of(app: Litestar) -> list[Route]:
    """Every route and method of ours, by room and path (HEAD and OPTIONS aside)."""
    found = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            raise TypeError(f"{route.path} is no HTTP route: the access matrix must learn of it")
        for handler in route.route_handlers:
            if handler.fn.__module__.startswith("training."):
                for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"}):
                    room = handler.fn.__module__.split(".")[1]
                    scope = handler.opt.get(SCOPE_OPTION)
                    found[method, route.path_format] = Route(
                        method=method, path=route.path_format, room=room, scope=scope
                    )
    return sorted(found.values(), key=lambda route: (route.room, route.path, route.method))


def learn_scopes(routes: Iterable[Route]) -> None:
    """Note what each handler declares for tokens, so that entries can judge them."""
    SCOPES.clear()
    SCOPES.update({(route.method, route.path): route.scope for route in routes if route.scope is not None})


def undeclared(routes: Iterable[Route], entries: Iterable[Entry]) -> list[str]:
    """What is wrong between routes and declarations, as sentences that say what to do."""
    known, declared = {f"{route.method} {route.path}" for route in routes}, [entry.name for entry in entries]
    problems = [
        f"{name} has no declaration. Add one to tests/access/routes/{'api' if '/api/' in name else 'pages'}.py: who"
        " gets in, and what its ids name (tests/access/routes/__init__.py says how); then run: python -m tests.access"
        for name in sorted(known - set(declared))
    ]
    problems += [
        f"{name} is declared in tests/access/routes/, and no such route exists any more: remove the entry"
        for name in sorted(set(declared) - known)
    ]
    return problems + [f"{name} is declared twice" for name in sorted({n for n in declared if declared.count(n) > 1})]


def cell(entry: Entry, role: Role) -> str:
    """What the table says in the column of a role."""
    if role.scopes and not entry.api:
        return "-"
    verdicts = {side.name: entry.verdict(role, side) for side in SIDES}
    if verdicts[ONE.name] != IN:
        return verdicts[ONE.name]
    everywhere = set(verdicts.values()) == {IN}
    return "yes" if everywhere and (not entry.rule.limited or role.viewer.staff) else "own"


def _ids(entry: Entry) -> str:
    told = []
    for slot in entry.slots():
        kind = WORDS.get(slot.kind, slot.kind.replace("_", " "))
        told.append(f"{kind}" if slot.place == "path" else f"{kind} ({slot.place})")
    return ", ".join(dict.fromkeys(told)) or "-"


def page(app: Litestar, entries: Iterable[Entry]) -> str:
    """docs/reference/access.md"""
    routes = routes_of(app)
    learn_scopes(routes)
    declared = {entry.name: entry for entry in entries}
    names = [SHORT.get(role.name, role.name) for role in ROLES]
    lines = [HEAD]
    room = ""
    for route in routes:
        entry = declared.get(f"{route.method} {route.path}")
        if entry is None:
            continue
        if route.room != room:
            room = route.room
            lines += [f"\n## {room}\n", f"| address | method | ids | who | {' | '.join(names)} |"]
            lines.append("|" + "---|" * (4 + len(names)))
        who = f"{entry.rule.words} ({entry.why})" if entry.why else entry.rule.words
        cells = " | ".join(cell(entry, role) for role in ROLES)
        lines.append(f"| `{route.path}` | {route.method} | {_ids(entry)} | {who} | {cells} |")
    return "\n".join(lines) + "\n"

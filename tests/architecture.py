"""The habits of the house as functions: each takes the root of a checkout and returns what is wrong in it.

Which room may import which is not here but in `pyproject.toml` (import-linter); `tests/test_contracts.py` tries it.
"""

import ast
import functools
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

FUNCTION_LINES = 60
FILE_LINES = 400
PARAMETERS = 6
HANDLER_LINES = 15

REQUIRED = frozenset({"training", "piccolo_conf.py", "migrations", "tests", "docs", "pyproject.toml"})
COMPANIONS = frozenset(
    "README.md LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md Makefile requirements.lock .ci benchmarks deploy "
    ".gitignore .gitattributes .editorconfig .dockerignore .pre-commit-config.yaml".split()
)
BESIDE_ROOMS = frozenset("__init__ __main__ app worker cli reactions settings piccolo_app ics".split())
FREE_ROOMS = frozenset({"base", "web", "cli", "ics"})
ROOM_FILES = frozenset(
    "__init__ rules events tables queries actions schemas api pages jobs mails importer templates".split()
)
ROOM_EDGES = {
    "people": "guards",
    "outbox": "sender",
    "inbox": "mailbox",
    "materials": "storage",
    "feeds": "dav",
    # Real sessions that the demo imports; data, with its source and licence beside it.
    # What reads the calendars of trainers at addresses that they gave.
    "schedule": "excerpt fetcher",
}
MIRRORED = ("rules", "queries", "actions", "api", "pages", "jobs")
EMPTY_NAMES = re.compile(r"_?(services?|utils?|utilities|helpers?|managers?|common|misc)$")
EMPTY_CLASSES = re.compile(r"(?<!Program)(?<!Fund)Manager$|(Service|Utils?|Helpers?)$")

WALL_CLOCK = frozenset(
    "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today time.time time.time_ns "
    "time.localtime time.gmtime uuid.uuid1".split()
)
PICCOLO_CLOCK = frozenset("TimestampNow TimestamptzNow DateNow TimeNow".split())
SQL_CLOCK = re.compile(
    r"\b(current_(timestamp|date|time)|now\(\)|(date|time|datetime|julianday|unixepoch)\('now')", re.IGNORECASE
)
SQL_VERB = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE)\b")
# Where statements are made from the tables' own names; everywhere else they are constants and placeholders.
SQL_HOMES = ("training/base/", "training/cli/copying.py")
SQL_PIECES = frozenset({"marks", "_marks", "for_change", "for_share", "for_update", "minutes_sql"})
CLOCK_HOME = Path("training/base/clock.py")
HANDLERS = frozenset("get post put patch delete head route websocket".split())
NOT_RUN = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)$|unittest\.(skip|skipIf|skipUnless)$")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def _modules(root: Path, *folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root), _parsed(path)


def _functions(tree: ast.Module) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def _rooms(root: Path) -> list[Path]:
    folders = (path for path in sorted((root / "training").iterdir()) if path.is_dir() and any(path.rglob("*.py")))
    return [path for path in folders if path.name not in FREE_ROOMS]


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: {"dt": "datetime.datetime"}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                start = alias.name.split(".")[0]
                names[alias.asname or start] = alias.name if alias.asname else start
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _full_name(node: ast.AST, names: dict[str, str]) -> str:
    """`dt.now` as `datetime.datetime.now`; empty for anything that is not a dotted name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([names.get(node.id, node.id), *reversed(parts)])


def committed(root: Path) -> set[str]:
    """Top-level names that are, or would be, part of the project: what .gitignore does not name."""
    if not (root / ".git").exists():
        ignored = {line.strip("/") for line in (root / ".gitignore").read_text().splitlines()}
        return {path.name for path in root.iterdir()} - ignored
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return {line.split("/")[0] for line in listed.splitlines() if (root / line).exists()}


def top_level(names: Iterable[str]) -> list[str]:
    """Only what architecture.md lists, and all that must be there."""
    found = set(names)
    problems = [f"{name}: does not belong at the top level" for name in sorted(found - REQUIRED - COMPANIONS)]
    return problems + [f"{name}: is missing" for name in sorted(REQUIRED - found)]


def file_names(root: Path) -> list[str]:
    """In every room the same few names; a file that grew becomes a folder of the same name."""
    problems = []
    for path in sorted((root / "training").glob("*.py")):
        if path.stem not in BESIDE_ROOMS:
            problems.append(f"training/{path.name}: beside the rooms lie only {', '.join(sorted(BESIDE_ROOMS))}")
    for room in _rooms(root):
        allowed = ROOM_FILES | frozenset(ROOM_EDGES.get(room.name, "").split())
        for path in sorted(room.iterdir()):
            empty = path.is_dir() and not any(each.is_file() for each in path.rglob("*"))
            if (
                path.name != "__pycache__"
                and not empty
                and (path.stem not in allowed or path.suffix not in {"", ".py"})
            ):
                problems.append(f"training/{room.name}/{path.name}: not one of the names that a room may have")
        if (room / "templates").is_dir() and {path.name for path in (room / "templates").iterdir()} != {room.name}:
            problems.append(f"training/{room.name}/templates: holds exactly one folder, {room.name}/")
    return problems


def packages(root: Path) -> list[str]:
    """Every folder with code says what it is; a room's `__init__.py` says only that."""
    problems = []
    for folder in sorted({path.parent for path in (root / "training").rglob("*.py")}):
        start = folder / "__init__.py"
        if not start.exists() or ast.get_docstring(_parsed(start)) is None:
            problems.append(f"{folder.relative_to(root)}: needs an __init__.py with a docstring")
        elif folder in _rooms(root) and len(_parsed(start).body) > 1:
            problems.append(f"{start.relative_to(root)}: a docstring and nothing else")
    return problems


def empty_names(root: Path) -> list[str]:
    """Names that say nothing about what is inside."""
    problems = []
    for path, tree in _modules(root, "training", "tests", "benchmarks"):
        stem = path.stem.removeprefix("test_")
        if EMPTY_NAMES.match(stem) or EMPTY_NAMES.match(path.parent.name):
            problems.append(f"{path}: the name says nothing about what is inside")
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and EMPTY_CLASSES.search(node.name):
                problems.append(f"{path}:{node.lineno}: {node.name} says nothing about what it does")
    return problems


def mirrors(root: Path) -> list[str]:
    """Every file that decides, reads, changes or answers has its test file at the same place below tests/."""
    problems = []
    for room in _rooms(root):
        for name in MIRRORED:
            tests = root / "tests" / room.name / f"test_{name}"
            if (room / f"{name}.py").exists() and not _has_tests(tests.with_suffix(".py")):
                problems.append(f"training/{room.name}/{name}.py: no tests in tests/{room.name}/test_{name}.py")
            for part in sorted((room / name).glob("[!_]*.py")):
                if not _has_tests(tests / f"test_{part.name}"):
                    place = f"tests/{room.name}/test_{name}/test_{part.name}"
                    problems.append(f"{part.relative_to(root)}: no tests in {place}")
    return problems


def _has_tests(path: Path) -> bool:
    if not path.exists():
        return False
    nodes = list(ast.walk(_parsed(path)))
    # A Hypothesis state machine is a test too: `TestLedger = Ledger.TestCase`.
    named = [
        target.id
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return any(isinstance(node, Function) and node.name.startswith("test_") for node in nodes) or any(
        name.startswith("Test") for name in named
    )


def budgets(root: Path) -> list[str]:
    """Functions, files, parameters and handlers stay small enough to be read in one go."""
    problems = []
    for path, tree in _modules(root, "training", "tests", "benchmarks"):
        lines = len((root / path).read_text().splitlines())
        if lines > FILE_LINES:
            problems.append(f"{path}: {lines} lines, at most {FILE_LINES}; make it a folder of the same name")
        for function in _functions(tree):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > FUNCTION_LINES:
                problems.append(
                    f"{path}:{function.lineno}: {function.name} has {length} lines, at most {FUNCTION_LINES}"
                )
            if path.parts[0] == "training":
                problems += [f"{path}:{function.lineno}: {problem}" for problem in _too_much(function)]
    return problems


def _too_much(function: Function) -> Iterator[str]:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    count = sum(argument.arg not in {"self", "cls", "work"} for argument in given)
    if count > PARAMETERS:
        yield f"{function.name} has {count} parameters, at most {PARAMETERS}"
    called = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    if any(isinstance(node, ast.Name) and node.id in HANDLERS for node in called):
        body = function.body[1:] if ast.get_docstring(function) is not None else function.body
        length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        if length > HANDLER_LINES:
            yield f"the handler {function.name} has {length} lines, at most {HANDLER_LINES}: parse, one action, render"


def clock_reads(root: Path) -> list[str]:
    """Only base/clock.py asks what time it is: not another module, not a column's default, not the database."""
    problems = []
    for path, tree in _modules(root, "training"):
        names = _imported_names(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.expr):
                continue
            read = ""
            if isinstance(node, ast.Name | ast.Attribute):
                full = _full_name(node, names)
                read = full if full in WALL_CLOCK or full.rsplit(".", 1)[-1] in PICCOLO_CLOCK else ""
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_VERB.search(node.value):
                found = SQL_CLOCK.search(node.value)
                read = f"SQL's {found.group()}" if found else ""
            if read and path != CLOCK_HOME:
                problems.append(f"{path}:{node.lineno}: reads the clock ({read}); take work.now or a `now` parameter")
    return problems


def inline_imports(root: Path) -> list[str]:
    """What a module needs stands at its top."""
    return [
        f"{path}:{node.lineno}: import inside {function.name}"
        for path, tree in _modules(root, "training", "tests", "benchmarks")
        for function in _functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def awaiting_rules(root: Path) -> list[str]:
    """A rule decides over frozen values: nothing to wait for."""
    return [
        f"{path}:{node.lineno}: a rule or an event never awaits"
        for path, tree in _modules(root, "training")
        if {"rules", "rules.py", "events", "events.py"} & set(path.parts[2:])
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]


def implicit_columns(root: Path) -> list[str]:
    """Every column says whether it may be empty and what it holds when nothing is given.

    A foreign key has no default, and a primary key is never empty.
    """
    problems = []
    for path, tree in _modules(root, "training"):
        if "tables" not in {path.stem, path.parent.name}:
            continue
        names = _imported_names(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not _full_name(node.func, names).startswith("piccolo.columns."):
                continue
            column = _full_name(node.func, names).rsplit(".", 1)[-1]
            given = {keyword.arg for keyword in node.keywords}
            wanted = {"null", "default"} - {"ForeignKey": {"default"}}.get(column, set())
            wanted -= {"null"} if "primary_key" in given else set()
            if column[0].isupper() and column != "LazyTableReference" and wanted - given:
                problems.append(f"{path}:{node.lineno}: {column} without {' and '.join(sorted(wanted - given))}")
    return problems


def spliced_values(root: Path) -> list[str]:
    """Values go into SQL by placeholder only.

    An f-string that is SQL may contain constants, locals, joined lists, the functions that make placeholders, and
    parameters that are annotated as LiteralString, which mypy then holds every caller to.
    """
    problems = []
    for path, tree in _modules(root, "training"):
        if str(path).startswith(SQL_HOMES):
            continue
        for function in _functions(tree):
            given = {
                argument.arg
                for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
                if argument.annotation is None or not ast.unparse(argument.annotation).endswith("LiteralString")
            }
            for piece in _pieces_of_sql(function):
                if not _is_harmless(piece, given):
                    problems.append(f"{path}:{piece.lineno}: {ast.unparse(piece)} is spliced into SQL")
    return problems


def _pieces_of_sql(function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.JoinedStr):
            constants = (part.value for part in node.values if isinstance(part, ast.Constant))
            if SQL_VERB.search(" ".join(str(part) for part in constants)):
                yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))


def _is_harmless(piece: ast.expr, given: set[str]) -> bool:
    if isinstance(piece, ast.Name):
        return piece.id not in given
    if not isinstance(piece, ast.Call):
        return False
    if isinstance(piece.func, ast.Attribute) and piece.func.attr == "join":
        return all(not isinstance(node, ast.Name) or node.id not in given for node in ast.walk(piece))
    return isinstance(piece.func, ast.Name) and piece.func.id in SQL_PIECES


def left_out_tests(root: Path) -> list[str]:
    """A test runs, or it is deleted."""
    problems = []
    for path, tree in _modules(root, "tests"):
        names = _imported_names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute | ast.Name) and NOT_RUN.match(_full_name(node, names)):
                problems.append(f"{path}:{node.lineno}: {_full_name(node, names)}")
    return problems


def locks(root: Path) -> list[str]:
    """Names, versions and hashes, no addresses; deploy/ pins a part of it; every declared dependency is in."""
    whole, problems = _pins(root / "requirements.lock")
    runtime, more = _pins(root / "deploy/requirements.lock")
    problems += more
    problems += [f"deploy/requirements.lock: {name} differs" for name in runtime if whole.get(name) != runtime[name]]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project.get("optional-dependencies", {})
    for declared, pins in (
        (project["dependencies"], runtime),
        ([line for extra in extras.values() for line in extra], whole),
    ):
        names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in declared}
        problems += [f"{name}: declared and not locked; run make lock" for name in sorted(names - set(pins))]
    return problems


def _pins(path: Path) -> tuple[dict[str, str], list[str]]:
    pins, problems = {}, []
    for entry in path.read_text().replace("\\\n", "").splitlines():
        head, *hashes = entry.split(" --hash=")
        pinned = re.fullmatch(r"([a-z0-9-]+)==([0-9][A-Za-z0-9.+!]*)( ; [a-z_ ='!<>.0-9A-Z()-]+)?", head.strip())
        if (
            pinned is None
            or not hashes
            or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes)
        ):
            problems.append(f"{path.name}: not a name, a version and hashes: {head[:80]}")
        else:
            pins[pinned[1]] = head.strip()
    return pins, problems

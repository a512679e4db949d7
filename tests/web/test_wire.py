"""Whatever comes over the wire, to whatever address: 4xx at worst, told as a problem, alike on both engines."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from tests.web.made import World
from tests.web.routes import DOCUMENT, METHODS, Address
from training.base.structs import Input

PROBLEM = "application/problem+json"
DEEP = b"[" * 100_000 + b"]" * 100_000
JSON_BODIES = {
    "deep list": DEEP,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep in a field": b'{"name":' + DEEP + b"}",
    "broken UTF-8": b'{"name": "\xff\xfe"}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "cut off": b'{"name": "x',
    "empty": b"",
    "blank": b"  \n",
    "null": b"null",
    "number": b"12",
    "list": b"[]",
    "text": b'"x"',
    "NaN": b'{"version": NaN}',
    "infinity": b'{"version": 1e999}',
    "huge integer": b'{"version": 1' + b"0" * 400 + b', "capacity_in_person": 1' + b"0" * 400 + b"}",
    "twice the same key": b'{"name": "a", "name": "b"}',
    "unknown field": b'{"surprise": 1, "__proto__": {}, "__class__": "x"}',
    "NUL in a key": b'{"na\\u0000me": 1}',
}
QUERIES = {
    "much": "a=" + "x" * 60_000,
    "many": "&".join(f"p{n}=1" for n in range(3000)),
    "not UTF-8": "cursor=%ff%fe&q=%ff&from=%ff",
    "broken percent": "cursor=%&q=%zz&limit=%",
    "NUL": "cursor=%00&q=%00&program=%00&language=%00&venue=%00&zone=%00&month=%00&from=%00&next=%00",
    "line ends": "next=/%0d%0aset-cookie:%20x=1&q=%0d%0a&cursor=%0a",
    "repeated": "limit=1&limit=2&cursor=a&cursor=b&q=a&q=b&program=a&program=b",
    "huge number": "limit=1" + "0" * 400 + "&page=1" + "0" * 400 + "&month=9" + "9" * 400,
    "negative": "limit=-1&page=-5",
    "no number": "limit=ten&page=x&month=2026-99&from=soon&to=never",
    "no name": "=&&==&;",
    "brackets": "limit[]=1&limit[$gt]=&q[a][b]=1",
    "like": "q=%25%25%25%5f%5c&search=%27%22%3b--",
    "far dates": "month=0000-00&from=0001-01-01&to=9999-12-31&at=9999-12-31T23:59:59Z",
    "odd places": "zone=../../etc/passwd&language=%2e%2e&country=ZZZ&venue=1&course=1&mode=x",
    "surrogate": "q=%ed%a0%80&cursor=%ed%a0%80",
}
CURSORS = [
    "x", "=", "!!!!", "A" * 499, "bnVsbA", "W10", "WzFd", "WyJ4Il0", "W251bGwsbnVsbF0", "eyJhIjoxfQ",
    "WyIyMDI2LTA1LTA0VDA5OjAwOjAwWiIsIngiXQ", "Ww" * 200, "WyIyMDI2LTA1LTA0VDA5OjAwOjAwIiwxXQ",
    "WyJcdTAwMDAiLCJcdTAwMDAiXQ", "%00", "%ff", "..%2f..",
    # A year that no instant has, an integer that no column has.
    "WyI5OTk5LTEyLTMxVDIzOjU5OjU5KzAwOjAwIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0",
    "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMF0",
]  # fmt: skip
HEADERS: dict[str, dict[str, str | bytes]] = {
    "unknown Accept": {"accept": "image/x-nothing;q=9, ,;;, */"},
    "odd language": {"accept-language": "\xff;q=, -" * 50},
    "broken cookies": {"cookie": b'sign_in=\xff; flash=%%%; theme="; =; ;;; flash=e30; theme=<script>'},
    "flash of somebody": {"cookie": b"flash=eyJraW5kIjoiPGI-IiwidGV4dCI6IjxzY3JpcHQ-In0"},
    "long cookie": {"cookie": "sign_in=" + "a" * 20_000},
    "odd host": {"host": '"><script>'},
    "no host": {"host": ""},
    "other host": {"host": "evil.example:99999"},
    "odd If-Match": {"if-match": '"1", "2"', "if-none-match": '*, W/"", \xff'},
    "huge If-Match": {"if-match": f'"{"9" * 400}"'},
    "odd key": {"idempotency-key": b"\xff\x00\x01"},
    "long key": {"idempotency-key": "k" * 5000},
    "odd length": {"content-length": "-1"},
    "odd type": {"content-type": "application/json; charset=utf-16"},
    "no type": {"content-type": ";;;"},
    "broken multipart": {"content-type": "multipart/form-data; boundary="},
    "odd forwards": {"x-forwarded-for": "<script>, ::::, 1.2.3.4.5", "x-forwarded-host": "evil.example"},
    "odd origin": {"origin": "http://[::1", "sec-fetch-site": ""},
    "odd bearer": {"authorization": b"Bearer \xff\xfe"},
    "basic": {"authorization": "Basic OnBhc3M="},
    "override": {"x-http-method-override": "DELETE", "x-original-url": "/manage"},
}  # fmt: skip


def fault(answer: httpx.Response, address: Address) -> str:
    """What is wrong with an answer; empty when nothing is."""
    kind = answer.headers.get("content-type", "")
    wanted = PROBLEM if address.api else "text/html"
    told = f"{answer.request.method} {address.path[:80]} -> {answer.status_code} {kind}"
    if answer.status_code >= 500:
        return told
    if answer.status_code >= 400 and not kind.startswith(wanted):
        return told
    if answer.status_code >= 400 and address.api and answer.json()["status"] != answer.status_code:
        return f"{told} {answer.text}"
    return ""


def signed_in(world: World, address: Address) -> dict[str, str]:
    """Headers of a sign-in as staff: a bearer for programs, a cookie for pages."""
    bearer = world.headers["staff"]["authorization"]
    return {"authorization": bearer} if address.api else {"cookie": f"sign_in={bearer.split()[1]}"}


# Whoever calls one of these is signed out afterwards, and the rest of the tour would see no more than a visitor.
ENDS = ("/sign-out", "sign-ins")


def tour(everywhere: list[Address]) -> list[Address]:
    """All addresses; those that end the sign-in come last, pages after all."""
    return sorted(everywhere, key=lambda address: (any(word in address.route for word in ENDS), not address.api))


async def faults(
    client: httpx.AsyncClient, world: World, everywhere: list[Address], methods: str, **how: Any
) -> list[str]:
    """Send one kind of request to every address that takes one of the methods."""
    found = []
    extra = how.pop("headers", {})
    query = how.pop("query", "")
    for address in tour(everywhere):
        for method in sorted(address.methods & set(methods.split())):
            path = f"{address.path}?{query}" if query else address.path
            headers = {**signed_in(world, address), **extra}
            found.append(fault(await client.request(method, path, headers=headers, **how), address))
            client.cookies.clear()
    return [line for line in found if line]


def shares(everywhere: list[Address], kinds: Iterable[str], most: int) -> Iterator[tuple[str, list[Address]]]:
    """Every kind with some addresses, so that each address meets about `most` kinds and each kind many addresses."""
    names = list(kinds)
    step = max(1, len(names) // most)
    for number, name in enumerate(names):
        yield name, [address for place, address in enumerate(everywhere) if (place + number) % step == 0]


async def test_bodies(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    """In JSON to the whole API, with a version and a key, so that nothing else is the reason to refuse."""
    api = [address for address in everywhere if address.api]
    for name, body in JSON_BODIES.items():
        headers = {"content-type": "application/json", "if-match": '"1"', "idempotency-key": name}
        found = await faults(client, world, api, "POST PUT PATCH DELETE", content=body, headers=headers)
        assert found == [], name


async def test_the_api_takes_nothing_but_json(
    client: httpx.AsyncClient, world: World, everywhere: list[Address]
) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a/b/c", ""):
        for address in (address for address in everywhere if address.api):
            for method in sorted(address.methods & {"POST", "PUT", "PATCH", "DELETE"}):
                headers = {**signed_in(world, address), "content-type": kind, "if-match": '"1"'}
                answer = await client.request(method, address.path, content=b"{}", headers=headers)
                told = answer.status_code, answer.json()["code"]
                assert told == (415, "wrong-content-type"), f"{kind}: {method} {address.path}"


async def test_bodies_that_are_too_large(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    """413 for whoever reads a body; whoever does not may answer without it."""
    reading = {
        path for path, methods in DOCUMENT["paths"].items() if any("requestBody" in entry for entry in methods.values())
    }
    for address in tour(everywhere):
        kind = "application/json" if address.api else "application/x-www-form-urlencoded"
        for method in sorted(address.methods & {"POST", "PATCH"}):
            headers = {**signed_in(world, address), "content-type": kind, "if-match": '"1"'}
            answer = await client.request(method, address.path, content=b"a=" + b" " * 1_100_000, headers=headers)
            client.cookies.clear()
            assert fault(answer, address) == ""
            if address.route.replace(":uuid", "").replace(":str", "") in reading:
                assert (answer.status_code, answer.json()["code"]) == (413, "too-large"), address.path


async def test_queries(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    for name, some in shares(everywhere, QUERIES, 4):
        assert await faults(client, world, some, "GET", query=QUERIES[name]) == [], name


async def test_cursors(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    lists = [address for address in everywhere if "{" not in address.route or address.api]
    for cursor, some in shares(lists, CURSORS, 6):
        assert await faults(client, world, some, "GET", query=f"cursor={cursor}") == [], cursor


async def test_headers(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    for name, some in shares(everywhere, HEADERS, 4):
        told = HEADERS[name].items()
        sent = {key: value.encode("latin-1") if isinstance(value, str) else value for key, value in told}
        assert await faults(client, world, some, "GET POST PATCH DELETE", headers=sent) == [], name


@pytest.mark.parametrize("host", ["", "/", "evil.example:99999", "evil.example:x", "a b", "[::1", "\u00fc.example"])
async def test_a_host_that_is_none_is_refused(client: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/api/v1/programs", "/nothing"):
        answer = await client.get(path, headers={b"host": host.encode("latin-1")})
        assert answer.status_code == 400


async def test_a_form_in_which_every_field_is_hostile(
    client: httpx.AsyncClient, world: World, everywhere: list[Address]
) -> None:
    names = {name for shape in shapes(Input) for name in shape.__struct_fields__}
    pages = [address for address in everywhere if not address.api]
    for value in ("a\0b", "\ud800", "x" * 3_000, "-1", "1" + "0" * 400, "9999-99-99", "\x1b[31m", ""):
        body = urlencode({name: value.encode("utf-8", "surrogatepass") for name in sorted(names)})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        found = await faults(client, world, pages, "POST", content=body.encode(), headers=headers)
        assert found == [], repr(value[:9])


def shapes(kind: type[Input]) -> Iterator[type[Input]]:
    """Every shape of input that the application has imported."""
    for child in kind.__subclasses__():
        yield child
        yield from shapes(child)


async def test_paths(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    parts = ["%00", "%ff", "..%2f..%2fetc%2fpasswd", "%0d%0aset-cookie:evil=1", "x" * 5000, "%f0%9f%98%80", "'", "%2e"]
    for number, address in enumerate(address for address in everywhere if "{" in address.route):
        for part in parts[number % 2 :: 2]:
            odd = Address(route=address.route, path=address.route.partition("{")[0] + part, methods=address.methods)
            for method in sorted(odd.methods):
                answer = await client.request(method, odd.path, headers=signed_in(world, odd))
                assert fault(answer, odd) == ""
                assert "evil" not in answer.headers.get("set-cookie", "")


async def test_methods(client: httpx.AsyncClient, everywhere: list[Address]) -> None:
    """405 with the truth in Allow for every method that an address does not take; OPTIONS tells the same."""
    for address in everywhere:
        allowed = {*address.methods, "OPTIONS", *(["HEAD"] if "GET" in address.methods else [])}
        for method in (*METHODS, "TRACE", "BREW"):
            if method in address.methods:
                continue
            answer = await client.request(method, address.path)
            assert (answer.status_code, fault(answer, address)) == (405, ""), f"{method} {address.path}"
            assert set(answer.headers["allow"].split(", ")) == allowed, f"{method} {address.path}"
        answer = await client.request("OPTIONS", address.path)
        assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (204, allowed), address.path
        assert (answer.content, "content-type" in answer.headers) == (b"", False)


async def test_head_is_get_without_the_body(client: httpx.AsyncClient, world: World, everywhere: list[Address]) -> None:
    for address in (address for address in everywhere if "GET" in address.methods):
        headers = signed_in(world, address)
        got = await client.request("GET", address.path, headers=headers)
        head = await client.request("HEAD", address.path, headers=headers)
        client.cookies.clear()
        assert (head.status_code, head.content) == (got.status_code, b""), address.path
        assert set(head.headers) == set(got.headers), address.path


def texts(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Iterator[Any]:
    """A body with a NUL for every place in which free text is taken."""
    schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if depth > 3 or "enum" in schema:
        return
    for option in schema.get("anyOf", []):
        yield from texts(option, schemas, depth)
    if schema.get("type") == "string" and "format" not in schema:
        yield "a\x00b"
    for name, part in schema.get("properties", {}).items():
        yield from ({name: body} for body in texts(part, schemas, depth + 1))
    if schema.get("type") == "array":
        yield from ([body] for body in texts(schema.get("items", {}), schemas, depth + 1))


def filled(template: str, world: World) -> str:
    """The path of an operation with things that exist."""
    for name in [part[1:-1] for part in template.split("/") if part.startswith("{")]:
        template = template.replace("{" + name + "}", quote(world.ids_for(name)[0]))
    return template


async def test_control_characters_in_every_text_of_the_api(client: httpx.AsyncClient, world: World) -> None:
    """Refused while reading, before any engine could differ."""
    headers = {**world.headers["staff"], "content-type": "application/json", "if-match": '"1"'}
    tried = 0
    for path, methods in DOCUMENT["paths"].items():
        for method, entry in methods.items():
            if path == "/api/v1/inbox/mail":
                # Nothing is read before the signature is good; tests/inbox/test_api.py has one.
                continue
            schema = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            for body in texts(schema, DOCUMENT["components"]["schemas"]):
                for character in ("\\u0000", "\\u001b", "\\u0085", "\\ud800"):
                    text = json.dumps(body).replace("\\u0000", character)
                    answer = await client.request(method.upper(), filled(path, world), content=text, headers=headers)
                    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM), f"{path} {text}"
                    tried += 1
    assert tried > 100


async def test_naive_instants_are_refused(client: httpx.AsyncClient, world: World) -> None:
    """Whatever the API calls a date-time has an offset; wall times of meetings are not called so."""
    headers = {**world.headers["staff"], "if-match": '"1"'}
    for path, methods in DOCUMENT["paths"].items():
        for method, entry in methods.items():
            if "application/json" not in entry.get("requestBody", {}).get("content", {}):
                continue
            name = entry["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            for field, told in DOCUMENT["components"]["schemas"][name].get("properties", {}).items():
                if any(option.get("format") == "date-time" for option in told.get("anyOf", [told])):
                    body = {field: "2026-05-04T09:00:00"}
                    answer = await client.request(method.upper(), filled(path, world), json=body, headers=headers)
                    assert answer.status_code == 400, f"{method} {path} takes a naive {field}"

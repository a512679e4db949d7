"""The description of the API says what is there, all of it and nothing else."""

from typing import Any

import httpx

from tests.web.made import World
from tests.web.routes import Address
from training.app import API
from training.base.structs import Input
from training.web.openapi import PATH, described

DOCUMENT = described(API, version="1.2.3", cookie="__Host-sign_in")
OPERATIONS = [
    (method.upper(), path, entry) for path, methods in DOCUMENT["paths"].items() for method, entry in methods.items()
]


def headers_of(entry: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in entry["parameters"] if parameter["in"] == "header"}


async def test_it_is_served(client: httpx.AsyncClient) -> None:
    answer = await client.get(PATH)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["openapi"].startswith("3.1")
    assert answer.json()["paths"].keys() == DOCUMENT["paths"].keys()


def test_who_we_are_and_how_to_sign_in() -> None:
    assert DOCUMENT["info"]["version"] == "1.2.3"
    assert DOCUMENT["components"]["securitySchemes"]["cookie"]["name"] == "__Host-sign_in"
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


async def test_it_names_every_address_of_the_api_and_nothing_else(everywhere: list[Address]) -> None:
    served = {
        (method, address.route.replace(":uuid", "").replace(":str", "").replace(":int", ""))
        for address in everywhere
        if address.route.startswith("/api/v1")
        for method in address.methods
    }
    assert {(method, path) for method, path, _ in OPERATIONS} == served


def test_operations_have_ids_of_their_own_and_words() -> None:
    ids = [entry["operationId"] for _, _, entry in OPERATIONS]
    assert sorted(ids) == sorted(set(ids))
    assert all(entry["summary"] and entry["description"] and entry["tags"] for _, _, entry in OPERATIONS)
    assert {"booking_book", "enrollment_cancel", "own_me", "sign_in_ask"} <= set(ids)


def test_ids_do_not_depend_on_the_path() -> None:
    elsewhere = described(API, version="1", prefix="/api/v2")
    ids = {entry["operationId"] for methods in elsewhere["paths"].values() for entry in methods.values()}
    assert ids == {entry["operationId"] for _, _, entry in OPERATIONS}


def test_every_refusal_is_a_problem() -> None:
    for _, path, entry in OPERATIONS:
        for status, told in entry["responses"].items():
            if int(status) >= 400:
                assert told == {"$ref": f"#/components/responses/Problem{status}"}, path
    for told in DOCUMENT["components"]["responses"].values():
        assert list(told["content"]) == ["application/problem+json"]
    assert DOCUMENT["components"]["responses"]["Problem503"]["headers"]["Retry-After"]


def test_unknown_fields_are_said_to_be_refused() -> None:
    names = {shape.__name__ for shape in Input.__subclasses__()}
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name in names:
            assert schema["additionalProperties"] is False, name


def test_bodies_are_required_and_answers_have_a_shape() -> None:
    for method, path, entry in OPERATIONS:
        if "requestBody" in entry:
            assert entry["requestBody"]["required"] is True
            assert "415" in entry["responses"]
            assert "413" in entry["responses"]
        good = {status: told for status, told in entry["responses"].items() if status.startswith("2")}
        assert len(good) == 1, path
        for status, told in good.items():
            assert status == "204" or told["content"]["application/json"]["schema"], f"{method} {path}"


def test_limits_of_list_items_are_told() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    people = schemas["BookingIn"]["properties"]["people"]
    # Places without a name need nobody.
    assert (people["maxItems"], people["items"]) == (200, {"$ref": "#/components/schemas/PersonIn"})
    accepts = schemas["ModeIn"]["properties"]["accepts"]
    assert (accepts["minItems"], accepts["maxItems"]) == (1, 2)


async def test_a_version_is_asked_for_where_the_description_says_so_and_nowhere_else(
    client: httpx.AsyncClient, world: World
) -> None:
    for method, path, entry in OPERATIONS:
        if method == "GET" or "sign-ins" in path:
            continue
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace("{" + name + "}", world.ids_for(name)[0])
        answer = await client.request(method, path, json={}, headers=world.headers["staff"])
        if "If-Match" in headers_of(entry):
            # A body that lacks something is refused first.
            assert answer.status_code in (428, 400), f"{method} {path} {answer.text}"
            assert {"412", "428"} <= entry["responses"].keys()
        else:
            assert answer.status_code != 428, path
            assert "428" not in entry["responses"]


async def test_things_with_a_version_have_an_etag_and_answer_304(client: httpx.AsyncClient, world: World) -> None:
    tried = 0
    for method, path, entry in OPERATIONS:
        if method != "GET" or "304" not in entry["responses"]:
            continue
        for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace("{" + name + "}", world.ids_for(name)[0])
        got = await client.get(path, headers=world.headers["staff"])
        assert got.headers["etag"] == f'"{got.json()["version"]}"', path
        again = await client.get(path, headers={**world.headers["staff"], "if-none-match": got.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", got.headers["etag"]), path
        weak = await client.get(
            path, headers={**world.headers["staff"], "if-none-match": f'"x", W/{got.headers["etag"]}'}
        )
        assert weak.status_code == 304, path
        tried += 1
    assert tried >= 4

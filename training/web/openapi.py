"""The description of the API (OpenAPI 3.1), true to what the code does.

The framework knows paths, parameters and which struct goes in and out. What it tells wrongly or not at all is said
here, once, for every operation: schemas come from msgspec, which also decodes (so unknown fields, limits of list items
and docstrings are right), problems are `application/problem+json`, versioned things have ETag and If-Match, and each
operation has an id that survives a change of its path.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from litestar import Controller, Litestar, MediaType, Response, Router, get
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute

from training.web.problems import TITLES, Problem

PATH = "/api/openapi.json"
PROBLEM = "application/problem+json"
_REF = "#/components/schemas/{name}"
_RESPONSE = "#/components/responses/Problem{status}"
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_INTRODUCTION = (
    "Sessions, places and the people behind them, as JSON. Errors are problems (RFC 9457) with a stable `code`, which "
    "`/problems/{code}` explains. Lists have `next_cursor`. Things with a `version` have an ETag; changing them needs "
    "If-Match. Texts hold no control characters except line ends and tabs."
)
_DONE = {
    "200": "Done.",
    "201": "Done, and there is something new.",
    "202": "Taken. The rest follows.",
    "204": "Done. There is nothing to say.",
}
_PARAMETERS = {
    "cursor": "`next_cursor` of the page before; left out for the first page.",
    "limit": "The most items of one page.",
}
# A body that is taken as it comes.
_RAW = {"type": "string", "format": "binary"}
_ETAG = {"ETag": {"description": "The version, to send as If-Match.", "schema": {"type": "string"}}}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}}
_CHALLENGE = {"WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}}}
_PROBLEM_HEADERS = {401: _CHALLENGE, 409: _RETRY, 429: _RETRY, 503: _RETRY}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that was read. Without it the answer is 428, with an old one 412.",
    "schema": {"type": "string", "pattern": '^(W/)?"[0-9]{1,9}"$'},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "An ETag that is known already: the answer is 304 if it is still the present one.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of your own. The same request with the same key gets the first answer again, "
    "also when that was a refusal.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def operation_id(handler: HTTPRouteHandler) -> str:
    """`enrollment_of_session`: the controller's name without `Api` and the handler's, whatever the path is."""
    controller, _, name = handler.fn.__qualname__.rpartition(".")
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in controller.removesuffix("Api"))
    return f"{words}_{name}".strip("_")


class _Operation:
    """One operation, the code behind it, and its entry in the document."""

    def __init__(self, path: str, method: str, handler: HTTPRouteHandler, entry: dict[str, Any]) -> None:
        self.path = path
        self.method = method
        self.handler = handler
        self.entry = entry
        self.hints = get_type_hints(handler.fn)
        self.body = self.hints.get("data")
        self.guarded = bool(handler.resolve_guards())

    @property
    def takes(self) -> Mapping[str, Any]:
        """The type of the body by media type. A handler that reads its body itself says so in its `opt`."""
        read: Mapping[str, Any] = self.handler.opt.get("takes", {})
        return read or ({"application/json": self.body} if self.body is not None else {})

    @property
    def answers(self) -> Any:
        """The type of a good answer; None when there is nothing to say."""
        kind = self.hints.get("return")
        return get_args(kind)[0] if get_origin(kind) is Response else kind

    def calls(self, name: str) -> bool:
        """Whether the handler itself uses a function of `training.web.answers` (`required_version`, `once`)."""
        return name in self.handler.fn.__code__.co_names

    @property
    def versioned(self) -> bool:
        """Whether the answer has a version, and so an ETag."""
        return "version" in getattr(self.answers, "__struct_fields__", ())

    def problems(self) -> Iterator[int]:
        """Which problems this operation can answer with."""
        changes = self.method in _UNSAFE
        parameters = self.entry.get("parameters", [])
        # A token may lack the scope, and anybody may ask too often.
        yield from (400, 401, 403, 429, 503)
        if changes or self.guarded or "{" in self.path:
            yield 404
        if changes:
            yield from (409, 410, 415, 422)
        elif any(p["in"] == "query" for p in parameters):
            yield 422
        if self.takes:
            yield 413
        if self.calls("required_version"):
            yield from (412, 428)
        elif any("version" in getattr(kind, "__struct_fields__", ()) for kind in self.takes.values()):
            # The version is said in the body, where one request may come before there is anything to have a version.
            yield 412


def described(
    controllers: Sequence[type[Controller]], *, version: str, cookie: str = "sign_in", prefix: str = "/api/v1"
) -> dict[str, Any]:
    """The OpenAPI document of the controllers mounted under `prefix`; `cookie` is the name of the sign-in cookie."""
    stage = Litestar(
        [Router(prefix, route_handlers=controllers)],
        # Handlers ask for them; what they are is no part of the description.
        dependencies={name: Provide(lambda: None, sync_to_thread=False) for name in ("viewer", "works", "storage")},
        openapi_config=OpenAPIConfig(title="training", version=version, description=_INTRODUCTION),
        logging_config=None,
    )
    document: dict[str, Any] = stage.openapi_schema.to_schema()
    operations = list(_operations(stage, document))
    kinds = {kind for o in operations for kind in (*o.takes.values(), o.answers) if _has_schema(kind)}
    ordered = sorted(kinds, key=repr)
    schemas, components = msgspec.json.schema_components([*ordered, Problem], ref_template=_REF)
    by_kind = dict(zip(ordered, schemas, strict=False))
    for operation in operations:
        _describe(operation, by_kind)
    document["paths"] = dict(sorted(document["paths"].items()))
    statuses = sorted({status for operation in operations for status in operation.problems()})
    document["components"] = {
        "schemas": dict(sorted(components.items())),
        "responses": {f"Problem{status}": _bad(status) for status in statuses},
        "securitySchemes": _security(cookie),
    }
    return document


def _operations(stage: Litestar, document: dict[str, Any]) -> Iterator[_Operation]:
    for route in stage.routes:
        if not isinstance(route, HTTPRoute) or (path := route.path_format) not in document["paths"]:
            continue
        for method, entry in document["paths"][path].items():
            if (handler := route.route_handler_map.get(method.upper())) is not None:
                yield _Operation(path, method.upper(), handler[0], entry)


def _has_schema(kind: Any) -> bool:
    return kind is not None and kind is not type(None) and kind is not Any


def _describe(operation: _Operation, schemas: Mapping[Any, dict[str, Any]]) -> None:
    entry = operation.entry
    lines = (operation.handler.fn.__doc__ or "").strip().splitlines() or [""]
    entry["operationId"] = operation_id(operation.handler)
    entry["summary"] = lines[0].split(". ")[0].rstrip(".")
    entry["description"] = " ".join(line.strip() for line in lines).strip()
    entry["parameters"] = [_parameter(p) for p in entry.get("parameters", [])] + _headers(operation)
    entry["security"] = [{"cookie": []}, {"bearer": []}] + ([] if operation.guarded else [{}])
    entry.pop("deprecated", None)
    if operation.takes:
        content = {kind: {"schema": _RAW if told is bytes else schemas[told]} for kind, told in operation.takes.items()}
        entry["requestBody"] = {"required": True, "content": content}
    good = {status: _good(operation, status, schemas) for status in entry["responses"] if status.startswith("2")}
    if operation.method == "GET" and operation.versioned:
        good["304"] = {"description": "Nothing has changed since that version.", "headers": _ETAG}
    bad = {str(status): {"$ref": _RESPONSE.format(status=status)} for status in sorted(set(operation.problems()))}
    entry["responses"] = {**good, **bad}


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    """A parameter without what cannot be sent (null) and with a word about those that every list has."""
    told = {key: value for key, value in given.items() if key != "deprecated"}
    schema = dict(told.get("schema", {}))
    sendable = [part for part in schema.get("oneOf", []) if part != {"type": "null"}]
    if len(sendable) == 1:
        schema = {key: value for key, value in schema.items() if key not in ("oneOf", "default")} | sendable[0]
    told["schema"] = schema
    if told["name"] in _PARAMETERS:
        told.setdefault("description", _PARAMETERS[told["name"]])
    return told


def _headers(operation: _Operation) -> list[dict[str, Any]]:
    found = [*operation.handler.opt.get("headers", ())]
    if operation.calls("required_version"):
        found.append(_IF_MATCH)
    if operation.method == "GET" and operation.versioned:
        found.append(_IF_NONE_MATCH)
    if operation.calls("once"):
        found.append(_IDEMPOTENCY)
    return found


def _good(operation: _Operation, status: str, schemas: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": _DONE.get(status, "Done.")}
    if operation.versioned:
        told["headers"] = _ETAG
    if _has_schema(operation.answers):
        told["content"] = {"application/json": {"schema": schemas[operation.answers]}}
    return told


def _bad(status: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": TITLES[status],
        "content": {PROBLEM: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
    if status in _PROBLEM_HEADERS:
        told["headers"] = _PROBLEM_HEADERS[status]
    return told


def _security(cookie: str) -> dict[str, Any]:
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token, or what `POST /api/v1/sign-ins` answers with for the token of a mailed link.",
        },
        "cookie": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "The sign-in of a browser."},
    }


def document_handler(make: Callable[[], dict[str, Any]]) -> HTTPRouteHandler:
    """The handler that answers with the document; it is made at the first request that wants it."""
    kept: list[bytes] = []

    @get(PATH, include_in_schema=False)
    async def openapi_document() -> Response[bytes]:
        """The description of the API."""
        if not kept:
            kept.append(msgspec.json.encode(make()))
        return Response(kept[0], media_type=MediaType.JSON, headers={"cache-control": "no-cache"})

    return openapi_document

"""Every address of the application, with something that exists in it, so that no new one escapes a test."""

from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.web.made import World
from training.app import API
from training.base.structs import Frozen
from training.web.openapi import described
from training.web.statics import asset

# What the API says of itself: made once, because that takes a while.
DOCUMENT = described(API, version="test")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Address(Frozen, frozen=True, kw_only=True):
    """A path that can be asked, and the methods its route says it takes (HEAD and OPTIONS aside)."""

    route: str
    path: str
    methods: frozenset[str]

    @property
    def api(self) -> bool:
        """Whether programs ask it, so that its errors are problems in JSON."""
        return self.path.startswith(("/api/", "/health"))


def addresses(app: Litestar, world: World) -> list[Address]:
    """All of them, in order."""
    found = []
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path} is no HTTP route: extend these tests"
        if not any(handler.fn.__module__.startswith("training.") for handler in route.route_handlers):
            # Some other test's.
            continue
        path = route.path_format
        for parameter in route.path_parameters.values():
            name = parameter.name
            anything = "1" if parameter.type is int else "x"
            value = world.ids_for(name)[0] if name.endswith("_id") else anything
            path = path.replace("{" + name + "}", value)
        if path.startswith("/static/"):
            path = asset("favicon.svg")
        found.append(Address(route=route.path, path=path, methods=frozenset(route.methods) - {"HEAD", "OPTIONS"}))
    return sorted(found, key=lambda address: address.route)

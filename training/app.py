"""Composition root of the web: settings -> Litestar. The lifespan opens the database and fails loudly."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from litestar import Controller, Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware

from training import __version__
from training.attendance import api as attendance_api
from training.attendance import pages as attendance_pages
from training.attendance.pages.beside import Attending
from training.base.clock import system_clock
from training.base.database import bind, open_database
from training.base.database.migrating import missing
from training.base.structs import Viewer
from training.base.work import Works
from training.base.zones import prefer_pinned_zones
from training.booking import api as booking_api
from training.booking import pages as booking_pages
from training.catalogue import api as catalogue_api
from training.catalogue import pages as catalogue_pages
from training.completion import api as completion_api
from training.completion import pages as completion_pages
from training.desk import api as desk_api
from training.desk import pages as desk_pages
from training.feeds import api as feeds_api
from training.feeds import pages as feeds_pages
from training.feeds.api.serving import PREFIX, Calendars
from training.feeds.dav import CalDav
from training.inbox import api as inbox_api
from training.invites import pages as invites_pages
from training.materials import api as materials_api
from training.materials import pages as materials_pages
from training.materials.pages.beside import Beside
from training.materials.pages.serving import Files
from training.materials.rules.handing import file_origin
from training.materials.storage.keeping import Storage
from training.outbox import pages as outbox_pages
from training.partners import api as partners_api
from training.partners import pages as partners_pages
from training.people import api as people_api
from training.people import pages as people_pages
from training.people.guards import FOR_ANYBODY, SignInMiddleware, cookie_name, within_scope
from training.piccolo_app import TABLES
from training.portal import pages as portal_pages
from training.reactions import REACTIONS
from training.reminders import api as reminders_api
from training.reminders import pages as reminders_pages
from training.reports import api as reports_api
from training.reports import pages as reports_pages
from training.schedule import api as schedule_api
from training.schedule import pages as schedule_pages
from training.settings import Settings, load_settings
from training.surveys import api as surveys_api
from training.surveys import pages as surveys_pages
from training.web import health, statics
from training.web import pages as web_pages
from training.web.limits import Limits
from training.web.once import OncePerPress, SentBefore, lead, works_for
from training.web.openapi import described, document_handler
from training.web.problems import HANDLERS
from training.web.security import add_headers, at_the_door, policy_with, refuse_cross_site, require_json

API: Sequence[type[Controller]] = (
    *people_api.CONTROLLERS,
    *catalogue_api.CONTROLLERS,
    *partners_api.CONTROLLERS,
    *schedule_api.CONTROLLERS,
    *booking_api.CONTROLLERS,
    *attendance_api.CONTROLLERS,
    *surveys_api.CONTROLLERS,
    *materials_api.CONTROLLERS,
    *completion_api.CONTROLLERS,
    *feeds_api.CONTROLLERS,
    *reminders_api.CONTROLLERS,
    *reports_api.CONTROLLERS,
    *desk_api.CONTROLLERS,
    *inbox_api.CONTROLLERS,
)
PAGES: Sequence[type[Controller]] = (
    *web_pages.CONTROLLERS,
    *outbox_pages.CONTROLLERS,
    *people_pages.CONTROLLERS,
    *catalogue_pages.CONTROLLERS,
    *partners_pages.CONTROLLERS,
    *schedule_pages.CONTROLLERS,
    *booking_pages.CONTROLLERS,
    *attendance_pages.CONTROLLERS,
    *surveys_pages.CONTROLLERS,
    *materials_pages.CONTROLLERS,
    *completion_pages.CONTROLLERS,
    *reminders_pages.CONTROLLERS,
    *invites_pages.CONTROLLERS,
    *feeds_pages.CONTROLLERS,
    *reports_pages.CONTROLLERS,
    *portal_pages.CONTROLLERS,
    *desk_pages.CONTROLLERS,
)
MOST_BODY_BYTES = 1_000_000


def navigation(viewer: Viewer, path: str) -> list[tuple[str, str, bool]]:
    """The main navigation for a viewer: (address, label, whether it is the current one)."""
    links = [("/sessions", "Sessions"), ("/programs", "Programs")]
    if viewer.signed_in:
        links.append(("/my/sessions", "My sessions"))
    if viewer.teaches:
        links.append(("/teaching", "Teaching"))
    if viewer.staff or viewer.scopes("coordinator", "member"):
        links.append(("/partners", "Partners" if viewer.staff else "Your organization"))
    if viewer.staff or viewer.scopes("program_manager"):
        links.append(("/manage", "Manage"))
    return [(href, label, path == href or path.startswith(f"{href}/")) for href, label in links]


def create_app(settings: Settings | None = None, *, works: Works | None = None) -> Litestar:
    """The web application. With `works`, the caller has opened and bound the database already (tests do)."""
    settings = settings or load_settings()
    prefer_pinned_zones()
    site = settings.site()
    units = works or Works(clock=system_clock, site=site, reactions=REACTIONS)

    # A clock that never jumps; every process counts for itself.
    limits = Limits(
        account=settings.requests_per_minute_account,
        address=settings.requests_per_minute_address,
        clock=time.monotonic,
    )

    def face(path: str, controllers: Sequence[Any], origin: str, **more: Any) -> Router:
        by = units.of(origin)

        async def works_of(request: Request[Any, Any, Any]) -> Works:
            return works_for(request, by)

        return Router(path, route_handlers=controllers, dependencies={"works": Provide(works_of)}, **more)

    app = Application(
        route_handlers=[
            face("/api/v1", API, "api", before_request=require_json, guards=[within_scope]),
            face("/", PAGES, "page", include_in_schema=False, middleware=[OncePerPress]),
            statics.static_file,
            health.live,
            health.ready,
            document_handler(lambda: described(API, version=__version__, cookie=cookie_name(site))),
        ],
        dependencies={"viewer": Provide(_viewer_of), "storage": Provide(_storage_of)},
        middleware=[DefineMiddleware(SignInMiddleware, exclude=FOR_ANYBODY)],
        guards=[refuse_cross_site],
        exception_handlers={**HANDLERS, SentBefore: lead},
        before_send=[add_headers],
        lifespan=[] if works else [_opened(settings)],
        state=State(
            {
                "site": site,
                "navigation": navigation,
                "settings": settings,
                "works": units,
                "limits": limits,
                "storage": Storage(settings.storage_url),
                "materials": Beside(),
                "attendance": Attending(),
                "calendars": Calendars(units.of("feed")),
                "policy": policy_with(file_origin(site)),
            }
        ),
        openapi_config=None,
        request_max_body_size=MOST_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    app.state.files = Files(app.state)
    door = at_the_door(app.asgi_handler)
    app.asgi_handler = CalDav(door, works=units.of("caldav"), limits=limits, trusted=settings.trusted_proxies)
    return app


class Application(Litestar):
    """The application. Addresses of calendars and files are answered before the framework begins (docs/decisions/0012,
    0025); where files have a host of their own, so is everything else there."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or run the lifespan."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif self.state.files.takes(scope):
            await self.state.files(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await self.state.calendars(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _viewer_of(request: Request[Any, Any, Any]) -> Viewer:
    return request.user  # type: ignore[no-any-return]


async def _storage_of(request: Request[Any, Any, Any]) -> Storage:
    return request.app.state.storage  # type: ignore[no-any-return]


def _opened(settings: Settings) -> Any:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        engine = open_database(
            settings.database_url, pool_size=settings.pool_size, synchronous=settings.sqlite_synchronous
        )
        await engine.start_connection_pool()
        try:
            bind(engine, TABLES)
            if behind := await missing(engine):
                raise RuntimeError(f"The database lacks {len(behind)} migrations: run `training migrate` first")
            yield
        finally:
            await engine.close_connection_pool()

    return lifespan

"""Pages that belong to no feature: the choice of light or dark, and what an error code means."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from training.base.addresses import local_path
from training.base.errors import NotFound
from training.base.structs import Input
from training.web.forms import read_form
from training.web.problems import known_problems
from training.web.render import THEMES, page, redirect

YEAR = 365 * 24 * 3600


class ThemeChoice(Input, frozen=True, kw_only=True):
    """Light, dark, or as the device says."""

    theme: str = "auto"
    next: str = "/"


class LookPages(Controller):
    """How pages look."""

    path = "/theme"
    include_in_schema = False

    @post("/")
    async def choose_theme(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Remember light or dark in a cookie that names nobody, and go back."""
        choice = (await read_form(request, ThemeChoice)).value or ThemeChoice()
        back = redirect(local_path(choice.next))
        theme = choice.theme if choice.theme in THEMES else "auto"
        back.cookies.append(Cookie(key="theme", value=theme, max_age=YEAR, path="/", httponly=True, samesite="lax"))
        return back


class ProblemPages(Controller):
    """Where the `type` of a problem leads."""

    path = "/problems"
    include_in_schema = False

    @get("/{code:str}")
    async def explain(self, request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
        """What an error code means, and what to do about it."""
        known = known_problems().get(code)
        if known is None:
            raise NotFound
        return page(request, "web/problem.html", known=known)


CONTROLLERS = (LookPages, ProblemPages)

"""Pages that belong to no feature: the choice of light or dark."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.datastructures import Cookie

from training.base.structs import Input
from training.web.forms import read_form
from training.web.render import THEMES, local_path, redirect

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


CONTROLLERS = (LookPages,)

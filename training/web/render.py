"""Pages: a template with what every page has, redirects with one sentence for the next page."""

import base64
import binascii
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from msgspec.structs import replace

from training.base.addresses import local_path
from training.base.site import Site
from training.base.structs import Frozen, Viewer
from training.base.texts import render
from training.web.statics import asset

THEMES = ("light", "dark", "auto")
FLASH = "flash"
# What an address is made of. Everything else is written as %xx: a header holds neither line ends nor snowmen.
_OF_ADDRESSES = "/:?#[]@!$&'()*+,;=%"


class Flash(Frozen, frozen=True, kw_only=True):
    """One sentence shown once. `kind` is success, info, warning or danger; `href` and `label` are a link behind it."""

    kind: str = "success"
    text: str = ""
    href: str = ""
    label: str = ""


def site_of(request: Request[Any, Any, Any]) -> Site:
    """This installation."""
    site: Site = request.app.state.site
    return site


def zone_of(request: Request[Any, Any, Any]) -> str:
    """The zone times are shown in first: the viewer's own, or UTC for a visitor who has none."""
    viewer: Viewer = request.user
    return viewer.zone if viewer.signed_in else "UTC"


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page: the template with its values and with what the layout needs (see web/base.html)."""
    flash = _read_flash(request)
    text = render(template, **shell(request), flash=flash, **values)
    cookies = [Cookie(key=FLASH, value="", max_age=0, path="/", httponly=True)] if flash else []
    return Response(text, status_code=status, media_type=MediaType.HTML, cookies=cookies)


def shell(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What the layout of every page needs, except the flash."""
    viewer: Viewer | None = request.scope.get("user")
    # Not request.url: this also renders the answer to a request whose Host cannot be read.
    path, query = request.scope["path"], request.scope.get("query_string", b"").decode("latin-1")
    theme = request.cookies.get("theme", "auto")
    return {
        "site": site_of(request),
        "viewer": viewer if viewer and viewer.signed_in else None,
        # No sign-in is read for an address that leads nowhere: then nobody must be told that they are signed out.
        "perhaps": viewer is None and any(name.endswith("sign_in") for name in request.cookies),
        "zone": viewer.zone if viewer and viewer.signed_in else "UTC",
        "nav": request.app.state.navigation(viewer or Viewer(), path),
        "theme": theme if theme in THEMES else "auto",
        "path": path + (f"?{query}" if query and request.method == "GET" else ""),
        "lang": "en",
        "dir": "ltr",
        "asset": asset,
    }


def redirect(path: str, flash: str = "", *, kind: str = "success", way: tuple[str, str] | None = None) -> Response[str]:
    """See other (303): after a form was taken. The sentence is shown on the next page, with the `way` to go from there
    behind it: an address of ours and what the link is called.

    Whatever stands in `path`, it becomes one plain header line: a fault here would come after the change was kept.
    """
    cookies = []
    if flash:
        href, label = way or ("", "")
        told = Flash(kind=kind, text=flash, href=href, label=label)
        packed = base64.urlsafe_b64encode(msgspec.json.encode(told)).decode()
        cookies = [Cookie(key=FLASH, value=packed, max_age=60, path="/", httponly=True, samesite="lax")]
    location = quote(path, safe=_OF_ADDRESSES, errors="replace")
    return Response("", status_code=303, headers={"location": location}, cookies=cookies, media_type=MediaType.TEXT)


def _read_flash(request: Request[Any, Any, Any]) -> Flash | None:
    packed = request.cookies.get(FLASH)
    # A script that fetches a page shows it to nobody, and must not take the sentence from the page that is on its way.
    # Not by the destination: what somebody goes to through a service worker has none.
    if not packed or request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        return None
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(packed), type=Flash)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
    # A cookie may be anybody's: it leads nowhere but to our own pages.
    return replace(found, href=local_path(found.href, ""))

"""Passwords for calendar programs: made for one device and shown once, seen in use, revoked."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import add_device, revoke_own_device
from training.people.guards import signed_in
from training.people.queries import get_device, list_own_devices
from training.people.rules import own_id
from training.people.rules.devices import DAV_PATH, TooManyDevices
from training.people.schemas import DeviceIn
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


class DevicePages(Controller):
    """One's own device passwords, with which calendar programs read one's calendars (CalDAV)."""

    path = "/account/devices"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def devices(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """The devices that read one's calendars, and the form for another."""
        return await _devices_page(request, viewer)

    @post("/")
    async def add(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Make a password for one device and show it, this once."""
        form = await read_form(request, DeviceIn)
        if form.value is None:
            return await _devices_page(request, viewer, form)
        try:
            made = await works.run(viewer, add_device, form.value.label)
        except TooManyDevices as error:
            return await _devices_page(request, viewer, form.with_error("", error.detail))
        except Invalid as error:
            return await _devices_page(request, viewer, form.with_error("label", error.fields["label"]))
        return page(request, "feeds/device-made.html", made=made, address=works.site.url(DAV_PATH))

    @get("/{device_id:uuid}/revoke")
    async def ask_revoke(
        self, request: Asked, viewer: NamedDependency[Viewer], device_id: FromPath[UUID]
    ) -> Response[Any]:
        """What ends with a password, before it ends."""
        device = await get_device(device_id)
        if device.person_id != own_id(viewer) or not device.works:
            raise NotFound
        return page(request, "feeds/device-revoke.html", device=device)

    @post("/{device_id:uuid}/revoke")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], device_id: FromPath[UUID]
    ) -> Response[Any]:
        """End a password."""
        await works.run(viewer, revoke_own_device, device_id)
        return redirect("/account/devices", "The password is revoked. The program that used it reads nothing any more.")


async def _devices_page(request: Asked, viewer: Viewer, form: Form[DeviceIn] | None = None) -> Response[Any]:
    return page(
        request,
        "feeds/devices.html",
        status=422 if form else 200,
        devices=await list_own_devices(own_id(viewer)),
        typed=form.raw if form else {"label": ""},
        errors=form.errors if form else {},
    )

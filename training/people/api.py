"""JSON of people: ask for a sign-in link, sign in and out, oneself, one's sign-ins and tokens."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import (
    add_device,
    change_own_details,
    choose_mail,
    make_own_token,
    request_sign_in_link,
    revoke_other_sign_ins,
    revoke_own_device,
    revoke_own_token,
    revoke_sign_in,
    sign_in,
)
from training.people.guards import NO_TOKENS, client_of, signed_in
from training.people.queries import get_mail_choices, get_person, list_own_devices, list_own_tokens, list_sign_ins
from training.people.rules import own_id, person_behind
from training.people.rules.devices import DAV_PATH
from training.people.schemas import (
    AskForLink,
    BegunSignIn,
    DeviceIn,
    DeviceList,
    DeviceOut,
    LinkAsked,
    MadeDevice,
    MadeToken,
    MailSettings,
    MailSettingsChange,
    Me,
    OwnDetailsChange,
    OwnSignIn,
    OwnSignIns,
    TokenIn,
    TokenList,
    TokenOut,
    UseLink,
)

ASKED = "If somebody can sign in with this address, a link is on its way to it. It works for 10 minutes."


class SignInApi(Controller):
    """Signing in. These two POSTs take no Idempotency-Key: a link works once, and its bearer is kept nowhere."""

    tags = ["Sign-in"]
    opt = NO_TOKENS

    @post("/sign-in-links", status_code=202)
    async def ask(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        data: JSONBody[AskForLink],
    ) -> LinkAsked:
        """Ask for a sign-in link by mail. The answer is the same for every address."""
        await works.run(viewer, request_sign_in_link, email=data.email, client=client_of(request), next_path=data.next)
        return LinkAsked(detail=ASKED)

    @post("/sign-ins")
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        data: JSONBody[UseLink],
    ) -> BegunSignIn:
        """Use a sign-in link and get a bearer for the Authorization header. The link is used up."""
        user_agent = request.headers.get("user-agent", "")
        return BegunSignIn.of(await works.run(viewer, sign_in, data.token, user_agent=user_agent))


class OwnApi(Controller):
    """Oneself."""

    tags = ["Sign-in"]
    guards = [signed_in]
    opt = NO_TOKENS

    @get("/me")
    async def me(self, viewer: NamedDependency[Viewer]) -> Me:
        """Who is asking, with all roles."""
        return Me.of(viewer, await get_person(own_id(viewer)))

    @patch("/me")
    async def change_me(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], data: JSONBody[OwnDetailsChange]
    ) -> Me:
        """Change one's own name or time zone."""
        name = viewer.name if data.name is UNSET else data.name
        zone = viewer.zone if data.zone is UNSET else data.zone
        return Me.of(viewer, await works.run(viewer, change_own_details, name=name, zone=zone))

    @get("/me/mail")
    async def mail(self, viewer: NamedDependency[Viewer]) -> MailSettings:
        """Quiet hours, how dates are written in messages, and which sorts of messages one wants."""
        return MailSettings.of(await get_mail_choices(own_id(viewer)))

    @patch("/me/mail")
    async def change_mail(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], data: JSONBody[MailSettingsChange]
    ) -> MailSettings:
        """Change them. What belongs to one's places and sign-ins always comes."""
        order = data.order(await get_mail_choices(own_id(viewer)))
        return MailSettings.of(await works.run(viewer, choose_mail, order))

    @get("/sign-ins")
    async def sign_ins(self, works: NamedDependency[Works], viewer: NamedDependency[Viewer]) -> OwnSignIns:
        """Where one is signed in, last used first."""
        records = await list_sign_ins(own_id(viewer), works.clock())
        return OwnSignIns(items=[OwnSignIn.of(record, viewer) for record in records])

    @delete("/sign-ins/{sign_in_id:uuid}")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], sign_in_id: FromPath[UUID]
    ) -> None:
        """End one of one's own sign-ins, this one included."""
        await works.run(viewer, revoke_sign_in, sign_in_id)

    @delete("/sign-ins")
    async def revoke_others(self, works: NamedDependency[Works], viewer: NamedDependency[Viewer]) -> None:
        """End all of one's own sign-ins but this one."""
        await works.run(viewer, revoke_other_sign_ins)


class TokenApi(Controller):
    """One's own API tokens, for people who are signed in: no token makes, lists or ends tokens."""

    path = "/tokens"
    tags = ["Tokens"]
    guards = [signed_in]
    opt = NO_TOKENS

    @get("/")
    async def tokens(self, viewer: NamedDependency[Viewer]) -> TokenList:
        """The tokens that act for oneself, without their secrets: those that work longest first."""
        return TokenList(items=[TokenOut.of(token) for token in await list_own_tokens(person_behind(viewer))])

    @post("/")
    async def make(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], data: JSONBody[TokenIn]
    ) -> MadeToken:
        """Make a token that acts for oneself. Takes no Idempotency-Key, because its secret is kept nowhere."""
        return MadeToken.of(await works.run(viewer, make_own_token, data.order()))

    @delete("/{token_id:uuid}")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], token_id: FromPath[UUID]
    ) -> None:
        """End one of one's own tokens, at once."""
        await works.run(viewer, revoke_own_token, token_id)


class DeviceApi(Controller):
    """One's own device passwords, for people who are signed in: each lets one calendar program read their calendars."""

    path = "/devices"
    tags = ["Calendars"]
    guards = [signed_in]
    opt = NO_TOKENS

    @get("/")
    async def devices(self, viewer: NamedDependency[Viewer]) -> DeviceList:
        """One's own device passwords, without the secrets: those that work first."""
        return DeviceList(items=[DeviceOut.of(device) for device in await list_own_devices(person_behind(viewer))])

    @post("/")
    async def add(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], data: JSONBody[DeviceIn]
    ) -> MadeDevice:
        """Make a password for one device. Takes no Idempotency-Key, because its secret is kept nowhere."""
        return MadeDevice.of(await works.run(viewer, add_device, data.label), works.site.url(DAV_PATH))

    @delete("/{device_id:uuid}")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], device_id: FromPath[UUID]
    ) -> None:
        """End one of one's own device passwords, at once."""
        await works.run(viewer, revoke_own_device, device_id)


CONTROLLERS = (SignInApi, OwnApi, TokenApi, DeviceApi)

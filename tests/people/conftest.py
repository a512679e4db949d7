"""What tests of people share: somebody with an account, and the link that was mailed to them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.outbox.mails import render_message
from training.outbox.queries import list_messages
from training.people.actions import ensure_person, request_sign_in_link, sign_in
from training.people.queries import find_viewer

CLI = Viewer.machine("cli")
ADA = "ada@example.org"
CLIENT = "203.0.113.7"

MailedToken = Callable[..., Awaitable[str]]
SignedIn = Callable[..., Awaitable[tuple[str, Viewer]]]


@pytest.fixture
async def ada(works: Works) -> UUID:
    return await works.run(CLI, ensure_person, ADA, "Ada Lovelace", "Europe/London")


@pytest.fixture
def mailed_token(works: Works) -> MailedToken:
    """Ask for a link and take the token from the message that was mailed, as its reader would."""

    async def mailed(email: str = ADA, next_path: str = "/") -> str:
        before = {message.id for message in (await list_messages(recipient=email)).items}
        await works.run(ANONYMOUS, request_sign_in_link, email=email, client=CLIENT, next_path=next_path)
        # The clock stands still, so the newest message is the one that was not there before.
        new = next(m for m in (await list_messages(recipient=email)).items if m.id not in before)
        line = next(line for line in render_message(new, works.site).text.splitlines() if "/sign-in/" in line)
        return line.rsplit("/", 1)[1]

    return mailed


@pytest.fixture
def signed_in(works: Works, mailed_token: MailedToken) -> SignedIn:
    """Sign somebody in and return the token of the sign-in with the viewer it makes."""

    async def begin(email: str = ADA, user_agent: str = "curl/8") -> tuple[str, Viewer]:
        begun = await works.run(ANONYMOUS, sign_in, await mailed_token(email), user_agent=user_agent)
        viewer = await find_viewer(begun.token, works.clock())
        assert viewer is not None
        return begun.token, viewer

    return begin

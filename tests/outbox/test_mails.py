"""The words of a message: escaped, complete, with links that work."""

from uuid import UUID

from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions import enqueue
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered, SecretLink, derive_token

CLI = Viewer.machine("cli")
LINK = SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7))


async def words(works: Works, name: str, *, reveal: bool = True) -> Rendered:
    message_id = await works.run(
        CLI,
        enqueue,
        kind="sign-in",
        template="people/sign-in",
        recipient="ada@example.org",
        recipient_name=name,
        values={"link": LINK, "minutes": 10},
    )
    return render_message(await get_message(message_id), works.site, reveal=reveal)


async def test_the_same_link_in_text_and_html(works: Works) -> None:
    made = await words(works, "Ada")
    url = "http://testserver.example/sign-in/" + derive_token(works.site.secret_key, "sign-in", LINK.id)
    assert made.subject == "Your sign-in link for training"
    assert f"\n{url}\n" in made.text
    assert made.text.startswith("Hello Ada,\n\n")
    assert made.html.count(f'href="{url}"') == 2
    assert "<!doctype html>" in made.html


async def test_a_hostile_name_is_only_a_name(works: Works) -> None:
    made = await words(works, "<script>alert(1)</script> {{ 7*7 }}")
    assert "<script>" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "49" not in made.text.split("http")[0]


async def test_without_a_name(works: Works) -> None:
    assert (await words(works, "")).text.startswith("Hello,\n\n")


async def test_links_can_be_hidden(works: Works) -> None:
    made = await words(works, "Ada", reveal=False)
    assert "/sign-in/..." in made.text
    assert derive_token(works.site.secret_key, "sign-in", LINK.id) not in made.text + made.html

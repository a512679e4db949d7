"""The words of a message: escaped, complete, with links that work."""

from typing import Any
from uuid import UUID

from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions import enqueue
from training.outbox.mails import UNREADABLE, render_message, shown_words
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


async def test_words_for_a_screen_never_fail_and_hold_no_secret(works: Works) -> None:
    link = SecretLink(path="/sign-in/", purpose="sign-in", id=UUID(int=7))
    token = derive_token(works.site.secret_key, "sign-in", link.id)
    ids = []
    for values in ({"link": link, "minutes": 10}, {"link": f"https://x.example/{token}", "minutes": 10}, {}):
        given: dict[str, Any] = {"template": "people/sign-in", "recipient": "ada@example.org", "values": values}
        ids.append(await works.run(CLI, enqueue, kind="sign-in", **given))
    shown = [shown_words(await get_message(message_id), works.site) for message_id in ids]
    assert all(token not in words.subject + words.text + words.html for words in shown)
    assert [words.subject for words in shown] == ["Your sign-in link for training"] * 2 + ["Sign-in link"]
    assert (shown[2].text, shown[2].html) == (UNREADABLE, UNREADABLE)
    subject = shown_words(await get_message(ids[0]), works.site, subject_only=True)
    assert (subject.subject, subject.text, subject.html) == (shown[0].subject, "", "")

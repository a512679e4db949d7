"""The list of what waits for a person: newest first, page by page, with its place on an index."""

from tests.conftest import FrozenClock
from tests.inbox.mails import KEY, sample
from training.base.structs import Viewer
from training.base.work import Works
from training.inbox.actions import received_mail, take_in
from training.inbox.queries import count_review, page_review

CLI = Viewer.machine("cli")


async def test_the_review_list_page_by_page(works: Works, clock: FrozenClock) -> None:
    for number in range(5):
        received = received_mail(sample("person") + str(number).encode(), "imap", works.site.base_url, KEY)
        await works.run(CLI, take_in, received)
        clock.move(minutes=number % 2)
    await works.run(CLI, take_in, received_mail(sample("away"), "imap", works.site.base_url, KEY))
    assert await count_review() == 5
    seen, cursor = [], ""
    for size in (2, 2, 1):
        page = await page_review(cursor, 2)
        assert len(page.items) == size
        seen += [mail.id for mail in page.items]
        cursor = page.next_cursor or ""
    assert len(set(seen)) == 5
    assert cursor == ""
    (first, *_), *_ = [(await page_review()).items]
    assert first.excerpt.startswith("Thank you! May I bring a colleague? <script>")
    assert (first.sender, first.subject) == ("ada@lighthouse.example", "Re: You have a place")

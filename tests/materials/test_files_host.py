"""A host for files alone."""

from datetime import UTC, datetime
from uuid import UUID

import httpx

from tests.attendance.made import make_day
from tests.booking.test_pages.made import enter
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import PNG, handed
from tests.materials.made import learner
from training.app import create_app
from training.base.work import Works
from training.cli.logs import masked
from training.materials.rules.tickets import Ticket, seal_ticket
from training.materials.storage.keeping import Storage
from training.settings import Settings


async def test_a_host_for_files_answers_nothing_else(works: Works, clock: FrozenClock, storage: Storage) -> None:
    base, files = "http://testserver.example", "http://files.example:8080"
    settings = Settings(base_url=base, files_url=files, secret_key=SITE.secret_key, demo=True)
    app = create_app(settings, works=Works(clock=works.clock, site=settings.site(), reactions={}))
    app.state.storage = storage
    day = await make_day(works, clock)
    file = await handed(works, day, storage, content=b"\x89PNG", file=PNG, variant={"name": "a.png"})
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=base) as pages:
        await enter(works, pages, learner(day))
        answer = await pages.get(f"{file.path}/view")
        location = answer.headers["location"]
        assert location.startswith(f"{files}/files/")
        page = await pages.get("/programs")
        for part in ("img-src 'self' data:", "media-src 'self'", "frame-src 'self'"):
            assert f"; {part} {files};" in page.headers["content-security-policy"]
        assert (await pages.get(location.removeprefix(files))).status_code == 404
    async with httpx.AsyncClient(transport=transport, base_url=files) as other:
        shown = await other.get(location)
        assert (shown.status_code, shown.content) == (200, b"\x89PNG")
        assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
        assert f"frame-ancestors {base}" in shown.headers["content-security-policy"]
        assert "set-cookie" not in shown.headers
        for path in ("/", "/account", "/sign-in", "/api/v1/sessions", "/static/x/y.css", "/calendars/x.ics", "/dav/"):
            answer = await other.get(path, headers={"cookie": "sign_in=dead; flash=eyJ0ZXh0IjoieCJ9"})
            assert answer.status_code == 404, path
            assert "This file cannot be opened" in answer.text
            assert "set-cookie" not in answer.headers
        assert (await other.post("/sign-in", data={"email": "a@example.org"})).status_code == 405
        assert (await other.get("/health/live")).json() == {"status": "alive"}
        for host in ("FILES.example:8080", "files.example", "files.example.:8080", "files.example:08080"):
            for path in ("/", "/sign-in"):
                assert (await other.get(path, headers={"host": host})).status_code == 404, host
            assert (await other.get(location, headers={"host": host})).content == b"\x89PNG", host


def test_no_log_tells_an_address_of_a_file() -> None:
    ticket = Ticket(variant_id=UUID(int=1), place_id=UUID(int=2), expires_at=datetime(2026, 5, 4, tzinfo=UTC))
    sealed = seal_ticket(SITE.secret_key, ticket)
    told = masked(f"/files/{sealed}/slides.pdf")
    assert sealed not in told
    assert told.startswith("/files/[hidden]")

"""Every template of a message with example values: as text, as a mail program shows it, and as it travels."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Controller, MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from training.base.errors import NotFound
from training.base.structs import Input, as_data
from training.base.texts import locale_named
from training.base.work import Works
from training.base.zones import zone_named, zone_names, zone_typed
from training.desk.rules.examples import EXAMPLES, find_examples, kind_of, label_of
from training.outbox.jobs.letters import example_letter, example_words
from training.outbox.pages import sandbox_headers
from training.outbox.rules.examples import Example
from training.outbox.rules.inlining import on_page
from training.outbox.rules.kinds import Sort
from training.people.guards import permitted
from training.people.rules import Permission
from training.people.schemas import locale_choices
from training.web.forms import read_query
from training.web.render import page, site_of

Asked = Request[Any, Any, Any]


class TemplateQuery(Input, frozen=True, kw_only=True):
    """Which example is looked at, on whose clocks, and how dates are written."""

    case: int = 0
    zone: Annotated[str, Meta(max_length=64)] = ""
    locale: Annotated[str, Meta(max_length=20)] = ""


class MailTemplatePages(Controller):
    """What messages say, before any is sent."""

    path = "/manage/mail/templates"
    include_in_schema = False
    guards = [permitted(Permission.OUTBOX_SEE)]

    @get("/")
    async def templates(self, request: Asked) -> Response[str]:
        """All of them with their subjects, and which of them their readers can switch off."""
        site = site_of(request)
        rows = [
            (
                template,
                label_of(examples[0]),
                kind_of(examples[0]),
                example_words(examples[0], site).subject,
                len(examples),
            )
            for template, examples in EXAMPLES.items()
        ]
        return page(request, "desk/mail_templates.html", rows=rows, always=Sort.NONE)

    @get("/{room:str}/{key:str}")
    async def template(
        self, request: Asked, works: NamedDependency[Works], room: FromPath[str], key: FromPath[str]
    ) -> Response[str]:
        """One of them: text, HTML in a sandbox, and source."""
        return _template_page(request, room, key, works.clock())

    @get("/{room:str}/{key:str}/html")
    async def as_html(self, request: Asked, room: FromPath[str], key: FromPath[str]) -> Response[str]:
        """The HTML, in a sandbox that runs nothing and loads nothing."""
        _, example = _chosen(request, room, key)
        html = on_page(example_words(example, site_of(request)))
        return Response(html, media_type=MediaType.HTML, headers=sandbox_headers())


def _template_page(request: Asked, room: str, key: str, now: datetime) -> Response[str]:
    reader, example = _chosen(request, room, key)
    shown: dict[str, Any] = {
        "words": example_words(example, site_of(request)),
        "kind": kind_of(example),
        "label": label_of(example),
    }
    letter = example_letter(example, site_of(request), now).decode("utf-8", "replace")
    here, cases = f"/manage/mail/templates/{room}/{key}", find_examples(room, key)
    return page(
        request,
        "desk/mail_template.html",
        **shown | _reading(request, reader),
        source=letter,
        cases=[(number, each.case) for number, each in enumerate(cases) if each.case],
        here=here,
        framed=f"{here}/html?{urlencode(as_data(reader))}",
        always=Sort.NONE,
    )


def _reading(request: Asked, reader: TemplateQuery) -> dict[str, Any]:
    """On whose clocks it is read, and what else can be chosen."""
    typed = str(read_query(request, TemplateQuery).raw["zone"])
    return {
        "reader": reader,
        "unknown": typed if typed and not reader.zone else "",
        "zones": zone_names(),
        "locales": (("", "As the example says"), *locale_choices()),
    }


def _chosen(request: Asked, room: str, key: str) -> tuple[TemplateQuery, Example]:
    examples = find_examples(room, key)
    if not examples:
        raise NotFound
    reader = read_query(request, TemplateQuery).value or TemplateQuery()
    zone = zone_typed(reader.zone)
    zone = zone if zone_named(zone) else ""
    locale = reader.locale if locale_named(reader.locale) else ""
    case = reader.case if 0 <= reader.case < len(examples) else 0
    return TemplateQuery(case=case, zone=zone, locale=locale), examples[case].read_by(zone=zone, locale=locale)

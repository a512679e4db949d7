"""`training preview-mail`: what a message says, with example values, without a database or a mail server."""

import click

from training.base.clock import system_clock
from training.base.site import Site
from training.base.texts import locale_named
from training.base.zones import prefer_pinned_zones, zone_named
from training.cli.opening import settings_or_fail
from training.cli.saying import Failed, say
from training.desk.rules.examples import EXAMPLES, find_examples, kind_of
from training.outbox.jobs.letters import example_letter, example_words
from training.outbox.rules.examples import Example


@click.command("preview-mail")
@click.argument("template", required=False)
@click.option("--html", "form", flag_value="html", help="The HTML, for a file to open in a browser.")
@click.option("--text", "form", flag_value="text", default=True, help="Subject and text. This is what you get anyway.")
@click.option("--source", "form", flag_value="source", help="The whole mail as it travels; save it as .eml.")
@click.option("--case", default=1, show_default=True, help="Which example, where a template has several.")
@click.option("--zone", default="", help="Whose clocks it is read on, such as Asia/Tokyo.")
@click.option("--locale", default="", help="How dates are written, such as en-US.")
def preview_mail(template: str | None, form: str, case: int, zone: str, locale: str) -> None:
    """Print what a message says, with example values. Without TEMPLATE: which there are.

    Nothing is sent, nothing is read from the database, and the links in it open nothing.
    """
    prefer_pinned_zones()
    if template is None:
        say("\n".join(_lines()))
        return
    example = _example(template, case).read_by(zone=_known_zone(zone), locale=_known_locale(locale))
    say(_shown(example, settings_or_fail().site(), form))


def _lines() -> list[str]:
    return [
        f"{template:<32} {kind_of(examples[0]).label}" + (f" ({len(examples)} cases)" if len(examples) > 1 else "")
        for template, examples in EXAMPLES.items()
    ]


def _example(template: str, case: int) -> Example:
    room, _, key = template.partition("/")
    examples = find_examples(room, key)
    if not examples:
        raise Failed(f"There is no message {template!r}. Which there are: training preview-mail")
    if not 1 <= case <= len(examples):
        cases = "; ".join(f"{number}: {each.case or 'the only one'}" for number, each in enumerate(examples, 1))
        raise Failed(f"{template} has no case {case}. Its cases: {cases}.")
    return examples[case - 1]


def _known_zone(zone: str) -> str:
    if zone and zone_named(zone) is None:
        raise Failed(f"There is no time zone {zone!r}. Write one such as Europe/Berlin.")
    return zone


def _known_locale(locale: str) -> str:
    if locale and locale_named(locale) is None:
        raise Failed(f"There is no locale {locale!r}. Write one such as en-GB.")
    return locale


def _shown(example: Example, site: Site, form: str) -> str:
    if form == "source":
        return example_letter(example, site, system_clock()).decode("utf-8", "replace").replace("\r\n", "\n")
    words = example_words(example, site)
    return words.html if form == "html" else f"Subject: {words.subject}\n\n{words.text}"

"""What people choose about mail: quiet hours on their own clocks, how dates are written, what they want. Pure."""

import re
from datetime import UTC, datetime

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.base.texts import LOCALE, language, when

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_EXAMPLE = datetime(2026, 5, 6, 15, 0, tzinfo=UTC)
# How dates can be written in messages, by the tag that is kept. The words around them are English until others come.
LOCALES = (LOCALE, *"en-GB en-US en-CA en-IN da de es fi fr it ja nb nl pl pt pt-BR sv tr uk".split())


class MailOrder(Frozen, frozen=True, kw_only=True):
    """Everything a person chooses: times as '21:00' on their own clocks; equal ones mean no quiet hours.

    `off` are the sorts they do not want.
    """

    quiet_from: str
    quiet_until: str
    locale: str
    off: frozenset[str]


def check_mail_order(order: MailOrder) -> MailOrder:
    """The order unchanged. Raises Invalid with a sentence for each field that cannot be used."""
    fields = {
        name: "Please write a time such as 21:00."
        for name in ("quiet_from", "quiet_until")
        if not _TIME.fullmatch(getattr(order, name))
    }
    if order.locale not in LOCALES:
        fields["locale"] = "Please choose one of the list."
    if fields:
        raise Invalid(fields=fields)
    return order


def locale_choices() -> tuple[tuple[str, str], ...]:
    """What a list offers: the tag, and its name with a date as it would be written."""
    return tuple((tag, f"{when(_EXAMPLE, 'UTC', tag)} ({_named(tag)})") for tag in LOCALES)


def _named(tag: str) -> str:
    return "English, as on our pages" if tag == LOCALE else language(tag)

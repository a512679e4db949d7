"""What people choose about mail: quiet hours on their own clocks, how dates are written, what they want. Pure."""

import re

from training.base.errors import Invalid
from training.base.structs import Frozen

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# How dates can be written in messages, by the tag that is kept. The words around them are English until others come.
LOCALES = ("en", *"en-GB en-US en-CA en-IN da de es fi fr it ja nb nl pl pt pt-BR sv tr uk".split())


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

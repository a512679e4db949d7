"""Every template with its examples, room by room. Pure."""

from itertools import groupby

from training.attendance.rules.examples import EXAMPLES as OF_ATTENDANCE
from training.booking.rules.examples import EXAMPLES as OF_BOOKING
from training.completion.rules.examples import EXAMPLES as OF_COMPLETION
from training.invites.rules.examples import EXAMPLES as OF_INVITES
from training.materials.rules.examples import EXAMPLES as OF_MATERIALS
from training.outbox.rules.examples import Example
from training.outbox.rules.kinds import Kind, find_kind
from training.partners.mails import EXAMPLES as OF_PARTNERS
from training.people.rules.examples import EXAMPLES as OF_PEOPLE
from training.reminders.rules.examples import EXAMPLES as OF_REMINDERS
from training.surveys.rules.examples import EXAMPLES as OF_SURVEYS

EXAMPLES: dict[str, tuple[Example, ...]] = {
    template: tuple(examples)
    for template, examples in groupby(
        (
            *OF_PEOPLE,
            *OF_PARTNERS,
            *OF_BOOKING,
            *OF_INVITES,
            *OF_ATTENDANCE,
            *OF_COMPLETION,
            *OF_SURVEYS,
            *OF_MATERIALS,
            *OF_REMINDERS,
        ),
        key=lambda example: example.template,
    )
}


def find_examples(room: str, key: str) -> tuple[Example, ...]:
    """The examples of one template; none for a template that nobody knows."""
    return EXAMPLES.get(f"{room}/{key}", ())


def kind_of(example: Example) -> Kind:
    """What is known about the kind of an example's messages."""
    return find_kind(example.kind) or Kind(label=example.template)


# One kind of message with several templates: what each is called.
_LABELS = {
    "reminders/upcoming": "Reminder before a session",
    "reminders/prework": "Reminder of what is to be done before",
    "reminders/deadline": "Reminder before a deadline",
    "reminders/waiting": "Reminder on the waitlist",
    "reminders/after": "Reminder after a session",
    "reminders/coordinating": "Reminder for coordinators",
    "reminders/open-places": "Reminder about places without a name",
}


def label_of(example: Example) -> str:
    """What a template is called: as its kind, or by a name of its own where a kind has several."""
    return _LABELS.get(example.template) or kind_of(example).label

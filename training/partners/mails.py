"""What the messages of this room are shown with before they are sent."""

from training.outbox.rules.examples import NOBODY, Example
from training.outbox.rules.links import SecretLink

_INVITED = {
    "link": SecretLink(path="/invitations/", purpose="invitation", id=NOBODY),
    "partner": "Harbour Crisis Line",
    "asked_by": "Cora Lane",
    "coordinator": False,
    "days": 14,
}
EXAMPLES = (
    Example(template="partners/invitation", kind="invitation", given=_INVITED, case="As a member"),
    Example(
        template="partners/invitation",
        kind="invitation",
        given=_INVITED | {"coordinator": True, "asked_by": ""},
        case="As a coordinator, nobody named",
    ),
)

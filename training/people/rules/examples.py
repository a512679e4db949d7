"""What the messages of this room are shown with before they are sent."""

from training.outbox.rules.examples import NOBODY, Example
from training.outbox.rules.links import SecretLink

EXAMPLES = (
    Example(
        template="people/sign-in",
        kind="sign-in",
        recipient_name="",
        given={"link": SecretLink(path="/sign-in/", purpose="sign-in", id=NOBODY), "minutes": 10},
    ),
)

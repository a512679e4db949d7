"""What the calendar part of a mail answers, in words for a person where nobody can take it. Pure, and never raising."""

from collections.abc import Sequence

from training.ics.replies import Reason, Refused, Reply, read_reply

_WORDS: dict[Reason, str] = {
    "too-large": "Its calendar part is longer than any answer.",
    "not-a-calendar": "Its calendar part is malformed.",
    "not-a-reply": "Its calendar part is no answer.",
    "not-one-event": "It answers several entries at once, or none.",
    "one-of-a-series": "It answers a series, and invitations are no series.",
    "not-one-attendee": "It does not say who answers.",
    "delegated": "Somebody answers for somebody else, or sends somebody else.",
    "no-answer": "It says neither yes, maybe nor no.",
    "no-uid": "It does not say which entry it answers.",
    "no-stamp": "It does not say when it was written.",
    "no-sequence": "Its calendar part is malformed: it does not say which version of the entry it answers.",
}
_METHODS = {
    "counter": "They propose another time. Only whoever plans the session can move it.",
    "refresh": "Their calendar asks to be told once more.",
}


def read_answer(method: str, calendars: Sequence[bytes]) -> Reply | str:
    """The one answer in these calendar parts; or why it cannot be taken, as a sentence.

    The same answer written twice is one. Parts that differ are none: nobody knows which of them counts.
    """
    if said := _METHODS.get(method):
        return said
    read = [read_reply(part) for part in calendars]
    if not read:
        return _WORDS["not-a-calendar"]
    if any(other != read[0] for other in read[1:]):
        return _WORDS["not-one-event"]
    return _WORDS[read[0].reason] if isinstance(read[0], Refused) else read[0]

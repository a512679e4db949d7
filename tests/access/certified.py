"""A certificate of each side's place, in words that tell nobody anything."""

from tests.access.facts import CODES, SIDES, Side, key
from training.base.work import Work
from training.completion.rules.certificates import Said
from training.completion.tables import Certificate


def add_certificates(work: Work) -> None:
    """One for the person with each side's place; none of them has completed it, so no other is issued."""
    for side in SIDES:
        _certificate(work, side)


def _certificate(work: Work, side: Side) -> None:
    session = side.name.split()[0]
    whose = f"learner of {side.partner}" if side.name == "one" else f"member {side.base}"
    work.add(
        Certificate,
        id=key(f"certificate {side.name}"),
        code=CODES[side.name],
        enrollment_id=key(f"enrollment {side.name}"),
        session_id=key(f"session {session}"),
        course_id=key(f"course {side.program}"),
        program_id=key(f"program {side.program}"),
        person_id=key(f"person {whose}"),
        holder="Holder",
        said=Said(title="Title", course="Course", program="Program", issuer="training"),
        issued_at=work.now,
    )

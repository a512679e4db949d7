"""The report of hours as JSON."""

from uuid import UUID

from training.base.structs import Frozen
from training.reports.rules.hours import Hours


class LearnerHoursOut(Frozen, frozen=True, kw_only=True):
    """What people of a partner (null: who came on their own) attended in a program; `people` counts each once."""

    program_id: UUID
    program: str
    partner_id: UUID | None
    partner: str | None
    people: int
    attended: int
    completed: int
    minutes: int


class TrainerHoursOut(Frozen, frozen=True, kw_only=True):
    """What somebody taught in a program."""

    program_id: UUID
    program: str
    trainer_id: UUID
    trainer: str
    meetings: int
    minutes: int


class HoursOut(Frozen, frozen=True, kw_only=True):
    """Hours, in minutes, from the first month to the last, both included (UTC). `people` counts everybody once."""

    first: str
    last: str
    people: int
    attended: int
    completed: int
    learner_minutes: int
    trainer_minutes: int
    learners: list[LearnerHoursOut]
    trainers: list[TrainerHoursOut]

    @classmethod
    def of(cls, hours: Hours) -> "HoursOut":
        """The report as it is told."""
        return cls(
            first=hours.span.first,
            last=hours.span.last,
            people=hours.people,
            attended=hours.attended,
            completed=hours.completed,
            learner_minutes=hours.learner_minutes,
            trainer_minutes=hours.trainer_minutes,
            learners=[
                LearnerHoursOut(**{name: getattr(row, name) for name in LearnerHoursOut.__struct_fields__})
                for row in hours.learners
            ],
            trainers=[
                TrainerHoursOut(
                    program_id=row.program_id,
                    program=row.program,
                    trainer_id=row.person_id,
                    trainer=row.trainer,
                    meetings=row.meetings,
                    minutes=row.minutes,
                )
                for row in hours.trainers
            ],
        )

"""What has happened before a form or a request is sent, by name: only those that need it pay for it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from tests.booking.test_pages.wishes import NIA, mailed
from tests.web.made import World
from tests.web.materials import two_materials, uploaded, withdrawn
from tests.web.supplied import work_on_the_next
from tests.web.surveyed import ask_how_it_was
from training.attendance.actions.contesting import contest_mark
from training.attendance.actions.marking import close_roster, save_all_but
from training.attendance.actions.online import take_list
from training.attendance.actions.self_check_in import switch_self_check_in
from training.attendance.queries.chasing import find_asked
from training.attendance.rules.chasing import by_mail_token
from training.attendance.rules.check_in import SAME_DEVICE, kiosk_token
from training.attendance.rules.contests import Claim
from training.attendance.rules.online_files import read_list
from training.attendance.rules.statuses import Status
from training.attendance.tables import CheckIn
from training.base.database import execute
from training.base.ids import uuid7
from training.base.structs import ANONYMOUS, Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment
from training.booking.actions.declining import note_answers
from training.booking.actions.naming_links import make_naming_link
from training.booking.actions.request import Asking, request_place
from training.booking.rules.check_in import check_in_token
from training.completion.actions.certificates import issue
from training.completion.actions.excepting import except_by_hand
from training.completion.actions.ruling import set_rule
from training.completion.rules.conditions import RuleValues, Scope
from training.completion.rules.excepting import ExceptionValues
from training.inbox.tables import IncomingMail
from training.materials.actions.acknowledging import acknowledge
from training.materials.actions.following import follow
from training.reminders.actions.stopping import stop_reminders
from training.schedule.tables import Session

Facts = dict[str, str]


class Before(Frozen, frozen=True, kw_only=True):
    """The world and what is known of it."""

    works: Works
    world: World
    facts: Facts


async def _open_to_all(before: Before) -> Facts:
    """Anybody may ask for a place."""
    await execute(
        "UPDATE session SET audience = 'public', self_enrollment = {} WHERE id = {}",
        True,
        before.world.scene.session_id,
    )
    return {}


async def _requested(before: Before) -> Facts:
    """A visitor asked for a place and has the link to confirm it."""
    await _open_to_all(before)
    asking = Asking(
        session_id=before.world.scene.session_id, email=NIA, name="Nia New", zone="UTC", client="203.0.113.7"
    )
    await before.works.run(ANONYMOUS, request_place, asking)
    return {"request_token": (await mailed("confirm")).removeprefix("/requests/")}


async def _offered(before: Before) -> Facts:
    """The learner's place is an offer that they have not answered."""
    until = before.works.clock() + timedelta(days=1)
    await execute(
        "UPDATE enrollment SET state = 'offered', keeps_until = {} WHERE id = {}", until, UUID(before.facts["own_id"])
    )
    return {}


async def _declined_in_calendar(before: Before) -> Facts:
    """A calendar said no: the place goes back in half an hour."""
    mailbox, enrollment_id = Viewer.machine("mailbox"), UUID(before.world.ids_for("enrollment_id")[0])
    await before.works.run(mailbox, note_answers, enrollment_id, ["declined"])
    return {}


async def _left_the_queue(before: Before) -> Facts:
    """Somebody who waited has just left."""
    await before.works.run(before.world.scene.coordinator, cancel_enrollment, UUID(before.facts["waiting_id"]))
    return {}


async def _by_oneself(before: Before) -> Facts:
    """The learner came by their own wish."""
    own = UUID(before.facts["own_id"])
    await execute("UPDATE enrollment SET partner_id = NULL, membership_id = NULL WHERE id = {}", own)
    return {}


async def _listing(before: Before) -> Facts:
    """The session lets people of one organization see each other."""
    await execute("UPDATE session SET attendee_list = {} WHERE id = {}", True, before.world.scene.session_id)
    return {}


async def _linked(before: Before) -> Facts:
    """There is a naming link for the open place."""
    made = await before.works.run(before.world.scene.coordinator, make_naming_link, UUID(before.facts["open_place_id"]))
    return {"naming_token": urlsplit(made.url).path.removeprefix("/naming/")}


async def _hybrid(before: Before) -> Facts:
    """The session has places online, too."""
    sql = "UPDATE session SET mode = 'hybrid', capacity_online = 5 WHERE id = {}"
    await execute(sql, before.world.scene.session_id)
    return {}


async def _another_date(before: Before) -> Facts:
    """The course has a second session."""

    async def add(work: Work) -> UUID:
        session_id, starts_at = work.new_id(), work.now + timedelta(days=21)
        ids = {"id": session_id, "program_id": before.world.scene.program_id, "course_id": before.world.scene.course_id}
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "published_at": work.now}
        columns = {"title": "Second date", "state": "published", "capacity_in_person": 3, "created_at": work.now}
        work.add(Session, **ids, **times, **columns)
        return session_id

    return {"other_session_id": str(await before.works.run(before.world.scene.manager, add))}


async def _undelivered(before: Before) -> Facts:
    """A message of the program failed, another one waits."""
    program_id = before.world.scene.program_id
    sql = "SELECT id FROM message WHERE program_id = {} AND kind LIKE 'booking-%' ORDER BY id"
    failed, waiting = [str(row["id"]) for row in await execute(sql, program_id)][:2]
    await execute("UPDATE message SET state = 'failed' WHERE id = {}", UUID(failed))
    return {"failed_id": failed, "mail_id": waiting}


async def _doubtful(before: Before) -> Facts:
    """A mail came in that somebody must look at."""

    async def add(work: Work) -> UUID:
        mail_id = work.new_id()
        work.add(IncomingMail, id=mail_id, source_key="doubtful", received_at=work.now, subject="Doubtful")
        return mail_id

    return {"doubtful_id": str(await before.works.run(before.world.scene.manager, add))}


async def _scheduled(before: Before) -> Facts:
    """The announcement waits for its time."""
    at = before.works.clock() + timedelta(days=1)
    await execute("UPDATE announcement SET state = 'scheduled', send_at = {}", at)
    return {}


async def _reminded(before: Before) -> Facts:
    """Somebody with a place has reminders to come."""
    sql = "SELECT person_id FROM enrollment WHERE state = 'enrolled' AND session_id = {} ORDER BY id LIMIT 1"
    rows = await execute(sql, before.world.scene.session_id)
    await execute("UPDATE person SET quiet_from = '', quiet_until = ''")
    return {"reminded_id": str(rows[0]["person_id"])}


async def _stopped(before: Before) -> Facts:
    """Their reminders were stopped."""
    facts, scene = await _reminded(before), before.world.scene
    await before.works.run(scene.manager, stop_reminders, scene.session_id, UUID(facts["reminded_id"]))
    return facts


async def _on_the_day(before: Before) -> Facts:
    """The first meeting began ten minutes ago."""
    now, scene = before.works.clock(), before.world.scene
    begun, over = now - timedelta(minutes=10), now + timedelta(hours=2)
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}", begun, over, scene.meeting_ids[0])
    await execute("UPDATE session SET starts_at = {}, ends_at = {} WHERE id = {}", begun, over, scene.session_id)
    return {}


async def _one_more_meeting(before: Before) -> Facts:
    """A meeting that nobody has come to know yet."""
    spare_id, scene = uuid7(before.works.clock(), 1), before.world.scene
    await execute(
        "INSERT INTO meeting (id, session_id, number, title, local_start, local_end, zone, start_fold, end_fold,"
        " starts_at, ends_at, link, sequence, changed_at) SELECT {}, session_id, 9, title, local_start, local_end,"
        " zone, start_fold, end_fold, starts_at, ends_at, link, sequence, changed_at FROM meeting WHERE id = {}",
        *(spare_id, scene.meeting_ids[0]),
    )
    return {"spare_meeting_id": str(spare_id)}


async def _recorded(before: Before) -> Facts:
    """Everybody was present at the first meeting, which goes on."""
    facts = await _on_the_day(before)
    await before.works.run(before.world.scene.manager, save_all_but, before.world.scene.meeting_ids[0], ())
    return facts


async def _ruled(before: Before) -> Facts:
    """The program, the course and the session each say what it takes to complete."""
    scene = before.world.scene
    of = ((Scope.PROGRAM, scene.program_id), (Scope.COURSE, scene.course_id), (Scope.SESSION, scene.session_id))
    for scope, key in of:
        await before.works.run(scene.manager, set_rule, scope, key, RuleValues(meetings_needed=1))
    return {}


async def _decided_by_hand(before: Before) -> Facts:
    """Somebody decided by hand that the learner completed it."""
    values, own = ExceptionValues(completed=True, reason="Made up for it"), UUID(before.facts["own_id"])
    await before.works.run(before.world.scene.manager, except_by_hand, own, values)
    return {}


async def _closed_roster(before: Before) -> Facts:
    """The roster of the first meeting is closed."""
    facts = await _recorded(before)
    await before.works.run(before.world.scene.manager, close_roster, before.world.scene.meeting_ids[0])
    return facts


async def _to_look_at(before: Before) -> Facts:
    """The learner checked in with a device that somebody else had used."""
    facts, scene = await _on_the_day(before), before.world.scene

    async def come(work: Work) -> UUID:
        work.add(
            CheckIn, id=(key := work.new_id()), meeting_id=scene.meeting_ids[0],
            enrollment_id=UUID(before.facts["own_id"]), way="code", at=work.now, doubtful="Somebody else's device.",
        )  # fmt: skip
        return key

    return facts | {"check_in_id": str(await before.works.run(scene.manager, come))}


async def _checking_in(before: Before) -> Facts:
    """People check in themselves at the first meeting, and one of them has to be looked at."""
    await _on_the_day(before)
    meeting_id, own_id, works = before.world.scene.meeting_ids[0], UUID(before.facts["own_id"]), before.works
    switched = await works.run(before.world.scene.manager, switch_self_check_in, meeting_id, on=True)
    key = works.site.secret_key
    rows = await execute("SELECT id FROM enrollment WHERE state = 'enrolled' AND id <> {} ORDER BY id", own_id)

    async def add(work: Work) -> UUID:
        check_in_id, at = work.new_id(), {"way": "code", "at": work.now, "doubtful": SAME_DEVICE}
        work.add(CheckIn, id=check_in_id, meeting_id=meeting_id, enrollment_id=rows[0]["id"], **at)
        return check_in_id

    return {
        "word": switched.word,
        "code_token": check_in_token(key, own_id, 1),
        "kiosk_token": kiosk_token(key, meeting_id, switched.code_generation),
        "check_in_id": str(await works.run(before.world.scene.manager, add)),
    }


async def _listed_online(before: Before) -> Facts:
    """The list of participants of the first meeting is being matched."""
    facts, scene = await _on_the_day(before), before.world.scene
    read = read_list(b"Name,Minutes\nNorthern Line 0,60\n")
    list_id = await before.works.run(scene.manager, take_list, scene.meeting_ids[0], read, "")
    return facts | {"list_id": str(list_id)}


async def _contested(before: Before) -> Facts:
    """Whoever has the own place says that their mark in the closed roster is wrong."""
    facts, scene = await _closed_roster(before), before.world.scene
    claim = Claim(meeting_id=scene.meeting_ids[0], claims=Status.LATE)
    learner = Viewer(person_id=scene.people[0])
    contest_id = await before.works.run(learner, contest_mark, UUID(before.facts["own_id"]), claim)
    return facts | {"contest_id": str(contest_id)}


async def _completed(before: Before) -> Facts:
    """Whoever has the own place has completed the session."""
    done = "UPDATE enrollment SET state = 'completed', completed_at = {} WHERE id = {}"
    await execute(done, before.works.clock(), UUID(before.facts["own_id"]))
    return {}


async def _certified(before: Before) -> Facts:
    """The same, and has a certificate."""
    await _completed(before)
    await before.works.run(before.world.scene.manager, issue, [UUID(before.facts["own_id"])])
    (row,) = await execute("SELECT code FROM certificate")
    return {"certificate_code": row["code"]}


async def _asked_for_roster(before: Before) -> Facts:
    """Whoever teaches the first meeting, on which nobody but the own place is, has the link that closes its roster."""
    facts, scene = await _on_the_day(before), before.world.scene
    await execute("UPDATE enrollment SET state = 'removed' WHERE id <> {}", UUID(before.facts["own_id"]))
    key, person_id = UUID("30000000-0000-7000-8000-000000000000"), scene.people[9]
    await execute(
        "INSERT INTO trainer_assignment (id, session_id, meeting_id, person_id, role) VALUES ({}, {}, {}, {}, 'lead')",
        *(key, scene.session_id, scene.meeting_ids[0], person_id),
    )
    asked = await find_asked(key)
    assert asked is not None
    return facts | {"roster_token": by_mail_token(before.works.site.secret_key, asked)}


async def _surveyed(before: Before) -> Facts:
    """Whoever has the own place was there and is asked how it was."""
    token = await ask_how_it_was(before.works, before.world.scene, UUID(before.facts["own_id"]))
    return {"survey_token": token}


async def _next_version(before: Before) -> Facts:
    """The next version of the session's material is being worked on."""
    return await work_on_the_next(before.works, before.world.scene)


async def _to_go_through(before: Before) -> Facts:
    """The session has something that is to be gone through before."""
    (row,) = await execute("SELECT id FROM material WHERE session_id = {}", before.world.scene.session_id)
    return {"material_id": str(row["id"])}


async def _gone_through(before: Before) -> Facts:
    """Whoever has the own place went through it."""
    facts = await _to_go_through(before)
    await before.works.run(await _whose(before), acknowledge, UUID(before.facts["own_id"]), UUID(facts["material_id"]))
    return facts


async def _following(before: Before) -> Facts:
    """Whoever has the own place wants to hear when its materials change."""
    await before.works.run(await _whose(before), follow, UUID(before.facts["own_id"]))
    return {}


async def _whose(before: Before) -> Viewer:
    """Whoever has the own place."""
    (row,) = await execute("SELECT person_id FROM enrollment WHERE id = {}", UUID(before.facts["own_id"]))
    return Viewer(person_id=UUID(str(row["person_id"])))


_SITUATIONS: dict[str, Callable[[Before], Awaitable[Facts]]] = {
    "open_to_all": _open_to_all,
    "requested": _requested,
    "offered": _offered,
    "declined_in_calendar": _declined_in_calendar,
    "left_the_queue": _left_the_queue,
    "by_oneself": _by_oneself,
    "listing": _listing,
    "linked": _linked,
    "hybrid": _hybrid,
    "scheduled": _scheduled,
    "reminded": _reminded,
    "stopped": _stopped,
    "another_date": _another_date,
    "undelivered": _undelivered,
    "doubtful": _doubtful,
    "on_the_day": _on_the_day,
    "one_more_meeting": _one_more_meeting,
    "checking_in": _checking_in,
    "recorded": _recorded,
    "closed_roster": _closed_roster,
    "contested": _contested,
    "listed_online": _listed_online,
    "completed": _completed,
    "ruled": _ruled,
    "decided_by_hand": _decided_by_hand,
    "certified": _certified,
    "asked_for_roster": _asked_for_roster,
    "to_look_at": _to_look_at,
    "surveyed": _surveyed,
    "next_version": _next_version,
    "to_go_through": _to_go_through,
    "gone_through": _gone_through,
    "following": _following,
    "two_materials": lambda before: two_materials(before.works, before.world.scene),
    "withdrawn": lambda before: withdrawn(before.works, before.world.scene),
    "uploaded": lambda before: uploaded(before.works, before.world.scene),
    "uploaded for the course": lambda before: uploaded(before.works, before.world.scene, for_course=True),
}


async def happened(name: str, works: Works, world: World, facts: Facts) -> Facts:
    """The facts with what is known after a situation came about; the same ones when nothing had to."""
    return facts | await _SITUATIONS[name](Before(works=works, world=world, facts=facts)) if name else facts

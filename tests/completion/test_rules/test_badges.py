"""Badges: what the specification asks for, and what a verifier of other people says of them."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.completion.verifying import Asked, judge
from training.completion.rules.badges import CONTEXTS, credential_quads, issuer_of, make_badge, status_of
from training.completion.rules.certificates import Certificate, Said

KEY, BASE = "a key for tests only", "https://training.example.org"
ISSUED = datetime(2026, 5, 20, 9, 30, 15, 250_000, tzinfo=UTC)
SAID = Said(
    title="Safe messaging in a crisis",
    course="Safe messaging",
    program="Awareness Month",
    issuer="Harbour Training",
    zone="Europe/Dublin",
    starts_at=datetime(2026, 5, 18, 9, tzinfo=UTC),
    ends_at=datetime(2026, 5, 19, 11, tzinfo=UTC),
    completed_at=ISSUED,
    minutes=150,
    trainers=("Tara Quill", "Ari Berg"),
)
ADA = Certificate(
    id=UUID("019e4000-0000-7000-8000-000000000001"),
    code="QX4M-7TRP-HA",
    enrollment_id=UUID(int=2),
    session_id=UUID(int=3),
    course_id=UUID("019e4000-0000-7000-8000-000000000004"),
    program_id=UUID(int=5),
    person_id=UUID(int=6),
    holder="Ada Brown",
    said=SAID,
    edition=1,
    issued_at=ISSUED,
    valid_until=ISSUED + timedelta(days=730),
    revoked_at=None,
    revoked_reason="",
    replaced_by=None,
    version=1,
)
HOSTILE = 'Ada "<b>" O\'Neil \\n \u007f \u0301\u200f 😀 {}_:c14n0 <x> .'
NAMES = ("Zoë Ångström", "Олександра Коваль", "Ἑλένη Παπαδοπούλου", "ليلى الخطيب", "נועה לוי", "अनन्या शर्मा", HOSTILE)
NOW = ISSUED + timedelta(days=1)


def badge_of(certificate: Certificate = ADA) -> dict[str, Any]:
    # As it is read again from a file.
    return dict(json.loads(json.dumps(make_badge(certificate, BASE, KEY))))


def asked(badge: dict[str, Any], certificate: Certificate = ADA, now: datetime = NOW) -> Asked:
    return Asked(badge=badge, list=status_of(certificate, now, BASE, KEY), now=now)


@pytest.mark.parser("badges")
def test_others_accept_it_and_read_the_same_statements() -> None:
    bare = replace(SAID, starts_at=None, ends_at=None, trainers=(), minutes=0, completed_at=None)
    shapes = [ADA, replace(ADA, said=bare, valid_until=None), *(replace(ADA, holder=name) for name in NAMES)]
    shapes += [replace(ADA, said=replace(SAID, title=HOSTILE, issuer=HOSTILE, trainers=(HOSTILE,)))]
    verdicts = judge([asked(badge_of(one)) for one in shapes])
    assert [(one.verified, one.why) for one in verdicts] == [(True, "")] * len(shapes)
    assert [one.quads for one in verdicts] == [credential_quads(badge_of(one)) for one in shapes]


def changed(badge: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    other = deepcopy(badge)
    change(other)
    assert other != badge
    return other


OTHER_METHOD = "{}#{}".format(issuer_of(KEY * 2), issuer_of(KEY * 2).removeprefix("did:key:"))
# One letter, or one statement: whatever of it is changed, the proof no longer fits.
FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "holder": lambda b: b["credentialSubject"]["identifier"][0].update(identityHash="Ada Browm"),
    "title": lambda b: b.update(name="Safe messaging in a crisic"),
    "achievement": lambda b: b["credentialSubject"]["achievement"].update(name="Something else"),
    "criteria": lambda b: b["credentialSubject"]["achievement"]["criteria"].update(narrative="Nothing."),
    "subject": lambda b: b["credentialSubject"].update(id="urn:uuid:019e4000-0000-7000-8000-000000000002"),
    "issuer": lambda b: b["issuer"].update(name="Harbour Training!"),
    "from": lambda b: b.update(validFrom="2026-05-20T09:30:14Z"),
    "until": lambda b: b.update(validUntil="2038-05-19T09:30:15Z"),
    "until for good": lambda b: b.pop("validUntil"),
    "ended": lambda b: b["credentialSubject"].update(activityEndDate="2026-05-19T11:00:01Z"),
    "status": lambda b: b.pop("credentialStatus"),
    "created": lambda b: b["proof"].update(created="2026-05-20T09:30:16Z"),
    "proof": lambda b: b["proof"].update(proofValue=b["proof"]["proofValue"][:-1] + "1"),
    "another key": lambda b: b["proof"].update(verificationMethod=OTHER_METHOD),
    "a statement more": lambda b: b["credentialSubject"].update(role="Trainer"),
    "no proof": lambda b: b.pop("proof"),
}


@pytest.mark.parser("badges")
def test_others_refuse_what_was_changed() -> None:
    badge = badge_of()
    verdicts = judge([asked(badge), *(asked(changed(badge, change)) for change in FORGERIES.values())])
    assert verdicts[0].verified
    assert [name for name, one in zip(FORGERIES, verdicts[1:], strict=True) if one.verified] == []


@pytest.mark.parser("badges")
def test_others_refuse_what_is_over() -> None:
    badge = badge_of()
    revoked, replaced = replace(ADA, revoked_at=NOW), replace(ADA, replaced_by=UUID(int=9))
    late = ISSUED + timedelta(days=731)
    early = ISSUED - timedelta(days=1)
    verdicts = judge(
        [asked(badge, revoked), asked(badge, replaced), asked(badge, now=late), asked(badge, now=early), asked(badge)]
    )
    assert [one.verified for one in verdicts] == [False, False, False, False, True]


def test_its_shape_is_what_the_specification_asks_for() -> None:
    badge = badge_of()
    # VC 2.0 and OB 3.0: these contexts first and in this order; required members; types by their names.
    assert badge["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert tuple(badge["@context"]) == CONTEXTS
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert {"id", "name", "issuer", "validFrom", "credentialSubject", "proof"} <= badge.keys()
    assert badge["id"] == f"{BASE}/certificates/QX4M-7TRP-HA"
    assert badge["validFrom"] == "2026-05-20T09:30:15Z"
    assert badge["validUntil"] == "2028-05-19T09:30:15Z"
    issuer = badge["issuer"]
    assert issuer["type"] == ["Profile"]
    assert issuer["id"].startswith("did:key:z6Mk")
    subject = badge["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert subject["id"] == f"urn:uuid:{ADA.id}"
    assert subject["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "Ada Brown", "identityType": "name"}
    ]
    achievement = subject["achievement"]
    assert achievement["type"] == ["Achievement"]
    assert {"id", "name", "description", "criteria"} <= achievement.keys()
    assert achievement["criteria"]["narrative"] == (
        "Took part in “Safe messaging in a crisis” and completed it, from 18 to 19 May 2026, 2 h 30 min,"
        " taught by Tara Quill, Ari Berg."
    )
    assert badge["credentialStatus"] == {"id": f"{badge['id']}/status.json", "type": "1EdTechRevocationList"}
    proof = badge["proof"]
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof",
        "eddsa-rdfc-2022",
        "assertionMethod",
    )
    assert proof["verificationMethod"] == f"{issuer['id']}#{issuer['id'].removeprefix('did:key:')}"
    assert proof["proofValue"].startswith("z")


def test_it_holds_no_address_and_nothing_of_the_partner() -> None:
    text = json.dumps(badge_of())
    for hidden in ("@example", "sha256", str(ADA.person_id), str(ADA.enrollment_id), "mailto"):
        assert hidden not in text


def test_the_same_certificate_gives_the_same_badge_and_another_key_another_issuer() -> None:
    assert badge_of() == badge_of()
    assert issuer_of(KEY) != issuer_of(KEY + "!")


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        make_badge(ADA, BASE, "short")


def test_the_list_of_one_badge_names_no_other_and_no_reason() -> None:
    good = status_of(ADA, NOW, BASE, KEY)
    assert good["revokedCredentials"] == []
    revoked = status_of(replace(ADA, revoked_at=NOW, revoked_reason="Private"), NOW, BASE, KEY)
    assert revoked["revokedCredentials"] == [{"id": f"{BASE}/certificates/QX4M-7TRP-HA", "revoked": True}]
    assert "Private" not in json.dumps(revoked)

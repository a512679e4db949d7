"""Certificates as Open Badges 3.0: verifiable credentials signed with eddsa-rdfc-2022 (docs/decisions/0019). Pure.

What is signed is not the JSON but the statements in it, written as canonical N-Quads. Our badges always have the same
shape with at most one thing that has no name (the holder's name as an IdentityObject), so the general algorithm for
naming such things is not needed: the only one is _:c14n0. The tests compare with an implementation of others.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training.completion.rules.certificates import Certificate, Standing, hours_words, path_of, span_words
from training.outbox.rules.links import SHORTEST_KEY

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
MEDIA_TYPE = "application/vc"
"""What the data model of verifiable credentials calls such a file."""
_SUITE = "eddsa-rdfc-2022"
_PURPOSE = b"open badges, ed25519, 1"
# In front of a public key of Ed25519 (multicodec 0xed as a varint).
_KEY_PREFIX = b"\xed\x01"
_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_VC = "https://www.w3.org/2018/credentials#"
_SCHEMA = "https://schema.org/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_XSD_OF_1EDTECH = "https://www.w3.org/2001/XMLSchema#"
_SECURITY = "https://w3id.org/security#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STATUS = "https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList"
_UNNAMED = "_:c14n0"
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
_CONTROLS = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}


def issuer_of(secret_key: str) -> str:
    """Who signs the badges of an installation: a did:key, the public half of a key derived from its secret.

    Raises ValueError when the installation has no key worth the name: everybody could then sign.
    """
    public = _signer(secret_key).public_key().public_bytes_raw()
    return f"did:key:{_multibase(_KEY_PREFIX + public)}"


def make_badge(certificate: Certificate, base_url: str, secret_key: str) -> dict[str, Any]:
    """A certificate as a signed OpenBadgeCredential. The same certificate always gives the same badge.

    It says the holder's name, and no address, not even as a hash: that would tell everybody who guesses it.
    """
    issuer = issuer_of(secret_key)
    credential = _credential(certificate, base_url, issuer)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": _instant(certificate.issued_at),
        "verificationMethod": f"{issuer}#{issuer.removeprefix('did:key:')}",
        "proofPurpose": "assertionMethod",
    }
    hashed = _sha256(proof_quads(proof)) + _sha256(credential_quads(credential))
    return {**credential, "proof": {**proof, "proofValue": _multibase(_signer(secret_key).sign(hashed))}}


def status_of(certificate: Certificate, now: datetime, base_url: str, secret_key: str) -> dict[str, Any]:
    """The 1EdTech revocation list of one badge: its own, so that asking about one names no other.

    It says that it is no longer good and not why. What expired says so itself.
    """
    over = certificate.standing(now) in (Standing.REVOKED, Standing.REPLACED)
    address = base_url + path_of(certificate.code)
    return {
        "id": f"{address}/status.json",
        "issuer": issuer_of(secret_key),
        "revokedCredentials": [{"id": address, "revoked": True}] if over else [],
    }


def _credential(certificate: Certificate, base_url: str, issuer: str) -> dict[str, Any]:
    said, address = certificate.said, base_url + path_of(certificate.code)
    subject: dict[str, Any] = {
        "id": f"urn:uuid:{certificate.id}",
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": certificate.holder, "identityType": "name"}
        ],
    }
    if said.starts_at and said.ends_at:
        subject |= {"activityStartDate": _instant(said.starts_at), "activityEndDate": _instant(said.ends_at)}
    subject["achievement"] = {
        "id": f"urn:uuid:{certificate.course_id}",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": said.title,
        "description": f"{said.course}, {said.program}",
        "inLanguage": said.language,
        "criteria": {"id": f"{address}#criteria", "narrative": narrative_of(certificate)},
    }
    credential: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": said.title,
        "issuer": {"id": issuer, "type": ["Profile"], "name": said.issuer, "url": base_url},
        "validFrom": _instant(certificate.issued_at),
        "credentialSubject": subject,
        "credentialStatus": {"id": f"{address}/status.json", "type": "1EdTechRevocationList"},
    }
    if certificate.valid_until:
        credential["validUntil"] = _instant(certificate.valid_until)
    return credential


def narrative_of(certificate: Certificate) -> str:
    """What was asked for it, in one sentence of English: what, when, how long, by whom."""
    said = certificate.said
    parts = [f"Took part in “{said.title}” and completed it"]
    if said.starts_at and said.ends_at:
        when = span_words(said.starts_at, said.ends_at, said.zone)
        parts.append(f"from {when}" if " to " in when else f"on {when}")
    if said.minutes:
        parts.append(hours_words(said.minutes))
    if said.trainers:
        parts.append(f"taught by {', '.join(said.trainers)}")
    return ", ".join(parts) + "."


def credential_quads(credential: Mapping[str, Any]) -> str:
    """What a credential of our shape says, as canonical N-Quads."""
    subject, issuer, status = (credential[key] for key in ("credentialSubject", "issuer", "credentialStatus"))
    identity, achievement = subject["identifier"][0], subject["achievement"]
    own, to, by, of = (_named(thing["id"]) for thing in (credential, subject, issuer, achievement))
    criteria, list_of_revoked = _named(achievement["criteria"]["id"]), _named(status["id"])
    quads = [
        (own, _TYPE, _named(f"{_VC}VerifiableCredential")),
        (own, _TYPE, _named(f"{_OB}OpenBadgeCredential")),
        (own, f"{_SCHEMA}name", _text(credential["name"])),
        (own, f"{_VC}issuer", by),
        (own, f"{_VC}validFrom", _typed(credential["validFrom"], f"{_XSD}dateTime")),
        (own, f"{_VC}credentialSubject", to),
        (own, f"{_VC}credentialStatus", list_of_revoked),
        (list_of_revoked, _TYPE, _named(_STATUS)),
        (by, _TYPE, _named(f"{_OB}Profile")),
        (by, f"{_SCHEMA}name", _text(issuer["name"])),
        (by, f"{_SCHEMA}url", _typed(issuer["url"], f"{_XSD_OF_1EDTECH}anyURI")),
        (to, _TYPE, _named(f"{_OB}AchievementSubject")),
        (to, f"{_OB}achievement", of),
        (to, f"{_OB}identifier", _UNNAMED),
        (_UNNAMED, _TYPE, _named(f"{_OB}IdentityObject")),
        (_UNNAMED, f"{_OB}hashed", _typed("false", f"{_XSD_OF_1EDTECH}boolean")),
        (_UNNAMED, f"{_OB}identityHash", _text(identity["identityHash"])),
        (_UNNAMED, f"{_OB}identityType", _text(identity["identityType"])),
        (of, _TYPE, _named(f"{_OB}Achievement")),
        (of, f"{_OB}achievementType", _text(achievement["achievementType"])),
        (of, f"{_SCHEMA}name", _text(achievement["name"])),
        (of, f"{_SCHEMA}description", _text(achievement["description"])),
        (of, f"{_SCHEMA}inLanguage", _text(achievement["inLanguage"])),
        (of, f"{_OB}Criteria", criteria),
        (criteria, f"{_OB}narrative", _text(achievement["criteria"]["narrative"])),
    ]
    if "validUntil" in credential:
        quads.append((own, f"{_VC}validUntil", _typed(credential["validUntil"], f"{_XSD}dateTime")))
    for name in ("activityStartDate", "activityEndDate"):
        if name in subject:
            quads.append((to, f"{_OB}{name}", _typed(subject[name], f"{_XSD_OF_1EDTECH}date")))
    return _canonical(quads)


def proof_quads(proof: Mapping[str, str]) -> str:
    """What a proof of ours says before its value is known, as canonical N-Quads."""
    return _canonical(
        [
            (_UNNAMED, _TYPE, _named(f"{_SECURITY}DataIntegrityProof")),
            (_UNNAMED, "http://purl.org/dc/terms/created", _typed(proof["created"], f"{_XSD}dateTime")),
            (_UNNAMED, f"{_SECURITY}cryptosuite", _typed(proof["cryptosuite"], f"{_SECURITY}cryptosuiteString")),
            (_UNNAMED, f"{_SECURITY}proofPurpose", _named(f"{_SECURITY}{proof['proofPurpose']}")),
            (_UNNAMED, f"{_SECURITY}verificationMethod", _named(proof["verificationMethod"])),
        ]
    )


def _canonical(quads: Sequence[tuple[str, str, str]]) -> str:
    return "".join(sorted({f"{subject} <{predicate}> {what} .\n" for subject, predicate, what in quads}))


def _named(address: str) -> str:
    return f"<{address}>"


def _text(words: str) -> str:
    return f'"{words.translate(_CONTROLS | _ESCAPES)}"'


def _typed(value: str, kind: str) -> str:
    return f"{_text(value)}^^<{kind}>"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _signer(secret_key: str) -> Ed25519PrivateKey:
    if len(secret_key) < SHORTEST_KEY:
        raise ValueError(f"TRAINING_SECRET_KEY must be set to at least {SHORTEST_KEY} characters")
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret_key.encode(), _PURPOSE, "sha256"))


def _multibase(data: bytes) -> str:
    """Bytes in base 58 as Bitcoin writes it, behind the z that says so."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _DIGITS[rest] + digits
    return "z" + _DIGITS[0] * (len(data) - len(data.lstrip(b"\0"))) + digits

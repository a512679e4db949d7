"""Device passwords: one for each calendar program, easy to type, shown once. They read calendars and nothing else."""

import base64
import binascii
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from training.base.errors import Conflict, Invalid, TooMany
from training.base.structs import Frozen

# No letter or digit that looks like another: these are typed from one screen into another.
DEVICE_LETTERS = "abcdefghjkmnpqrstuvwxyz234679"
# 24 of 29 letters are more than 116 bits: nobody guesses one, at whatever speed.
_LETTERS = 24
_GROUP = 4
MOST_DEVICES = 20
MOST_DEVICE_LABEL = 80
# Being used is written down at most this often, so that polling does not write.
DEVICE_USED_EVERY = timedelta(minutes=15)
WRONG_PASSWORDS_PER_ACCOUNT = 30
WRONG_PASSWORDS_PER_CLIENT = 60
_MOST_HEADER = 1000
# Where calendar programs begin; handed to people together with the password.
DAV_PATH = "/dav/"


class TooManyDevices(Conflict):
    """There are 20 device passwords already. Please revoke those that no device uses any more."""

    code = "too-many-devices"


class TooManyWrongPasswords(TooMany):
    """Many wrong device passwords came in a short time. Please put the right one into your calendar program."""

    code = "too-many-wrong-passwords"


class DeviceRecord(Frozen, frozen=True, kw_only=True):
    """A device password as its owner sees it. Holds no secret. `owner` is a name, or the address without one."""

    id: UUID
    person_id: UUID
    owner: str
    label: str
    created_at: datetime
    last_used_at: datetime | None
    last_used_by: str
    revoked_at: datetime | None

    @property
    def works(self) -> bool:
        """Whether it opens anything, as far as the password itself goes."""
        return self.revoked_at is None


class Basic(Frozen, frozen=True, kw_only=True):
    """What a program gave to get in: a name and a password as they were typed."""

    name: str
    password: str

    def __repr__(self) -> str:
        """Without the password: a representation ends up in tracebacks and logs."""
        return "Basic()"


def new_device_password() -> str:
    """A fresh password in groups of four: "k7mx-rt4p-..."."""
    letters = "".join(secrets.choice(DEVICE_LETTERS) for _ in range(_LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def typed_password(text: str) -> str:
    """A password as it may be typed: without the dashes, with blanks, in capitals; as it was made."""
    letters = "".join(text.replace("-", "").split()).lower()
    if len(letters) != _LETTERS:
        return text
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def checked_label(text: str) -> str:
    """What a device is called, on one line. Raises Invalid naming the field."""
    label = " ".join(text.split())
    if not 1 <= len(label) <= MOST_DEVICE_LABEL:
        raise Invalid(fields={"label": f"Say which device it is for, in at most {MOST_DEVICE_LABEL} characters."})
    return label


def read_basic(header: str) -> Basic | None:
    """The name and password of an Authorization header (RFC 7617, UTF-8); None for anything else."""
    scheme, _, coded = header[:_MOST_HEADER].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return Basic(name=name, password=password) if colon else None

"""Rules of the inbox: what a raw mail says, what it is, and whose word is believed. Pure, and never raising."""

from training.inbox.rules.events import judge_event
from training.inbox.rules.mails import MOST_BYTES, Complaint, Mail, Report, line, read_mail
from training.inbox.rules.signatures import TOLERANCE, SignatureWrong, check_signature, signature
from training.inbox.rules.verdicts import MailKind, MailState, SettledAlready, Verdict, judge

__all__ = [
    "MOST_BYTES",
    "TOLERANCE",
    "Complaint",
    "Mail",
    "MailKind",
    "MailState",
    "Report",
    "SettledAlready",
    "SignatureWrong",
    "Verdict",
    "check_signature",
    "judge",
    "judge_event",
    "line",
    "read_mail",
    "signature",
]

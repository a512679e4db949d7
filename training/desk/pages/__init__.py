"""Pages of the desk: the board, a session for those who run it, moves, cancelling, removing, giving a place,
people, messages, mail that came in."""

from training.desk.pages.board import BoardPages
from training.desk.pages.cancel import CancelSessionPages
from training.desk.pages.give import GivePages
from training.desk.pages.inbox import InboxPages
from training.desk.pages.mail_templates import MailTemplatePages
from training.desk.pages.messages import MessagePages, ToldPages
from training.desk.pages.move import MovePages
from training.desk.pages.people import PeoplePages
from training.desk.pages.remove import RemovePages
from training.desk.pages.session import ManagedSessionPages
from training.desk.pages.teaching import ManagedTeachingPages

CONTROLLERS = (
    BoardPages,
    ManagedSessionPages,
    MovePages,
    CancelSessionPages,
    RemovePages,
    GivePages,
    PeoplePages,
    MailTemplatePages,
    InboxPages,
    MessagePages,
    ToldPages,
    ManagedTeachingPages,
)

"""Pages of the desk: the board, a session as those see it who run it, moving, cancelling, removing, people."""

from training.desk.pages.board import BoardPages
from training.desk.pages.cancel import CancelSessionPages
from training.desk.pages.move import MovePages
from training.desk.pages.people import PeoplePages
from training.desk.pages.remove import RemovePages
from training.desk.pages.session import ManagedSessionPages

CONTROLLERS = (
    BoardPages,
    ManagedSessionPages,
    MovePages,
    CancelSessionPages,
    RemovePages,
    PeoplePages,
)

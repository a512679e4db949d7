"""Pages of invites: the address that every entry carries for joining."""

from training.invites.pages.join import JoinPages

CONTROLLERS = (JoinPages,)

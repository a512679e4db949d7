"""Pages of invites: the address that every entry carries for joining."""

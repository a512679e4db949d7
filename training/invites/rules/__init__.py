"""Rules of invites: what a calendar should say, what it was told, what follows from the difference. Pure."""

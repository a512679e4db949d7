"""Rules of reminders: which plans hold, what follows from them for whom and when, and what is left to be done. Pure."""

"""With which messages invites go along, so that one change is one mail. Pure."""

ENDINGS = frozenset({"booking-cancelled", "booking-session-cancelled"})
"""Messages that tell that something ended: only a withdrawal goes with them."""
BEGINNINGS = frozenset(
    {
        "booking-enrolled",
        "booking-promoted",
        "booking-moved",
        "booking-moved-over",
        "booking-mode-changed",
        "booking-restored",
        "booking-session-confirmed",
    }
)
"""Messages that tell of a place as it is: the entry goes with them, and only a change of meetings withdraws one."""
ALONG = ENDINGS | BEGINNINGS
OWN = frozenset({"invite-new", "invite-update", "invite-withdrawn"})
"""Messages about nothing but the calendar."""

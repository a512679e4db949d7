"""Sessions, places, invites and materials for the partner organizations of a training program."""

__version__ = "0.1.0"

"""What this room writes to people: template keys and frozen values."""

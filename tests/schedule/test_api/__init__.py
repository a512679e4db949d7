"""The schedule as JSON."""

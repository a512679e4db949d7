"""The verbs of completion."""

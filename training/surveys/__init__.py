"""Surveys after a session: asked of those who were present, answered without a name, shown from a minimum count on.

Who answered and what was answered are kept apart: no row joins them, and answers carry neither a person nor a time.
"""

"""A short film with captions in two languages, made by `tests/film.py`."""

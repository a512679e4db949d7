"""Every page looked at, as everybody who gets in: on a phone, a tablet and a desk, light and dark, with names that are
long, foreign or hostile, with nothing, one and thousands of rows. `python -m tests.looks` takes the pictures.

What is visited comes from the declarations in `tests/access/routes/`, so a new page is looked at without another word.
"""

"""`training import`: a group, one command per kind of file."""

import click


@click.group("import")
def imports() -> None:
    """Read a file of sessions into a program."""

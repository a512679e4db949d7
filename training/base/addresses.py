"""Addresses of our own pages, as far as they come from outside: where to go back to."""

# A page may say in its address what is looked at; what goes between people and us may refuse more.
LONGEST = 8_000


def local_path(path: str, default: str = "/") -> str:
    """`path` when it is a local absolute path, else `default`: never a way to another site.

    A browser drops tabs and line breaks and reads a backslash as a slash, so anything but plain printable ASCII is
    refused; so are "//host" and more than 8,000 characters.
    """
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path
    local = path.startswith("/") and not path.startswith("//") and len(path) <= LONGEST
    return path if plain and local else default

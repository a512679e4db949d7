"""Addresses of our own pages, as far as they come from outside: where to go back to."""


def local_path(path: str, default: str = "/") -> str:
    """`path` when it is a local absolute path, else `default`: never a way to another site.

    A browser drops tabs and line breaks and reads a backslash as a slash, so anything but plain printable ASCII is
    refused; so are "//host" and more than 500 characters.
    """
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path
    local = path.startswith("/") and not path.startswith("//") and len(path) <= 500
    return path if plain and local else default

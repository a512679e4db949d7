"""Whether we can listen somewhere."""

import errno
import socket

from training.cli.saying import Failed

_HIGHEST = 65535


class PortTaken(Failed):
    """Another program listens there."""


def check_port(host: str, port: int) -> None:
    """Raise PortTaken or Failed when we cannot listen there. The server itself would share somebody else's port."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            # A port whose last connections are only fading away is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"Port {port} of {host} is in use by another program. Choose another: --port.") from error
        raise Failed(f"We cannot listen on port {port} of {host}: {error.strerror or error}.") from error


def free_port(host: str, first: int) -> int:
    """The first port from `first` on where we can listen. Raises PortTaken when there is none."""
    port = first
    while True:
        try:
            check_port(host, port)
        except PortTaken:
            if port == _HIGHEST:
                raise
            port += 1
        else:
            return port

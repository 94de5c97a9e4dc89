"""TCP ports that Because wants to listen on."""

from __future__ import annotations

import socket

from serving.errors import PortInUse


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True if a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Like the servers themselves: a connection that still lingers in TIME_WAIT does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(port: int, what: str, advice: str, host: str = "127.0.0.1") -> None:
    """Check that ``what`` can listen on the port.

    Raises:
        PortInUse: with one line that names the port and gives the advice.
    """
    if not is_free(port, host):
        raise PortInUse(f"Port {port}, where {what} should listen, is in use; stop the program that holds it{advice}.")

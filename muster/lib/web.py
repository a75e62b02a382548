"""Asking a web server of this machine whether it is well."""

import http.client

from muster.lib import ports


def answers_well(port: int, path: str, *, seconds: float = 10) -> bool:
    """Does it answer this path, and with no error?"""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

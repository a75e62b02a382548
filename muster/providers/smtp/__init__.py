"""Any mail server that speaks SMTP, through our own pipelining client."""

import ipaddress
import socket
import ssl

from muster.channels import secrets
from muster.channels.email import CannotOpen, Unreachable
from muster.channels.models import EmailAccount
from muster.lib.smtp import Connection

TIMEOUT = 60.0  # seconds; a body's answer may be slow, and giving up makes it uncertain


def open_line(account: EmailAccount) -> Connection:
    """Connect to the account's server.

    A demonstration's people are made up: it sends to this machine only, or not at all.
    """
    address = address_of(account.host, account.port)
    is_here = ipaddress.ip_address(address).is_loopback
    if account.organisation.is_demonstration and not is_here:
        raise CannotOpen("A demonstration sends to this machine only, never to a real server.")
    tls = None if is_here else ssl.create_default_context()
    domain = account.from_address.rpartition("@")[2]
    domain = domain if domain.isascii() and domain else "localhost"
    # The address that was checked is the one connected to: a name could change in between.
    line = Connection(
        address if is_here else account.host, account.port, name=domain, tls=tls, timeout=TIMEOUT
    )
    if tls and not line.is_secure:
        line.close()
        # Somebody between us may have struck the offer out: it waits, and nothing is readable.
        raise Unreachable(f"{account.host} offers no encrypted connection: mail would be readable.")
    if username := account.options.get("username", ""):
        line.log_in(username, secrets.of(account).get("password", ""))
    return line


def address_of(host: str, port: int) -> str:
    """The first IP address of a host. Raises `Unreachable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"No machine is called {host}.") from error
    return str(found[0][4][0])

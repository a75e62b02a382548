"""Is someone sitting at this very machine?"""

from ipaddress import ip_address

from django.http import HttpRequest
from django.http.request import split_domain_port

OURS = {"localhost", "127.0.0.1", "[::1]"}
FORWARDING = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


def is_from_this_machine(request: HttpRequest) -> bool:
    """True when the peer and the Host are both loopback and nothing stands between.

    The Host is asked too, so that a page elsewhere whose name was pointed at 127.0.0.1 gets
    nothing; forwarding headers, so that a proxy on this machine lets nobody in from outside.
    """
    host, _ = split_domain_port(request.META.get("HTTP_HOST", "localhost"))
    was_forwarded = any(
        name in FORWARDING or name.startswith("HTTP_X_FORWARDED") for name in request.META
    )
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and host in OURS and not was_forwarded


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False

"""What browsers are told about every staff page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def content_security_policy(public_address: str, pictures: str = "") -> str:
    """Scripts and styles from our own files only; live events from the public app."""
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",  # custom properties such as --share:40%
            f"img-src 'self' data:{pictures}",
            f"connect-src 'self' {public_address}",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def with_pictures(answer: HttpResponse) -> HttpResponse:
    """The same page, allowed to show the pictures of an e-mail wherever they are kept."""
    policy = content_security_policy(
        settings.PUBLIC_ADDRESS, pictures=f" https: {settings.PUBLIC_ADDRESS}"
    )
    answer.headers["Content-Security-Policy"] = policy
    return answer


class HeadersMiddleware:
    """Close what a page does not need; keep pages that hold people's data out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = content_security_policy(settings.PUBLIC_ADDRESS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", self.policy)
        answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.user.is_authenticated:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

"""A server that asks who we are: told so, or the mail waits."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult, LoginPassword

from muster.lib import ports
from muster.lib.smtp import Connection, Unreachable


@pytest.fixture(params=[[], ["PLAIN"]], ids=["either way", "LOGIN alone"])
def server(request: pytest.FixtureRequest) -> Iterator[Controller]:
    def check(server: object, session: object, envelope: object, way: str, said: object) -> object:
        return AuthResult(success=said == LoginPassword(b"us", b"S3cret\xc3\xb4"), handled=False)

    controller = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=ports.any_free(),
        authenticator=check,
        auth_require_tls=False,
        auth_exclude_mechanism=request.param,
    )
    controller.start()
    yield controller
    controller.stop()


def test_the_right_password_lets_us_in(server: Controller) -> None:
    with Connection("127.0.0.1", server.port) as line:
        line.log_in("us", "S3cretô")

        assert line.is_open


def test_a_wrong_one_keeps_us_out_and_is_not_repeated(server: Controller) -> None:
    line = Connection("127.0.0.1", server.port)

    with pytest.raises(Unreachable, match="Not let in as us") as refusal:
        line.log_in("us", "wrong")

    assert "wrong" not in str(refusal.value)
    assert not line.is_open

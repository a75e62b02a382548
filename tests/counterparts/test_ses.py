"""Amazon SES, as moto speaks it: a server written by others, on this machine."""

import subprocess
import time
import urllib.request
from collections.abc import Iterator

import boto3
import pytest

from muster.channels import secrets
from muster.channels.email import End
from muster.channels.models import EmailAccount
from muster.lib import ports
from muster.organisations.models import Organisation
from tests.counterparts.conftest import APART, alone
from tests.providers.test_hosted import handed, letter

pytestmark = pytest.mark.counterpart
SENDER = "hello@fairfuture.example.org"


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    program = APART / "moto_server"
    if not program.exists():
        pytest.skip("moto is not installed: make counterparts")
    port = ports.any_free()
    asked = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    running = subprocess.Popen(
        asked, env=alone(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/moto-api/")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.kill()
        running.wait()


def wait_for(url: str) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            assert time.monotonic() < limit, "moto did not begin"
            time.sleep(0.1)


@pytest.fixture
def account(party: Organisation, moto: str) -> EmailAccount:
    account = EmailAccount(
        organisation=party,
        name="SES",
        provider="ses",
        from_name="Zoë",
        from_address=SENDER,
        options={"region": "eu-west-2", "access_key": "AK", "api_url": moto},
    )
    secrets.keep(account, {"secret_key": "key-1"})
    account.save()
    return account


def test_a_sender_not_verified_waits_and_one_verified_is_taken(
    account: EmailAccount, moto: str
) -> None:
    (refused,) = handed(account)
    client = boto3.client(
        "sesv2",
        "eu-west-2",
        endpoint_url=moto,
        aws_access_key_id="AK",
        aws_secret_access_key="key-1",
    )
    client.create_email_identity(EmailIdentity=SENDER)

    (taken,) = handed(account, letter("code-9", "Zoë <b>"))

    assert refused.end is End.REFUSED_FOR_NOW
    assert "The account was refused" in refused.words
    assert taken.end is End.ACCEPTED

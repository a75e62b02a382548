"""schemathesis looks for faults in the API from its own description of it.

EXAMPLES=1000 for more; at least 300 over all endpoints, for a minute at most.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from muster.organisations import api_keys
from muster.organisations.models import Member
from muster.people.models import Person
from tests.api.conftest import key_for
from tests.counterparts.conftest import APART, alone

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,unsupported_method"
)
EXAMPLES = int(os.environ.get("EXAMPLES", "12"))  # for each endpoint


@pytest.mark.counterpart
@pytest.mark.django_db(transaction=True)
def test_what_schemathesis_makes_up_breaks_nothing(
    live_server: LiveServer,
    ada: Member,
    cleo: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = APART / "schemathesis"
    if not Path(program).exists():
        pytest.skip("schemathesis is not installed: make counterparts")
    monkeypatch.setattr(api_keys, "A_MINUTE", 1_000_000)

    ran = subprocess.run(
        [
            *(program, "run", f"{live_server.url}/api/openapi.json"),
            *("--header", f"Authorization: Bearer {key_for(ada)[1]}"),
            *("--header", f"OSDI-API-Token: {key_for(ada)[1]}"),
            *("--checks", CHECKS, "--phases", "examples,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--workers", "2"),
            *("--suppress-health-check", "all", "--max-time", "60", "--no-color"),
        ],
        env=alone(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )

    found = re.search(r"(\d[\d,]*) (?:test cases|generated)", ran.stdout)
    print(ran.stdout[-1500:])
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-1000:]
    assert found
    assert int(found[1].replace(",", "")) >= 300

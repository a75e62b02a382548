"""What flufl.bounce's own samples say, to it and to us. They are only in its 4.0: apart."""

import re
from email import message_from_bytes
from pathlib import Path

import pytest
from flufl.bounce import all_failures

from muster.lib.bounces import Kind, read

HOUSE = Path(__file__).parents[2]
SAID = {
    "delayed": """
        dsn_05 dsn_06 dsn_07 dsn_08 dsn_17 simple_03 simple_21 simple_22 simple_28 simple_35
        simple_40
    """,
    "unknown": """
        bounce_02 bounce_03 dsn_04 dsn_09 dsn_15 dsn_18 llnl_01 microsoft_03 netscape_01
        postfix_03 postfix_05 qmail_01 sendmail_01 simple_02 simple_10 simple_14 simple_16
        simple_17 simple_20 simple_24 simple_31 simple_32 simple_37 simple_41 sina_01
        smtp32_03 smtp32_05 yahoo_12
    """,
    "soft": """
        dsn_02 dsn_03 dumbass_01 postfix_02 simple_04 simple_18 simple_44 smtp32_01
        smtp32_02 yahoo_01 yale_01
    """,
    "blocked": """
        aol_01 simple_42
    """,
    "full": """
        bounce_01 dsn_01 hotpop_01 newmailru_01 postfix_04 qmail_02 qmail_06 qmail_07
        simple_01 simple_07 simple_09 simple_38 yahoo_02 yahoo_04
    """,
    "hard": """
        dsn_10 dsn_11 dsn_12 dsn_13 dsn_14 dsn_16 exim_01 groupwise_01 groupwise_02
        microsoft_01 microsoft_02 microsoft_04 postfix_01 qmail_03 qmail_04 qmail_05
        simple_05 simple_06 simple_08 simple_11 simple_12 simple_13 simple_15 simple_19
        simple_23 simple_25 simple_26 simple_27 simple_29 simple_30 simple_33 simple_34
        simple_36 simple_39 simple_43 smtp32_04 smtp32_06 smtp32_07 yahoo_03 yahoo_05
        yahoo_06 yahoo_07 yahoo_08 yahoo_09 yahoo_10 yahoo_11 yahoo_13
    """,
    "auto_reply": """
        qmail_08
    """,
    "reply": """
        groupwise_03
    """,
}
"""Read by eye. `unknown` are those that give no reason; `soft` are a connection that failed, a
queue that ended, a loop, a message too large, a name server."""
KIND_OF = {name: Kind(kind) for kind, names in SAID.items() for name in names.split()}


@pytest.fixture
def samples() -> Path:
    found = sorted(
        HOUSE.glob(".venv-parsons/lib/python3*/site-packages/flufl/bounce/tests/data/dsn_01.txt")
    )
    if not found:
        pytest.skip("flufl.bounce's samples are not installed: make counterparts")
    return found[0].parent


@pytest.mark.counterpart
@pytest.mark.parametrize("name", KIND_OF)
def test_a_sample_of_flufl_bounce_is_read_as_it_is_meant(name: str, samples: Path) -> None:
    raw = (samples / f"{name}.txt").read_bytes()

    told = read(raw)

    assert told.kind is KIND_OF[name]
    temporary, permanent = all_failures(message_from_bytes(re.sub(rb"\r\n?", b"\n", raw)))
    if temporary:
        assert told.kind is Kind.DELAYED
    assert {a.encode() for a in told.addresses} == temporary | permanent
    assert read(re.sub(rb"\r\n?|\n", b"\r\n", raw)) == told
    assert read(re.sub(rb"\r\n?|\n", b"\r", raw)) == told


@pytest.mark.counterpart
def test_every_sample_is_looked_at(samples: Path) -> None:
    assert {path.stem for path in samples.glob("*.txt")} == set(KIND_OF)

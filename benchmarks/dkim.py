"""How much of what the processor can sign reaches a letter: filled, canonical, hashed, signed.

The limit is bare RSA-2048 signatures by two processes, as many as there are cores in a small
server; the figure is whole letters on two threads of one process, as a sender has its lanes.
The two take turns, and the middle of their rounds counts.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from statistics import median

from benchmarks.harness import Benchmark, Outcome, run

DKIM = Benchmark(
    "dkim",
    "letters of 7 kB with five fields, filled and signed, against bare RSA-2048 signatures",
    unit="signed letters/s",
    target=0.5,
)
LANES = 2
ROUNDS, SECONDS = 5, 1.0
FULL_SECONDS = 5.0
PARAGRAPH = "  <p>Every leaflet through a door is a conversation begun, and {} are to come.</p>\n"


def measure(full: bool) -> Outcome:
    seconds = FULL_SECONDS if full else SECONDS
    sign_one, size = _letters()
    bare, whole, unsigned = [], [], []
    with (
        ProcessPoolExecutor(LANES, mp_context=get_context("spawn")) as processes,
        ThreadPoolExecutor(LANES) as threads,
    ):
        list(processes.map(_bare, [0.1] * LANES))  # started
        for _ in range(ROUNDS):
            bare.append(sum(processes.map(_bare, [seconds] * LANES)))
            whole.append(sum(threads.map(lambda s: _rate(sign_one, s), [seconds] * LANES)))
            unsigned.append(_rate(lambda: sign_one(False), seconds / 5))
    return Outcome(
        figure=median(whole),
        limit=median(bare),
        ran=f"letters of {size:,} bytes on {LANES} threads; {ROUNDS} rounds of {seconds:g} s each",
        notes={"filled only, one thread": f"{median(unsigned):,.0f} letters/s"},
    )


def _rate(act: Callable[[], object], seconds: float) -> float:
    """How often a second it can be done, one after the other."""
    began, count = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < seconds:
        for _ in range(20):
            act()
        count += 20
    return count / took


def _bare(seconds: float) -> float:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    from muster.lib.dkim import fresh_key

    key, padding, hashed, words = fresh_key(), PKCS1v15(), SHA256(), b"x" * 600
    return _rate(lambda: key.sign(words, padding, hashed), seconds)


def _letters() -> tuple[Callable[..., bytes], int]:
    """Makes one letter, signed or not; and how long it is."""
    from muster.lib.dkim import Signer, fresh_key, signed
    from muster.lib.mime import Field, Person, compile_letter
    from muster.lib.times import now

    name, seat, code = Field("name"), Field("seat"), Field("code")
    letter = compile_letter(
        from_name="Fair Future",
        from_address="us@example.org",
        subject=["What happens next in ", seat],
        text=["Dear ", name, ",\n\nthere is much to do in ", seat, ".\n", "It goes on.\n" * 40],
        designed=["<p>Dear ", name, "</p>\n", *map(PARAGRAPH.format, range(75)), code],
        headers={
            "Message-ID": ["<", code, "@example.org>"],
            "List-Unsubscribe": ["<https://example.org/u/", code, ">"],
            "List-Unsubscribe-Post": ["List-Unsubscribe=One-Click"],
        },
    )
    person = Person(
        "Zoë Ångström", "zoe@example.org", {"name": "Zoë", "seat": "Bath", "code": "a" * 40}
    )
    signers, at = [Signer("example.org", "m1", fresh_key())], now()
    second = int(at.timestamp())

    def one(is_signed: bool = True) -> bytes:
        filled = letter.fill(person, at)[0]
        return signed(filled, signers, second) if is_signed else filled

    return one, len(one())


if __name__ == "__main__":
    run(DKIM, measure)

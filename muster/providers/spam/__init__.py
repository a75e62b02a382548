"""SpamAssassin and rspamd, where one of them is installed and answers on this machine."""

import json
import re
import shutil
import subprocess

from muster.channels.outside import Scored

PATIENCE = 30  # seconds
LONGEST = 512_000  # bytes
SCORE = re.compile(r"(-?\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
RULE = re.compile(r"^\s*\*?\s*(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]+)\s+(.*)$", re.MULTILINE)


def score(letter: bytes) -> Scored | None:
    """The first filter that is here and answers."""
    for program, ask in (("spamc", _spamassassin), ("rspamc", _rspamd)):
        if path := shutil.which(program):
            try:
                found = ask(path, letter)
            except (OSError, subprocess.TimeoutExpired, ValueError):
                continue
            if found is not None:
                return found
    return None


def _spamassassin(spamc: str, letter: bytes) -> Scored | None:
    command = [
        spamc,
        "-d",
        "127.0.0.1",
        "-t",
        str(PATIENCE - 5),
        "-s",
        str(LONGEST),
        "-R",
        "--connect-retries=1",
    ]
    said = _run(command, letter)
    first = SCORE.match(said)
    if first is None or float(first[2]) == 0:
        return None  # "0/0": nobody answered
    rules = [(float(points), words.strip()) for points, _, words in RULE.findall(said)]
    return Scored("SpamAssassin", float(first[1]), float(first[2]), _dearest(rules))


def _rspamd(rspamc: str, letter: bytes) -> Scored | None:
    said = json.loads(_run([rspamc, "-h", "127.0.0.1:11333", "--json", "symbols"], letter))
    if "score" not in said:
        return None
    symbols = said.get("symbols", {}).values()
    rules = [(float(s["score"]), str(s.get("description") or s["name"])) for s in symbols]
    limit = float(said.get("required_score", 15))
    return Scored("rspamd", float(said["score"]), limit, _dearest(rules))


def _run(command: list[str], letter: bytes) -> str:
    ended = subprocess.run(command, input=letter, capture_output=True, timeout=PATIENCE)
    return ended.stdout.decode("utf-8", "replace")


def _dearest(rules: list[tuple[float, str]]) -> tuple[tuple[float, str], ...]:
    return tuple(sorted((rule for rule in rules if rule[0] > 0), reverse=True)[:8])

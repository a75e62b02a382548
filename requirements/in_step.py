"""Are the pinned requirements what pyproject.toml asks for, no more and no less?

Works without a network, from what is installed. Also: no file of the project names the place
packages are downloaded from; that is the installer's own setting.
"""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
# Programs of others that Muster is tried with, and their samples, in an environment of their own.
APART = "parsons"
EXTRAS = {"base": [], "test": ["test"], "check": ["test", "check"]}
# Written apart, so that this file does not find itself.
ADDRESSES = [
    "py" + "pi.org",
    "python" + "hosted",
    "npm" + "js.org",
    "jsdel" + "ivr",
    "unp" + "kg.com",
]
OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links"]


def main() -> int:
    problems = [p for name in EXTRAS for p in differences(name)] + apart() + named_addresses()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def differences(name: str) -> list[str]:
    pinned = pins((HERE / f"{name}.txt").read_text())
    asked = wanted(name)
    problems = []
    for requirement in asked:
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None:
            problems.append(f"{name}.txt lacks {requirement}")
        elif not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{name}.txt has {requirement.name} {version}, wanted {requirement}")
    needed = closure(asked)
    problems += [f"{name}.txt has {words}" for words in against_each_other(pinned)]
    problems += [f"{name}.txt has {extra}, which nothing needs" for extra in pinned.keys() - needed]
    return problems


def apart() -> list[str]:
    """What is asked for apart must be pinned so, each with its hashes."""
    text = (HERE / f"{APART}.txt").read_text()
    pinned, asked = pins(text), pins((HERE / f"{APART}.in").read_text())
    problems = [
        f"{APART}.txt lacks {name} {version}"
        for name, version in asked.items()
        if pinned.get(name) != version
    ]
    if text.count("--hash=") < len(pinned):
        problems.append(f"{APART}.txt pins something without a hash")
    return problems


def pins(text: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def wanted(name: str) -> list[Requirement]:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in EXTRAS[name]:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def closure(asked: list[Requirement]) -> set[str]:
    """Every package that these need in the end, on whatever machine."""
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(r.name), extra) for r in asked for extra in ["", *r.extras]]
    while waiting:
        name, extra = step = waiting.pop()
        if step in seen:
            continue
        seen.add(step)
        for line in _requires(name):
            requirement = Requirement(line)
            if _counts(requirement, extra):
                known = canonicalize_name(requirement.name)
                waiting += [(known, more) for more in ["", *requirement.extras]]
    return {name for name, _ in seen}


def against_each_other(pinned: dict[str, str]) -> list[str]:
    """Pins that another package does not want so: an installer would refuse them all."""
    found = []
    for name in sorted(pinned):
        for requirement in map(Requirement, _requires(name)):
            version = pinned.get(canonicalize_name(requirement.name))
            is_met = version is None or requirement.specifier.contains(version, prereleases=True)
            if not is_met and _counts(requirement, ""):
                found.append(f"{requirement.name} {version}, where {name} wants {requirement}")
    return found


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # for another kind of machine
        return []


def _counts(requirement: Requirement, extra: str) -> bool:
    words = str(requirement.marker or "")
    named = re.findall(r"extra == [\"']([^\"']+)", words)
    return canonicalize_name(extra) in map(canonicalize_name, named) if named else not extra


def named_addresses() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=HERE.parent, capture_output=True, text=True, check=True
    ).stdout
    problems = []
    for path in filter(None, listed.split("\0")):
        content = (HERE.parent / path).read_bytes() if (HERE.parent / path).is_file() else b""
        problems += [f"{path} names {a}" for a in ADDRESSES + OPTIONS if a.encode() in content]
    return problems


if __name__ == "__main__":
    sys.exit(main())

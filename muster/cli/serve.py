"""`muster serve`: one command brings everything up; `muster work`: more workers elsewhere."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from muster.cli import house
from muster.lib import ports
from muster.lib.changes import Changes
from muster.lib.locks import Alone, Taken
from muster.lib.postgres import CannotStart, Cluster
from muster.lib.supervisor import Program, Supervisor, until_told_to_stop
from muster.lib.web import answers_well

STAFF, PUBLIC, SINK_MAIL, SINK_WEB, PRETEND = 8400, 8401, 8425, 8426, 8427
PORTS_TRIED = 50
# Messages and posts have workers of their own: an import or a card being drawn never makes them
# wait. What runs by the clock is served by all, as any of them may be killed.
SENDING = ("messaging", "clock")
PUBLISHING = ("publishing", "launches", "clock")
OTHER = ("content", "imports", "privacy", "webhooks", "clock")


@dataclass(frozen=True)
class Addresses:
    """Where everything of one `muster serve` is found."""

    staff: int
    public: int
    sink_mail: int
    sink_web: int
    pretend: int
    listen: str = ports.LOOPBACK

    def environment(self) -> dict[str, str]:
        """What the programs are told, on top of our own environment."""
        told = {
            "MUSTER_STAFF_ADDRESS": f"http://localhost:{self.staff}",
            "MUSTER_PUBLIC_ADDRESS": f"http://localhost:{self.public}",
        }
        return (
            dict(os.environ)
            | {name: os.environ.get(name, words) for name, words in told.items()}
            | {
                "MUSTER_LISTEN": self.listen,
                "MUSTER_STAFF_PORT": str(self.staff),
                "MUSTER_PUBLIC_PORT": str(self.public),
                "MUSTER_SINK_PORT": str(self.sink_mail),
                "MUSTER_SINK_WEB_PORT": str(self.sink_web),
                "MUSTER_PRETEND_PORT": str(self.pretend),
                "MUSTER_PRETEND_ADDRESS": f"http://{ports.LOOPBACK}:{self.pretend}",
            }
        )


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = ports.LOOPBACK,
    reload: Annotated[bool, typer.Option(help="Start again when the code changes.")] = False,
) -> None:
    """Run everything here: the database, the staff app, the public app, the workers.

    The database is the embedded one unless DATABASE_URL names another. Ctrl-C stops it all.
    """
    with until_told_to_stop(), everything(host) as (supervisor, addresses):
        wait_for_all(supervisor, addresses)
        tell(addresses)
        if reload:
            supervisor.restart_on(Changes([house.BASE / "muster", house.BASE / "config"]))
        supervisor.watch()


def work(
    processes: Annotated[int, typer.Option(min=1, help="How many processes.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, help="Jobs at the same time in each.")] = 4,
) -> None:
    """Run workers alone, on this machine or another, on the database in DATABASE_URL."""
    if not os.environ.get("DATABASE_URL"):
        raise house.refuse("Name the database that the other machines use in DATABASE_URL.")
    environment = dict(os.environ) | {"MUSTER_AT_ONCE": str(at_once)}
    supervisor = Supervisor(house.var() / "log", say=house.say)
    with until_told_to_stop(), ExitStack() as stack:
        stack.callback(supervisor.stop)
        for number in range(1, processes + 1):
            supervisor.start(
                _program(f"work-{number}", environment, module="muster.cli.programs.work")
            )
        house.say(f"{processes} at work; their words are in {supervisor.logs}. Ctrl-C stops them.")
        supervisor.watch()


@contextmanager
def everything(host: str = ports.LOOPBACK) -> Iterator[tuple[Supervisor, Addresses]]:
    """All programs started, though perhaps not answering yet; stopped in order at the end."""
    with ExitStack() as stack:
        stack.enter_context(house.alone())
        supervisor = Supervisor(house.var() / "log", say=house.say)
        if not os.environ.get("DATABASE_URL"):
            supervisor.kept = stack.enter_context(_database())
        stack.callback(supervisor.stop)
        addresses = choose_addresses(host, stack)
        environment = addresses.environment()
        if supervisor.run(_program("prepare", environment)):
            raise house.refuse("The database could not be brought up to date; see above.")
        supervisor.start(_program("staff", environment))
        supervisor.start(_program("public", environment, module="muster.public.serving"))
        for program in carriers(addresses, environment):
            supervisor.start(program)
        yield supervisor, addresses


def carriers(addresses: Addresses, environment: dict[str, str]) -> list[Program]:
    """The workers, and what takes the mail, posts and ads of demonstrations."""
    # The database and the apps need cores too.
    senders = max(1, min(8, (os.cpu_count() or 1) // 2))
    return [
        *(_worker(f"work-{n}", environment, SENDING, at_once=4) for n in range(1, senders + 1)),
        _worker("work-publishing", environment, PUBLISHING, at_once=4),
        _worker("work-other", environment, OTHER, at_once=4),
        _sink(addresses, environment),
        _program("pretend", environment),
    ]


@contextmanager
def _database() -> Iterator[Cluster]:
    cluster = Cluster(house.var() / "postgres", say=house.say)
    try:
        cluster.start()
    except CannotStart as trouble:
        raise house.refuse(str(trouble)) from trouble
    try:
        yield cluster
    finally:
        cluster.stop()


def choose_addresses(host: str, stack: ExitStack) -> Addresses:
    """The usual ports, or for each that is taken the next free one; ours until the stack ends."""
    usual = [STAFF, PUBLIC, SINK_MAIL, SINK_WEB, PRETEND]
    staff, public, sink_mail, sink_web, pretend = (_reserve(port, stack) for port in usual)
    return Addresses(staff, public, sink_mail, sink_web, pretend, host)


def _reserve(usual: int, stack: ExitStack) -> int:
    """A free port that no other Muster starting at the same moment chooses too.

    Web servers share a port they both ask for, so neither would notice.
    """
    for port in range(usual, usual + PORTS_TRIED):
        lock = Alone(Path(tempfile.gettempdir()) / f"muster-port-{port}")
        try:
            lock.take()
        except (Taken, OSError):
            continue
        if ports.is_free(port):
            stack.callback(lock.let_go)
            return port
        lock.let_go()
    last = usual + PORTS_TRIED - 1
    raise house.refuse(f"Ports {usual} to {last} are all taken. Free one of them.")


def tell(addresses: Addresses) -> None:
    environment = addresses.environment()
    lines = [
        f"Campaign room   {environment['MUSTER_STAFF_ADDRESS']}",
        f"Public pages    {environment['MUSTER_PUBLIC_ADDRESS']}",
        f"Made-up post    http://localhost:{addresses.sink_web}  (mail of demonstrations)",
        f"Made-up network http://localhost:{addresses.pretend}  (their posts and ads)",
        "Ctrl-C stops everything.",
    ]
    print("\n".join(lines), flush=True)


def _program(name: str, environment: dict[str, str], *, module: str = "") -> Program:
    command = [sys.executable, "-m", module or f"muster.cli.programs.{name}"]
    return Program(name, command, environment)


def _worker(
    name: str, environment: dict[str, str], queues: tuple[str, ...], at_once: int
) -> Program:
    told = {"MUSTER_QUEUES": ",".join(queues), "MUSTER_AT_ONCE": str(at_once)}
    program = _program(name, environment | told, module="muster.cli.programs.work")
    # Its name is there for whoever looks at the list of processes.
    return replace(program, command=[*program.command, name])


def _sink(addresses: Addresses, environment: dict[str, str]) -> Program:
    command = [
        *(sys.executable, "-m", "muster", "sink"),
        *("--port", str(addresses.sink_mail), "--web", str(addresses.sink_web)),
        *("--folder", str(house.var() / "sink")),
    ]
    return Program("sink", command, environment)


def wait_for_all(supervisor: Supervisor, addresses: Addresses) -> None:
    """Until each app answers a request of its own, not merely its port."""
    needed: dict[str, Callable[[], bool]] = {
        "staff": lambda: answers_well(addresses.staff, "/accounts/login/"),
        "public": lambda: answers_well(addresses.public, "/healthz"),
        "sink": lambda: ports.answers(addresses.sink_mail),
        "pretend": lambda: ports.answers(addresses.pretend),
    }
    for name, is_up in needed.items():
        if not supervisor.wait_for(is_up):
            log = supervisor.logs / f"{name}.log"
            raise house.refuse(f"The {name} program does not answer. Its words: {log}")
    (house.var() / house.SERVED).write_text(json.dumps(asdict(addresses)))

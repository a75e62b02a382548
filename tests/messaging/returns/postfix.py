"""A postfix of our own: its configuration, its queue and its maildir in one folder, on loopback.

The machine's own is not touched. What it relays goes to sinks that take it or refuse it, and its
genuine reports come into the maildir of whoever sent it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from muster.lib import ports

PROGRAMS = ("postfix", "postconf", "smtp-sink")
MASTER = Path("/usr/share/postfix/master.cf.dist")
ANSWERS = {
    "good.example.org": (),
    "hard.example.org": ("-f", "rcpt", "-B", "550 5.1.1 User unknown"),
    "full.example.org": ("-f", "rcpt", "-B", "552 5.2.2 Mailbox full"),
    "soft.example.org": ("-r", "rcpt", "-b", "451 4.3.0 Try again later"),
}


def missing() -> str:
    """Which of what it takes is not here; empty: all is."""
    lacking = [name for name in PROGRAMS if not shutil.which(name, path="/usr/sbin:/usr/bin")]
    if lacking or not MASTER.exists():
        return f"{', '.join(lacking) or MASTER}: apt install postfix"
    return "" if os.geteuid() == 0 else "postfix starts as root only"


@contextmanager
def running(folder: Path, domain: str, maildirs: Path, inbox: str) -> Iterator[int]:
    """The port it listens at. Mail to `domain` is put into the maildir `inbox` of `maildirs`."""
    with ExitStack() as ends:
        sinks = {at: ends.enter_context(_sink(options)) for at, options in ANSWERS.items()}
        port = ports.any_free()
        _configure(folder, domain, maildirs, inbox, sinks, port)
        _run("postfix", "-c", str(folder), "start")
        master = int((folder / "queue/pid/master.pid").read_text())
        try:
            until(lambda: ports.answers(port))
            yield port
        finally:
            os.kill(master, signal.SIGTERM)
            until(lambda: not Path(f"/proc/{master}").exists())


@contextmanager
def _sink(options: tuple[str, ...]) -> Iterator[int]:
    port = ports.any_free()
    program = ["/usr/sbin/smtp-sink", "-u", "nobody", *options, f"127.0.0.1:{port}", "100"]
    sink = subprocess.Popen(program)
    try:
        until(lambda: ports.answers(port))
        yield port
    finally:
        sink.terminate()
        sink.wait(10)


def _configure(
    folder: Path, domain: str, maildirs: Path, inbox: str, sinks: Mapping[str, int], port: int
) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(maildirs, nobody.pw_uid, nobody.pw_gid)
    routes = ", ".join(f"{at}=smtp:[127.0.0.1]:{sink}" for at, sink in sinks.items())
    told = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": folder / "log",
        "maillog_file_prefixes": folder,
        "inet_interfaces": "loopback-only",
        "inet_protocols": "ipv4",
        "myhostname": "mx.example.org",
        "mydestination": "",
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "alias_maps": "",
        "alias_database": "",
        "disable_dns_lookups": "yes",
        "smtp_host_lookup": "native",
        "smtp_tls_security_level": "none",
        "transport_maps": f"inline:{{{routes}}}",
        "default_transport": "error:nothing leaves this machine",
        "maximal_queue_lifetime": "0",  # tried once, then given up
        "virtual_mailbox_domains": domain,
        "virtual_mailbox_base": maildirs,
        "virtual_mailbox_maps": f"static:{inbox}/",
        "virtual_minimum_uid": "1",
        "virtual_uid_maps": f"static:{nobody.pw_uid}",
        "virtual_gid_maps": f"static:{nobody.pw_gid}",
    }
    folder.chmod(0o755)
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text("".join(f"{k} = {v}\n" for k, v in told.items()))
    shutil.copy(MASTER, folder / "master.cf")
    _run("postconf", "-c", str(folder), "-MX", "smtp/inet")
    listens = f"127.0.0.1:{port} inet n - n - - smtpd"
    _run("postconf", "-c", str(folder), "-M", f"127.0.0.1:{port}/inet={listens}")
    _run("postconf", "-c", str(folder), "-F", "*/*/chroot=n")


def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, "nothing came of it in time"
        time.sleep(0.05)


def _run(program: str, *asked: str) -> None:
    subprocess.run([f"/usr/sbin/{program}", *asked], check=True, capture_output=True, timeout=30)

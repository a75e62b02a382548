"""The embedded server: every way it starts, and every way it says why it cannot."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from muster.lib import ports, processes
from muster.lib.postgres import AlreadyRunning, CannotStart
from muster.lib.postgres.home import settle
from muster.lib.postgres.settings import mark_of
from muster.lib.processes import Account
from tests.ops.clusters import (
    cluster,
    count,
    fill,
    in_a_child_who_is,
    start_and_ask,
    started_elsewhere,
    wait_until,
    write_something,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may step down to another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that any user may pass through."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made) / "var" / "postgres"


def test_a_first_start_makes_a_database_that_asks_for_its_password(folder: Path) -> None:
    with cluster(folder) as server:
        assert count(server.dsn, "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.dsn, password="a guess")
        assert folder.joinpath("muster.json").stat().st_mode & 0o077 == 0


def test_a_second_start_keeps_everything_and_the_same_address(folder: Path) -> None:
    with cluster(folder) as server:
        first = server.dsn
        write_something(server.dsn)

    with cluster(folder) as server:
        assert server.dsn == first
        assert count(server.dsn, "SELECT count(*) FROM kept") == 1000


def test_a_killed_server_comes_back_with_all_it_had(folder: Path) -> None:
    with cluster(folder) as server:
        write_something(server.dsn)
        assert server.server
        server.server.kill()
        server.server.wait()

        server.start_again()

        assert count(server.dsn, "SELECT count(*) FROM kept") == 1000


def test_when_its_supervisor_is_killed_the_next_start_is_whole(folder: Path) -> None:
    supervisor = started_elsewhere(folder)
    remembered = cluster(folder).remembered()
    write_something(remembered["dsn"])
    supervisor.kill()
    supervisor.wait()

    with cluster(folder) as server:
        assert count(server.dsn, "SELECT count(*) FROM kept") == 1000


def test_a_second_supervisor_is_told_who_was_first(folder: Path) -> None:
    with cluster(folder), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        cluster(folder).start()


def test_a_first_start_cut_off_in_the_middle_leaves_nothing_in_the_way(folder: Path) -> None:
    half = folder / "making" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with cluster(folder) as server:
        assert count(server.dsn, "SELECT 1") == 1


def test_a_process_number_used_again_by_another_program_is_no_hindrance(folder: Path) -> None:
    with cluster(folder) as server:
        data = server.home.data if server.home else folder
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n{data}\n1\n5432\n\n127.0.0.1\n")

    with cluster(folder) as server:
        assert count(server.dsn, "SELECT 1") == 1


def test_a_remembered_port_that_someone_took_is_exchanged(folder: Path) -> None:
    with cluster(folder) as server:
        port = psycopg.conninfo.conninfo_to_dict(server.dsn)["port"]

    with socket.create_server(("127.0.0.1", int(str(port)))), cluster(folder) as server:
        assert f":{port}/" not in server.dsn
        assert count(server.dsn, "SELECT 1") == 1


def test_a_port_that_was_asked_for_and_is_taken_is_refused(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match="Another program listens on the database's port"):
            cluster(folder, port=port).start()


def test_files_that_are_not_ours_are_left_alone(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "thesis.txt").write_text("years of work")

    with pytest.raises(CannotStart, match="not Muster's"):
        cluster(folder).start()
    assert (folder / "data" / "thesis.txt").read_text() == "years of work"


def test_a_server_that_someone_else_started_there_is_left_alone(folder: Path) -> None:
    with cluster(folder) as server:
        home = server.home
    assert home
    port = ports.any_free()
    command = [home.binaries / "postgres", "-D", home.data, "-p", str(port), "-k", ""]
    other = processes.start(command, account=home.account, output=subprocess.DEVNULL)
    try:
        wait_until(lambda: (home.data / "postmaster.pid").exists())
        with pytest.raises(CannotStart, match=f"process {other.pid}"):
            cluster(folder).start()
        assert other.poll() is None
    finally:
        other.send_signal(signal.SIGQUIT)
        other.wait()


def test_data_of_another_version_is_left_alone(folder: Path) -> None:
    with cluster(folder) as server:
        data = server.home.data if server.home else folder
    (data / "PG_VERSION").write_text("12\n")

    with pytest.raises(CannotStart, match="another version of PostgreSQL"):
        cluster(folder).start()


def test_missing_programs_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", "/nowhere")

    with pytest.raises(CannotStart, match="PG_BIN names /nowhere"):
        cluster(folder).start()


@as_root
def test_root_steps_down_to_another_user(folder: Path) -> None:
    with cluster(folder) as server:
        assert server.server
        assert psutil.Process(server.server.pid).uids().real != 0


@as_root
def test_where_a_folder_on_the_way_is_closed_the_system_folder_is_used(folder: Path) -> None:
    closed = folder.parent
    closed.mkdir(mode=0o700)
    system = folder.parent.parent / "system"

    home = settle(folder, system=system)

    assert home.data.is_relative_to(system)
    assert "is closed to" in home.remark


@as_root
def test_where_the_programs_are_closed_a_copy_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder.parent.parent / "closed"
    closed.mkdir(mode=0o700)
    found = settle(folder).binaries
    wheel = found.parent.parent
    shutil.copytree(found.parent, closed / wheel.name / found.parent.name, symlinks=True)
    shutil.copytree(wheel.with_name(wheel.name + ".libs"), closed / (wheel.name + ".libs"))
    monkeypatch.setenv("PG_BIN", str(closed / wheel.name / found.parent.name / "bin"))
    folder.mkdir(parents=True)

    home = settle(folder, system=folder.parent.parent / "system")

    assert home.run("initdb", "--version").startswith("initdb (PostgreSQL)")


@as_root
def test_an_ordinary_user_runs_it_as_themselves(folder: Path) -> None:
    nobody = Account.named("nobody")
    if nobody is None:
        pytest.skip("this machine has no user called nobody")
    folder.parent.mkdir()
    os.chown(folder.parent, nobody.uid, nobody.gid)

    ended = in_a_child_who_is(nobody, lambda: start_and_ask(folder))

    assert ended == 0
    assert (folder / "data" / "PG_VERSION").stat().st_uid == nobody.uid


@as_root
def test_a_full_disk_is_named_and_what_was_there_is_safe() -> None:
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        small = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=100m,mode=755", "tmpfs", made], check=False
        )
        if small.returncode:
            pytest.skip("a small tmpfs cannot be mounted here")
        try:
            folder = Path(made) / "postgres"
            with cluster(folder) as server:
                write_something(server.dsn)
            fill(Path(made) / "filler")

            with pytest.raises(CannotStart, match="is full"):
                cluster(folder).start()

            (Path(made) / "filler").unlink()
            with cluster(folder) as server:
                assert count(server.dsn, "SELECT count(*) FROM kept") == 1000
        finally:
            subprocess.run(["umount", "-l", made], check=True)


def test_our_servers_are_known_by_their_folder() -> None:
    assert mark_of(Path("/a")) != mark_of(Path("/b"))

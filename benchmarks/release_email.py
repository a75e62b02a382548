"""E-mails released through the whole path: claimed, the law asked, filled, handed over, recorded,
from Go until the last is recorded and the sending finished. Laying out comes before, at arming
(`benchmarks.arm`). The limit is Postfix's own smtp-source to the same smtp-sink, messages of the
same size; what the rest is spent on is said by program. `BENCH_PEOPLE` sets how many.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from benchmarks import costs
from benchmarks.harness import Benchmark, Outcome, run
from muster.lib import ports

RELEASE = Benchmark(
    "release_email",
    "e-mails released through the whole path to smtp-sink, against smtp-source -d -s 16",
    unit="e-mails/s",
    target=0.5,
)
SEATS = 200
WORKERS = 2
ROUNDS = 2
SOURCE = 60_000  # messages of each run of smtp-source
PARAGRAPH = (
    "Most people who agree with us here were never asked to do anything about it. I would like us"
    " to ask them, two by two, for two hours on a Saturday, with tea at the end. It does not matter"
    " if it is your first time: you will be with someone who has done it before.\n\n"
)


def measure(full: bool) -> Outcome:
    """Release to `people` supporters in rounds, a run of smtp-source before and after each."""
    people = int(os.environ.get("BENCH_PEOPLE") or (1_000_000 if full else 200_000))
    port = ports.any_free()
    figures, limits = [], []
    with smtp_sink(port), workers() as pids, costs.watched(pids) as most:
        releases = Releases(port, people)
        for number in range(1 if full else ROUNDS):
            limits.append(smtp_source(port, SOURCE, releases.size))
            before = costs.cpu_seconds()
            figures.append(releases.release(number))
            on = costs.spent(before, costs.cpu_seconds(), people)
        limits.append(smtp_source(port, SOURCE, releases.size))
    return Outcome(
        figure=statistics.median(figures),
        limit=statistics.median(limits),
        ran=f"{len(figures)} sendings to {people:,} people in {SEATS} seats, {releases.size:,} B"
        f" a message, {WORKERS} worker processes; smtp-source -d -s 16 between them",
        notes={
            "processor for one message": on,
            "PSS of each sender, at most": costs.each(most),
            "from Go to the first handed over": f"{releases.first_s:.2f} s",
            "figures": str([round(f) for f in figures]),
            "limits": str([round(x) for x in limits]),
        },
    )


@contextmanager
def smtp_sink(port: int) -> Iterator[None]:
    as_root = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen(
        [program("smtp-sink"), *as_root, "-c", f"127.0.0.1:{port}", "1000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not ports.answers(port):
            time.sleep(0.02)
        yield
    finally:
        sink.terminate()
        sink.wait()


def smtp_source(port: int, messages: int, size: int) -> float:
    """Messages a second of Postfix's own client."""
    began = time.perf_counter()
    subprocess.run(
        [
            *(program("smtp-source"), "-d", "-s", "16", "-m", str(messages), "-l", str(size)),
            *("-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return messages / (time.perf_counter() - began)


def program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        sys.exit(f"{name} is not installed (Debian: postfix): this figure cannot be measured.")
    return found


@contextmanager
def workers() -> Iterator[list[int]]:
    """Muster's own worker processes, as `muster serve` starts them; their numbers."""
    from django.db import connection

    command = [sys.executable, "-m", "muster.cli.programs.work"]
    if os.environ.get("BENCH_PROFILE"):
        command = [sys.executable, os.environ["BENCH_PROFILE"]]
    running = [subprocess.Popen(command) for _ in range(WORKERS)]
    try:
        while count(connection, "procrastinate_workers") < WORKERS:
            time.sleep(0.1)
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)


def count(connection: Any, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


class Releases:
    """An organisation with its list, and a message to release again and again."""

    def __init__(self, port: int, people: int) -> None:
        from muster.channels.models import EmailAccount
        from muster.lib.times import now

        self.at = now()
        self.people = people
        self.organisation, self.author, self.approver = _organisation()
        self.account = EmailAccount.objects.create(
            organisation=self.organisation,
            name="Campaign",
            host="127.0.0.1",
            port=port,
            from_name="Fair Future",
            from_address="hello@fairfuture.example.org",
        )
        self.page, wording = _page(self.organisation)
        self.targets = _targets(self.organisation, self.at)
        _fill(self.organisation, wording, people, self.at)
        self.first_s = 0.0  # of the last release
        self.size = 0
        self.size = self.measure_size("A first look")

    def release(self, number: int) -> float:
        """Arm, go, wait until it is finished, and say how many a second went out."""
        from muster.lib.times import now
        from muster.messaging import arming
        from muster.messaging.progress import progress

        message = self._message(f"Round {number}")
        message.goes_with_launch = True
        message.save(update_fields=["goes_with_launch"])
        sending = arming.arm(message, by=self.author, at=now())
        _wait_for(sending, "armed")
        began = time.perf_counter()
        arming.go(sending, by=self.author, at=now())
        _wait_for(sending, "finished")
        seconds = time.perf_counter() - began
        stands = progress(sending)
        delivered, self.first_s = stands.delivered, stands.first_times.first_s or 0.0
        if delivered != self.people:
            sys.exit(f"Only {delivered:,} of {self.people:,} were delivered.")
        return delivered / seconds

    def _message(self, name: str) -> Any:
        from muster.content import approving
        from muster.content.masters import Words
        from muster.messaging import drafting

        words = Words(
            name,
            "{first_name|Hello}, one Saturday could swing {seat}",
            "Dear {first_name|friend},\n\n" + PARAGRAPH + "We meet in {seat} on {date}.\n\n"
            "See you in {seat_local|your town}, {candidate|our candidate} too: {link}",
            "I can help in {seat}",
            self.at.date(),
        )
        message = drafting.draft(
            self.organisation,
            words,
            targets=self.targets,
            page=self.page,
            account=self.account,
            by=self.author,
            at=self.at,
        )
        until = self.at + timedelta(days=30)
        approving.approve(message.master, self.approver, self.at, until)
        return message

    def measure_size(self, name: str) -> int:
        """Bytes of one person's message."""
        return self._size_of(self._message(name))

    def _size_of(self, message: Any) -> int:
        from muster.messaging.claiming import Recipient
        from muster.messaging.letters import Desk
        from muster.messaging.models import Sending

        sending = Sending(pk=1, organisation=self.organisation, message=message)
        place = self.targets.targets.all()[0].place_id
        who = Recipient(1, place, 1, 1, "Zoë", "Marsh", "zoe@example.org", None)  # type: ignore[arg-type]
        return len(Desk(sending, self.at).letter(who, takes_8bit=True, at=self.at).body)


def _wait_for(sending: Any, state: str) -> None:
    while not type(sending).objects.filter(pk=sending.pk, state=state).exists():
        time.sleep(0.05)


def _organisation() -> tuple[Any, Any, Any]:
    from muster.lib.times import now
    from muster.organisations.models import Campaigner, Member, Organisation, Role, Unit, User

    ours = Organisation.objects.create(slug="fair", name="Fair Future", is_demonstration=True)
    Campaigner.objects.create(
        organisation=ours,
        kind="party",
        name="Fair Future",
        promoter="R. Okafor",
        address="1 High Street, Stroud GL5 1AA",
        on_behalf_of="Fair Future",
        on_behalf_address="1 High Street, Stroud GL5 1AA",
    )
    members = [
        Member.objects.create(
            organisation=ours, user=User.objects.create_user(f"{name}@example.org"), name=name
        )
        for name in ("ada", "ola")
    ]
    office = Unit.objects.create(organisation=ours, kind="head_office", name="Head office")
    Role.objects.create(member=members[1], unit=office, kind="approver", granted_at=now())
    return ours, members[0], members[1]


def _page(ours: Any) -> tuple[Any, Any]:
    from muster.actions.models import ActionPage
    from muster.people.models import Wording

    who = ours.campaigners.get()
    page = ActionPage.objects.create(
        organisation=ours, kind="volunteer", slug="volunteer", title="Volunteer", is_open=True
    )
    wording = Wording.objects.create(
        organisation=ours, campaigner=who, channel="email", version="1", text="E-mail me."
    )
    return page, wording


def _targets(ours: Any, at: Any) -> Any:
    from muster.places.models import Contest, Election, Party, Place, Result, Target, TargetList

    party = Party.objects.create(code="FF", name="Fair Future")
    election = Election.objects.create(code="BENCH", name="Bench", held_on=at.date())
    chosen = TargetList.objects.create(
        organisation=ours, name="All", party=party, election=election, inputs={}, made_at=at
    )
    for n in range(SEATS):
        seat = Place.objects.create(
            code=f"S{n:04}", kind="seat", name=f"Seat {n}", slug=f"seat-{n}"
        )
        contest = Contest.objects.create(election=election, place=seat, valid_votes=100)
        Result.objects.create(contest=contest, party=party, votes=100)
        Target.objects.create(
            target_list=chosen, place=seat, rank=n, lead=0, swing_needed=0, chance=0, gain=0
        )
    return chosen


def _fill(ours: Any, wording: Any, people: int, at: Any) -> None:
    """Supporters who all agreed, spread over the seats."""
    from django.db import connection

    asked = {
        "ours": ours.pk,
        "people": people,
        "at": at,
        "wording": wording.pk,
        "who": wording.campaigner_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (organisation_id, code, given_name, family_name, folded,"
            " postcode, address, seat_id, seat_how, external_id, source, joined_at)"
            " SELECT %(ours)s, gen_random_uuid(), 'Zoë' || n %% 97, 'Marsh' || n, '', '', '',"
            " p.id, 'said', '', '', %(at)s FROM generate_series(1, %(people)s) n"
            f" JOIN places_place p ON p.code = 'S' || lpad((n %% {SEATS})::text, 4, '0')",
            asked,
        )
        cursor.execute(
            "INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)"
            " SELECT organisation_id, id, 'email', 'user' || id || '@example.org', 'good'"
            " FROM people_person"
        )
        cursor.execute(
            "INSERT INTO people_consentevent (organisation_id, person_id, channel, purpose,"
            " is_given, wording_id, campaigner_id, source, at)"
            " SELECT %(ours)s, id, 'email', 'marketing', true, %(wording)s, %(who)s, 'Bench',"
            " %(at)s"
            " FROM people_person",
            asked,
        )
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    run(RELEASE, measure)

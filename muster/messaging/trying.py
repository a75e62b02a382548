"""Trying a message: one seat's e-mail to its writer and to the seeds, marked as a test.

It goes by the way a sending goes, one by one through the message's own account, whatever still
stands in the way of a release. It carries no source code and nobody's own addresses: what is
pressed in it counts nowhere and stops nothing.
"""

from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from muster.channels import signing
from muster.channels.email import (
    Answer,
    CannotOpen,
    End,
    Letter,
    Unreachable,
    open_line,
)
from muster.content import filling
from muster.content.filling import inert
from muster.content.marking import escape
from muster.content.models import Cut
from muster.lib import dkim, mime
from muster.lib.mail_headers import BreaksHeader, tidy
from muster.messaging.compiling import Wording, compiled_for
from muster.messaging.letters import NO_SEAT
from muster.messaging.models import Message, Seed, Trial
from muster.messaging.queueing import queue
from muster.organisations.models import Member, Organisation
from muster.places.models import Place

JOB = "messaging.try_out"
MARK = "[Test] "
AN_HOUR = 30
MOST_SEEDS = 12
UNANSWERED = "The mail server never answered: it may have arrived."


class CannotTry(Exception):
    """Why no test can be sent; each argument is one reason."""


class CannotKeepSeeds(Exception):
    """Why these are no seed list."""


def try_out(
    message: Message, place: Place | None, *, by: Member, at: datetime, seeds: bool = False
) -> list[Trial]:
    """Send one seat's e-mail to whoever asks, and to the seeds as well. Raises CannotTry.

    Without a seat, the one e-mail that is for everybody.
    """
    if not message.master.cuts.filter(place=place).exists():
        raise CannotTry("There is no e-mail for that seat yet.")
    wanted: list[Seed | None] = [None, *(_seeds(message.organisation) if seeds else [])]
    with transaction.atomic():
        Message.objects.select_for_update(no_key=True).get(pk=message.pk)
        lately = Trial.objects.filter(by=by, asked_at__gt=at - timedelta(hours=1)).count()
        if lately + len(wanted) > AN_HOUR:
            raise CannotTry(f"That is more than {AN_HOUR} tests in an hour. Wait a while.")
        made = [
            Trial.objects.create(
                organisation_id=message.organisation_id,
                message=message,
                place=place,
                by=by,
                seed=seed,
                to_seed=seed is not None,
                asked_at=at,
            )
            for seed in wanted
        ]
        for trial in made:
            queue().configure_task(JOB, queue="messaging").defer(trial=trial.pk)
    return made


def send(trial_id: int, at: datetime) -> None:
    """Hand one test over, if nobody has begun to. Whatever comes of it is kept beside it."""
    if not Trial.objects.filter(pk=trial_id, claimed_at=None).update(claimed_at=at):
        return
    found = Trial.objects.select_related(
        "message__account",
        "message__sender",
        "message__page",
        "message__organisation",
        "by__user",
        "seed",
        "place",
    )
    trial = found.get(pk=trial_id)
    problem = _hand_over(trial)
    Trial.objects.filter(pk=trial_id).update(sent_at=None if problem else at, problem=problem)


def _hand_over(trial: Trial) -> str:
    """Why it was not taken; nothing if it was."""
    cut = trial.message.master.cuts.filter(place=trial.place).first()
    if cut is None:
        return "There is no e-mail for that seat any more."
    if trial.to_seed and trial.seed is None:
        return "That address is no longer on the seed list."
    try:
        line = open_line(trial.message.spoken)
        with closing(line):
            letter = _letter(trial, cut, takes_8bit=line.takes_8bit)
            answers: list[Answer] = []
            line.hand_over(
                [letter],
                before_body=lambda letter: True,
                on_answer=lambda letter, answer: answers.append(answer),
            )
    except (CannotOpen, Unreachable, BreaksHeader, signing.CannotSign) as refusal:
        return str(refusal)[:300]
    return _said_of(answers[0]) if answers else UNANSWERED


def _said_of(answer: Answer) -> str:
    if answer.end == End.ACCEPTED:
        return ""
    if answer.end == End.UNANSWERED:
        return UNANSWERED
    return f"The mail server did not take it: {answer.words}"[:300]


def _letter(trial: Trial, cut: Cut, *, takes_8bit: bool) -> Letter:
    """The message compiled as in a sending, but for one reader and with nothing left open."""
    account = trial.message.spoken
    wording = Wording(
        subject=inert(MARK + filled(cut.subject, trial)),
        text=inert(filled(cut.text, trial)),
        html=filled(cut.html, trial, is_html=True),
        link="",
        from_name=tidy(account.from_name),
        from_address=account.from_address,
        headers=(("X-Muster-Test", "yes"),),
        has_one_click=False,
    )
    to = trial.seed.address if trial.seed else trial.by.user.email
    code = f"test-{trial.pk}"
    person = mime.Person("", to, {"code": code})
    body, is_plain = compiled_for(wording, takes_8bit).fill(person, trial.asked_at)
    if signers := signing.signers_for(account):
        body = dkim.signed(body, signers, int(trial.asked_at.timestamp()))
    return Letter(code, account.from_address.encode(), to.encode(), body, is_plain)


def filled(part: str, trial: Trial, *, is_html: bool = False) -> str:
    """A part as whoever tries it out would read it; its links lead where anybody may go."""
    home = f"{settings.PUBLIC_ADDRESS}/{trial.message.organisation.slug}"
    first_name = trial.by.name.split(" ")[0]
    said = {
        "first_name": first_name,
        "link": "/".join([home, trial.message.page.slug, *filter(None, [_slug(trial.place)])]),
        "source": "",
        "unsubscribe": f"{home}/privacy",
        "preferences": f"{home}/privacy",
        "seat": trial.place.name if trial.place else NO_SEAT,
    }
    pieces, fields = filling.split_open(part)
    put_in = [said[field.name] or field.fallback for field in fields]
    inside = [escape(words) if is_html else words for words in put_in]
    return "".join(piece + words for piece, words in zip(pieces, [*inside, ""], strict=True))


def _slug(place: Place | None) -> str:
    return place.slug if place else ""


def keep_seeds(organisation: Organisation, typed: str, *, by: Member, at: datetime) -> None:
    """Make these addresses, one a line, the seed list. Raises CannotKeepSeeds."""
    wanted = list(dict.fromkeys(line.strip().lower() for line in typed.split("\n") if line.strip()))
    if len(wanted) > MOST_SEEDS:
        raise CannotKeepSeeds(f"A seed list has at most {MOST_SEEDS} addresses.")
    for address in wanted:
        try:
            validate_email(address)
        except ValidationError:
            raise CannotKeepSeeds(f"{address[:80]} is no e-mail address.") from None
    with transaction.atomic():
        Seed.objects.filter(organisation=organisation).exclude(address__in=wanted).delete()
        for address in wanted:
            Seed.objects.get_or_create(
                organisation=organisation,
                address=address,
                defaults={"kept_by": by, "kept_at": at},
            )


def _seeds(organisation: Organisation) -> list[Seed]:
    return list(Seed.objects.filter(organisation=organisation).order_by("address"))


def lately(message: Message, by: Member) -> list[Trial]:
    """Their own last tests of it, and those to seeds; the newest first."""
    mine = Trial.objects.filter(Q(by=by) | Q(to_seed=True), message=message)
    return list(mine.select_related("seed", "place", "by__user").order_by("-pk")[:8])

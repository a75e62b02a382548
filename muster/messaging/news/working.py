"""Working what services told: each thing once, in the order it was heard."""

from datetime import datetime, timedelta

from django.db import transaction

from muster.lib.bounces import Kind
from muster.lib.bounces.judging import status_in
from muster.messaging import unsubscribing
from muster.messaging.news.models import News
from muster.messaging.news.rules import UNSUBSCRIBED
from muster.messaging.returns import finding
from muster.messaging.returns.taking_in import CameBack, take_in
from muster.people import suppressing
from muster.people.models import Channel

MOST_AT_ONCE = 500
KEPT_FOR = timedelta(days=30)


def work(organisation_id: int, at: datetime) -> bool:
    """Do what comes of what waits. True: more waits. Twice is once."""
    waiting = News.objects.filter(organisation=organisation_id, worked_at=None).order_by("id")
    ids = list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in ids:
        with transaction.atomic():
            locked = News.objects.select_for_update(of=("self",), skip_locked=True)
            news = locked.select_related("organisation", "account").filter(worked_at=None, pk=pk)
            if one := news.first():
                _act(one)
                one.code = one.address = ""
                one.worked_at = at
                one.save(update_fields=["code", "address", "worked_at"])
    return len(ids) == MOST_AT_ONCE


def clear(organisation_id: int, at: datetime) -> None:
    """No service tells a thing again after so long."""
    old = News.objects.filter(organisation=organisation_id, heard_at__lt=at - KEPT_FOR)
    old.exclude(worked_at=None).delete()


def _act(news: News) -> None:
    if news.kind == UNSUBSCRIBED:
        _unsubscribe(news)
        return
    came_back = CameBack(
        kind=Kind(news.kind),
        source=news.account.provider,
        event=f"{news.account_id}.{news.event}",
        codes=(news.code,) if news.code else (),
        address=news.address,
        status=status_in(news.words),
        words=news.words,
        is_vouched=True,
    )
    take_in(news.organisation, came_back, at=news.at)


def _unsubscribe(news: News) -> None:
    """They used the service's own way out: it holds with us as ours does (DP-21)."""
    about = finding.by_codes(news.organisation, [news.code]) if news.code else None
    about = about or finding.by_address(news.organisation, news.address)
    if about is None:
        return
    source, email = f"Unsubscribed at {news.account.provider}", (Channel.EMAIL.value,)
    if about.sending:
        unsubscribing.stop(about.person, email, about.sending.pk, news.at, source=source)
    else:
        suppressing.suppress_person(
            about.person, reason="unsubscribed", at=news.at, channels=email, source=source
        )

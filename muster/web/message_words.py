"""Writing a message's words, with one seat's cut beside them as they change."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from muster.channels.domains.keeping import offered
from muster.content import checking, cutting, masters
from muster.content.models import Master
from muster.lib.times import now
from muster.messaging import drafting
from muster.messaging.models import Message
from muster.places.models import Place, TargetList
from muster.web import composer
from muster.web.composer_saved import pressed
from muster.web.content_reach import refuse_while_armed
from muster.web.headers import with_pictures
from muster.web.letter_reader import reader_of
from muster.web.members import MemberRequest, member_may
from muster.web.message_forms import DraftForm, WordsForm
from muster.web.message_reach import audiences_for, message_for, sending_of
from muster.web.message_show import preview_of

GMAIL_CLIPS = 102  # kB of HTML
FIELDS = (
    ("{seat}", "Seat", "the seat's name"),
    ("{seat_local}", "Local name", "its Welsh name, where it has one"),
    ("{candidate}", "Candidate", "who stands there"),
    ("{date}", "Date", "the day chosen above"),
    ("{first_name|friend}", "First name", "or the word after the bar"),
    ("{link}", "Link", "the seat's own page"),
    ("{fact:lead}", "Lead", "how far behind or ahead"),
    ("{fact:swing}", "Swing", "points needed to win"),
    ("{fact:majority}", "Majority", "votes between the first two"),
    ("{fact:electorate}", "Electorate", "people on the register"),
    ("{fact:region}", "Region", "region or nation"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def write(request: MemberRequest) -> HttpResponse:
    """Write a message, and see every problem of every seat as soon as it is kept."""
    audiences = audiences_for(request)
    asked = {"audience": request.GET.get("audience", "")} | typed_so_far(request)
    form = DraftForm(
        request.organisation,
        finished(request),
        audiences=audiences,
        senders=offered(request.organisation, request.reach),
        initial=asked,
    )
    if form.is_valid():
        words = form.words(composer.typed(request.POST))
        try:
            message = drafting.draft(
                request.organisation, words, by=request.member, at=now(), **form.chosen()
            )
        except masters.CannotWrite as refusal:
            return _written(request, form, refusal=refusal, status=409)
        return redirect("messages:show", message.pk)
    return _written(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_may("write content", everywhere=True)
def change(request: MemberRequest, id: int) -> HttpResponse:
    """Put other words in place. Nothing typed is lost when they are refused."""
    message = message_for(request, id)
    initial = WordsForm.initial_of(message.master) | typed_so_far(request)
    form = WordsForm(finished(request), initial=initial)
    if sending_of(message) is not None:
        return redirect("messages:show", id)
    if form.is_valid():
        words = form.words(composer.typed(request.POST))
        try:
            refuse_while_armed(message.master)
            drafting.change(message, words, by=request.member, at=now())
        except masters.CannotWrite as refusal:
            return _written(request, form, message=message, refusal=refusal, status=409)
        return redirect("messages:show", id)
    return _written(request, form, message=message)


def finished(request: MemberRequest) -> QueryDict | None:
    """The form, if it was sent to be kept: while blocks are moved nothing is missed in it yet."""
    return request.POST if request.method == "POST" and "do" not in request.POST else None


def typed_so_far(request: MemberRequest) -> dict[str, Any]:
    return request.POST.dict() if "do" in request.POST else {}


def _written(
    request: MemberRequest,
    form: WordsForm,
    *,
    message: Message | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    targets = _targets(request, form, message)
    seats = _seats(targets)
    post = request.POST if request.method == "POST" else None
    blocks = composer.blocks_of(post, message.master if message else None)
    after = pressed(request, blocks, request.POST.get("do", ""))
    if request.htmx and "do" in request.POST:  # type: ignore[attr-defined]
        return render(request, "web/messages/_blocks.html", after.page(request))
    context: dict[str, Any] = {
        "form": form,
        "message": message,
        "fields": FIELDS,
        "seats": seats,
        "targets": targets,
        **after.page(request),
    } | more
    if isinstance(form, DraftForm):
        context["lacking"] = form.lacking()
    if seats:
        context |= _previewed(request, form, after.blocks, targets, seats)
    return with_pictures(render(request, "web/messages/write.html", context, status=status))


def _targets(request: MemberRequest, form: WordsForm, message: Message | None) -> TargetList | None:
    if message is not None:
        return message.target_list
    lists = TargetList.objects.by_use(request.organisation)
    asked = str(form["targets"].value() or "") if "targets" in form.fields else ""
    return (lists.filter(pk=asked).first() if asked.isdigit() else None) or lists.first()


def _seats(targets: TargetList | None) -> list[Place]:
    if targets is None:
        return []
    seats = Place.objects.filter(target__target_list=targets)
    return list(seats.select_related("parent__parent").order_by("target__rank"))


@require_POST
@member_may("write content", everywhere=True)
def preview(request: MemberRequest) -> HttpResponse:
    """One seat's cut of words that are not kept yet."""
    lists = TargetList.objects.filter(organisation=request.organisation)
    asked = request.POST.get("targets", "")
    targets = lists.filter(pk=asked).first() if asked.isdigit() else None
    seats = _seats(targets)
    if not seats:
        return render(request, "web/messages/_preview.html", {})
    blocks = composer.typed(request.POST)
    context = _previewed(request, WordsForm(request.POST), blocks, targets, seats)
    if targets and request.POST.get("seats_of", asked) != asked:
        # Another list was chosen: its seats to choose from, and how many they are.
        context |= {"targets": targets, "new_seats": seats}
    return render(request, "web/messages/_preview.html", context)


def _previewed(
    request: MemberRequest,
    form: WordsForm,
    blocks: composer.Blocks,
    targets: TargetList | None,
    seats: list[Place],
) -> dict[str, Any]:
    """The cut of one seat, its problems, and who reads it there."""
    reader = reader_of(request, seats)
    place = reader.place
    master = written_so_far(request, form, blocks, targets=targets)
    cut = cutting.previewed(master, place, now())
    return {
        "place": place,
        "reader": reader,
        "size": len(cut.html.encode()) / 1000,
        "most": GMAIL_CLIPS,
        "problems": checking.problems_of(cut),
    } | preview_of(cut, reader.first_name, reader.look)


def written_so_far(
    request: MemberRequest, form: WordsForm, blocks: composer.Blocks, **more: Any
) -> Master:
    """The words as they stand in the form, as a master that is not kept."""
    day = form["date"].value() or None
    try:
        day = form.fields["date"].clean(day) if isinstance(day, str) else day
    except ValidationError:
        day = None
    return Master(
        organisation=request.organisation,
        subject=form["subject"].value() or "",
        preheader=form["preheader"].value() or "",
        blocks=blocks,
        date=day,
        author=request.member,
        **more,
    )

"""Settings: the organisation's tags, and the topics people choose among."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from muster.lib.times import now
from muster.lib.words import counted
from muster.people.models import Tag
from muster.people.record import preferring, tagging
from muster.people.record.models import PersonTopic, Topic
from muster.web.members import MemberRequest, member_may

in_charge = member_may("change settings", everywhere=True)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def tags(request: MemberRequest) -> HttpResponse:
    """Every tag and how many carry it; a new one."""
    refusal = None
    if request.method == "POST":
        try:
            tag = tagging.named(request.organisation, request.POST.get("name", ""))
        except tagging.CannotTag as why:
            refusal = why
        else:
            messages.success(request, f"“{tag}” is there for everybody.")
            return redirect("settings:tags")
    context = {
        "tags": tagging.counted(request.organisation),
        "here": "tags",
        "refusal": refusal,
    }
    return render(request, "web/settings/tags.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def tag(request: MemberRequest, pk: int) -> HttpResponse:
    """Rename it, merge it into another, or delete it."""
    found = get_object_or_404(tagging.counted(request.organisation), pk=pk)
    refusal = None
    if request.method == "POST":
        try:
            messages.success(request, _act_on(request, found))
            return redirect("settings:tags")
        except tagging.CannotTag as why:
            refusal = why
    others = Tag.objects.filter(organisation=request.organisation).exclude(pk=pk).order_by("name")
    context = {"tag": found, "others": others, "here": "tags", "refusal": refusal}
    return render(request, "web/settings/tag.html", context, status=422 if refusal else 200)


def _act_on(request: MemberRequest, found: Tag) -> str:
    """What was done, in words. Raises `tagging.CannotTag`."""
    act = request.POST.get("act", "")
    if act == "delete":
        carried = tagging.delete(found)
        return f"Deleted: {counted(carried, 'person', 'people')} carried it."
    if act == "merge":
        asked = request.POST.get("into", "")
        ours = Tag.objects.filter(organisation=request.organisation)
        into = ours.filter(pk=int(asked) if asked.isdecimal() else 0).first()
        if into is None:
            raise tagging.CannotTag("Choose the tag to merge it into.")
        moved = tagging.merge(found, into)
        return f"Merged into “{into}”: {counted(moved, 'person', 'people')}."
    tagging.rename(found, request.POST.get("name", ""))
    return "Renamed, for everybody who carries it."


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def topics(request: MemberRequest) -> HttpResponse:
    """What the organisation writes about, as the preference page offers it."""
    refusal = None
    if request.method == "POST":
        try:
            _keep_topic(request, None)
        except preferring.CannotKeep as why:
            refusal = why
        else:
            messages.success(request, "Offered on the preference page from now on.")
            return redirect("settings:topics")
    ours = Topic.objects.filter(organisation=request.organisation)
    unwanted = PersonTopic.objects.filter(organisation=request.organisation, is_wanted=False)
    no = dict(unwanted.values_list("topic").annotate(Count("person")))
    rows = [{"topic": t, "no": no.get(t.pk, 0)} for t in ours.order_by("-retired_at", "name")]
    context = {
        "topics": rows,
        "offered": ours.filter(retired_at=None).count(),
        "typed": request.POST if refusal else {},
        "here": "topics",
        "refusal": refusal,
    }
    return render(request, "web/settings/topics.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def topic(request: MemberRequest, pk: int) -> HttpResponse:
    """Name it otherwise, retire it, bring it back."""
    found = get_object_or_404(Topic.objects.filter(organisation=request.organisation), pk=pk)
    refusal = None
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "retire":
                preferring.retire(found, at=now())
            elif act == "bring back":
                preferring.bring_back(found)
            else:
                _keep_topic(request, found)
        except preferring.CannotKeep as why:
            refusal = why
        else:
            messages.success(request, "Changed.")
            return redirect("settings:topics")
    context = {"topic": found, "here": "topics", "refusal": refusal}
    return render(request, "web/settings/topic.html", context, status=422 if refusal else 200)


def _keep_topic(request: MemberRequest, found: Topic | None) -> None:
    name, about = request.POST.get("name", ""), request.POST.get("about", "")
    preferring.keep_topic(request.organisation, name, about, found)


urlpatterns = [
    path("tags", tags, name="tags"),
    path("tags/<int:pk>", tag, name="tag"),
    path("topics", topics, name="topics"),
    path("topics/<int:pk>", topic, name="topic"),
]

"""People and imports: whose they are."""

from tests.conftest import NOON
from tests.wrong_people import Route


def _import(w):
    from muster.people.models import Import

    return Import.objects.get_or_create(
        organisation=w.party, name="list.csv", path="/nowhere", size=1, sha256="", started_at=NOON
    )[0]


def _wording(w):
    from muster.people.models import Wording

    return Wording.objects.get_or_create(
        organisation=w.party,
        campaigner=w.campaigner,
        channel="email",
        version="1",
        text="Yes, e-mail me.",
    )[0]


def _code(w):
    return {"code": w.cleo.code}


def _pk(w):
    return {"pk": _import(w).pk}


def _choosing(w):
    from muster.people.models import Import

    waits = Import.objects.get_or_create(
        organisation=w.party,
        name="columns.csv",
        path="/nowhere/else",
        size=1,
        sha256="",
        state="choosing",
        preset="any",
        heading=["email", "Joined", "Colour"],
        choices=[{"target": "email"}, {"target": "joined_on"}, {"target": "ignore"}],
    )
    return {"pk": waits[0].pk}


def _with_import(w):
    _import(w)
    return {}


def _new_wording(w):
    return {"channel": "sms", "version": "2", "campaigner": w.campaigner.pk, "text": "Yes."}


def _given(w):
    return {"channel": "email", "wording": _wording(w).pk, "source": "Stall"}


def _upload(w):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("list.csv", b"given_name,family_name,email\nAnn,Smith,\n")}


def _who(w):
    from muster.people.record.changing import Who

    return Who(w.ada, NOON)


def _tagged(w):
    from muster.people.record import tagging

    return {"code": w.cleo.code, "pk": tagging.add(w.cleo, "Doors", _who(w)).pk}


def _point(w):
    return {"code": w.cleo.code, "pk": w.cleo.contact_points.get().pk}


def _change(w):
    from muster.people.record import editing
    from muster.people.record.models import PersonChange

    was = {"address": w.cleo.address}
    editing.edit(w.cleo, {"address": "3 Mill Lane"}, was=was, who=_who(w))
    return {"code": w.cleo.code, "pk": PersonChange.objects.latest("id").pk}


def _noted(w):
    from muster.people.record import noting

    return {"code": w.cleo.code, "pk": noting.write(w.cleo, "Kind.", by=w.ada, at=NOON).pk}


def _tied(w):
    from muster.people.record import tying
    from muster.people.record.models import Relationship
    from tests.conftest import supporter

    other = w.party.people.filter(given_name="Zoe").first()
    other = other or supporter(w.party, "Zoe", "Hart", w.stroud)
    tying.tie(w.cleo, other, "friend", by=w.ada, at=NOON)
    return {"code": w.cleo.code, "pk": Relationship.objects.latest("id").pk}


def _other(w):
    from tests.conftest import supporter

    zoe = w.party.people.filter(given_name="Zoe").first()
    zoe = zoe or supporter(w.party, "Zoe", "Hart", w.stroud)
    return {"kind": "friend", "other": zoe.code}


def _renamed(w):
    return {"given_name": "Cleopatra", "was_given_name": "Cleo"}


def _with_tag(w):
    _tagged(w)
    return {}


def _run(w):
    from muster.people.models import Person
    from muster.people.record import tag_runs, tagging

    tag = tagging.named(w.party, "Doors")
    ours = Person.objects.filter(pk=w.cleo.pk)
    run = tag_runs.begin(tag, ours, is_added=True, whom="of Stroud", by=w.ada, at=NOON)
    return {"pk": run.pk}


BOTH = ("GET", "POST")
PRESS = ("POST",)
ROUTES = [
    Route("people:list", hides=lambda w: ["Cleo"], rival="kept", other_seat="kept"),
    Route("people:show", args=_code, methods=("GET",)),
    Route(
        "people:tagging",
        methods=BOTH,
        post=lambda w: {"tag": "Doors"},
        hides=lambda w: ["1 person"],
        rival="kept",
        other_seat="kept",
    ),
    Route("people:tag_run", args=_run),
    Route("people:tag_undo", args=_run, methods=PRESS),
    Route("people:timeline", args=_code),
    Route(
        "people:tag_names",
        args=_with_tag,
        hides=lambda w: ["Doors"],
        rival="kept",
        other_seat="open",
        why="A tag's name is the whole organisation's.",
    ),
    Route("people:stop", args=_code, methods=PRESS),
    Route("people:edit", args=_code, methods=BOTH, post=_renamed),
    Route(
        "people:add_contact",
        args=_code,
        methods=PRESS,
        post=lambda w: {"kind": "phone", "value": "07700 900123"},
    ),
    Route("people:contact", args=_point, methods=PRESS, post=lambda w: {"value": "c@example.org"}),
    Route("people:undo", args=_change, methods=PRESS),
    Route("people:tag", args=_code, methods=PRESS, post=lambda w: {"tag": "Doors"}),
    Route("people:untag", args=_tagged, methods=PRESS),
    Route("people:write_note", args=_code, methods=PRESS, post=lambda w: {"text": "Kind."}),
    Route("people:note", args=_noted, methods=PRESS, post=lambda w: {"text": "Very kind."}),
    Route("people:ties", args=_code, methods=BOTH, post=_other),
    Route("people:untie", args=_tied, methods=PRESS),
    Route("people:details", args=_code, methods=BOTH),
    Route("people:withdraw", args=_code, methods=("POST",), post=lambda w: {"channel": "email"}),
    Route("people:give", args=_code, methods=("POST",), post=_given),
    Route("people:seat", args=_code, methods=("GET", "POST"), post=lambda w: {"seat": "nowhere"}),
    Route("people:erase", args=_code, methods=("GET", "POST"), post=lambda w: {"word": "no"}),
    Route("imports:list", args=_with_import, hides=lambda w: ["list.csv"], rival="kept"),
    Route("imports:template", rival="open", why="An empty form."),
    Route("imports:upload", methods=("POST",), post=_upload, rival="kept", hides=lambda w: ["x"]),
    Route(
        "imports:add_wording",
        methods=("POST",),
        post=_new_wording,
        rival="kept",
        hides=lambda w: ["Promoted"],
    ),
    Route("imports:show", args=_pk),
    Route("imports:stop", args=_pk, methods=("POST",)),
    Route("imports:go_on", args=_pk, methods=("POST",)),
    Route("imports:refused", args=_pk),
    Route("imports:columns", args=_choosing, methods=("GET", "POST"), status=(200, 422)),
    Route("imports:rows", args=_choosing, methods=("POST",)),
    Route("imports:read_as", args=_pk, methods=("POST",)),
    Route("imports:read_sheet", args=_pk, methods=("POST",)),
    Route("imports:correct", args=_pk, methods=("POST",)),
    Route("imports:choose_again", args=_pk, methods=("POST",)),
    Route("imports:take", args=_pk, methods=("POST",)),
    Route("imports:put_away", args=_pk, methods=("POST",)),
    Route("imports:undo", args=_pk, methods=("GET", "POST"), status=(200, 422)),
]

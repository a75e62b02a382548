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


ROUTES = [
    Route("people:list", hides=lambda w: ["Cleo"], rival="kept", other_seat="kept"),
    Route("people:show", args=_code, methods=("GET",)),
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
]

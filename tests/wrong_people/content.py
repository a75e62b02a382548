"""Content: who may write, read, look over and approve what every seat gets, and in which seats."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

from PIL import Image

from muster.content import approving, cutting, masters, pictures
from muster.content.models import Cut, Master
from tests.wrong_people import Route
from tests.wrong_people.messages import of, stroud_alone
from tests.wrong_people.world import World

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
NAMES = {"card": "Doors, the card", "post": "Doors, the post"}
WORDS: dict[str, dict[str, Any]] = {
    "card": {"subject": "Meet us in {seat}", "body": "On {date}.", "alt": "A card for {seat}"},
    "post": {"body": "We meet in {seat} on {date}: {link}"},
}


def master_in_stroud(w: World, kind: str = "card") -> Master:
    """Written by Ben and cut for Stroud alone, its cards drawn, so that Ada may approve it."""
    there = Master.objects.filter(organisation=w.party, name=NAMES[kind]).first()
    if there is not None:
        return there
    words = masters.Words(
        NAMES[kind], kind=kind, date=date(2026, 5, 9), targets=stroud_alone(w), **WORDS[kind]
    )
    master = masters.write(w.party, words, by=w.ben, at=AT)
    cutting.cut(master, [w.stroud], AT)
    for cut in master.cuts.filter(format__in=("square", "story")):
        Cut.objects.filter(pk=cut.pk).update(image=pictures.keep(jpeg(cut.format)), drawn_at=AT)
    return master


def jpeg(format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (108, 108 if format == "square" else 192), "#b8123f").save(out, "JPEG")
    return out.getvalue()


def post_in_stroud(w: World) -> Master:
    return master_in_stroud(w, "post")


def approved(w: World) -> Master:
    master = post_in_stroud(w)
    at = datetime.now(UTC)
    approving.approve(master, w.ada, at, at + timedelta(days=1))
    return master


def picture_of_stroud(w: World) -> dict[str, Any]:
    return {"sha": master_in_stroud(w).cuts.get(format="square").image}


def standing(w: World) -> dict[str, Any]:
    """No arguments, but the master is there before the page is asked for."""
    master_in_stroud(w)
    return {}


def kind(value: str) -> Any:
    return lambda w: standing(w) | {"kind": value}


def words(w: World) -> dict[str, Any]:
    return {
        "name": "Another",
        "body": "Come along in {seat}: {link}",
        "targets": stroud_alone(w).pk,
        "preview_seat": w.stroud.code,
    }


ROUTES = [
    Route(
        "content:list",
        args=standing,
        hides=lambda w: [NAMES["card"]],
        rival="kept",
        other_seat="kept",
    ),
    Route(
        "content:write",
        args=kind("post"),
        methods=("GET", "POST"),
        post=words,
        hides=lambda w: ["Stroud alone"],
        rival="kept",
    ),
    Route(
        "content:preview",
        args=kind("post"),
        methods=("POST",),
        post=words,
        hides=lambda w: ["in Stroud"],
        rival="kept",
    ),
    Route("content:picture", args=picture_of_stroud),
    Route("content:show", args=of(master_in_stroud)),
    Route("content:words", args=of(post_in_stroud), methods=("GET", "POST"), post=words),
    Route("content:versions", args=of(post_in_stroud)),
    Route("content:put_back", args=of(post_in_stroud, number=lambda w: 1), methods=("POST",)),
    Route("content:again", args=of(post_in_stroud), methods=("POST",)),
    Route("content:sheet", args=of(master_in_stroud)),
    Route("content:seat", args=of(master_in_stroud, code=lambda w: w.stroud.code)),
    Route(
        "content:approve",
        args=of(post_in_stroud),
        methods=("GET", "POST"),
        post=lambda w: {
            "until": (datetime.now(UTC) + timedelta(days=3)).date().isoformat(),
            "seen": approving.digest_over(post_in_stroud(w)),
        },
    ),
    Route("content:withdraw", args=of(approved), methods=("POST",)),
    Route("content:drawing", args=of(master_in_stroud), status=(302,)),
    Route("content:draw", args=of(master_in_stroud), methods=("POST",)),
    Route("content:stop_drawing", args=of(master_in_stroud), methods=("POST",)),
]

"""Asking every cut whether it may go out, and saying all the answers at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from muster.content import blocks, card_rules, rules, short_rules
from muster.content.filling import names_in, problems_with_fields
from muster.content.models import Cut, Master
from muster.content.rendering import Draft
from muster.content.sources import imprint_of
from muster.organisations.models import Campaigner

PAGE_LETTERS, CODE_LETTERS = 12, 10


@dataclass(frozen=True)
class Said:
    """The writer's words as one seat reads them, and the fields that stayed empty."""

    subject: str
    body: str
    button: str
    missing: tuple[str, ...]
    draft: Draft


def problems_when_made(cut: Cut, said: Said) -> list[str]:
    """Every reason a cut just made may not go out."""
    if cut.format != Cut.Format.EMAIL:
        return short_rules.problems_in(_short(cut, said))
    master = cut.master
    texts = (master.subject, master.preheader, *blocks.texts_of(master.blocks))
    return rules.problems_in(
        rules.Brief(
            subject=said.subject,
            body=said.body,
            html=cut.html,
            text=cut.text,
            is_service=master.serves(cut.place),
            has_link=blocks.leads_to_page(master.blocks) or "link" in names_in(*texts),
            campaigner=campaigner_of(cut),
            field_problems=problems_with_fields(*texts),
            missing=said.missing,
            dropped=said.draft.dropped,
            undescribed=said.draft.undescribed,
            block_problems=blocks.problems_in(said.draft.blocks),
            said=f"{said.subject}\n{said.body}",
        )
    )


def _short(cut: Cut, said: Said) -> short_rules.Brief:
    master = cut.master
    texts = (master.subject, master.body, master.button, master.alt)
    return short_rules.Brief(
        kind=master.kind,
        subject=said.subject,
        body=said.body,
        button=said.button,
        alt=cut.alt,
        has_link="link" in names_in(master.body),
        used=frozenset(names_in(*texts)),
        campaigner=campaigner_of(cut),
        field_problems=problems_with_fields(*texts),
        missing=said.missing,
        link_letters=_link_letters(cut),
    )


def _link_letters(cut: Cut) -> int:
    """How long this seat's own link will be at most: page and source code are not known here."""
    seat = cut.place.slug if cut.place else ""
    home = f"{settings.PUBLIC_ADDRESS}/{cut.master.organisation.slug}/"
    return len(home) + PAGE_LETTERS + len(f"/{seat}?s=") + CODE_LETTERS


def problems_of(cut: Cut) -> list[str]:
    """Every reason this cut may not go out, its imprint and its picture asked again as they stand.

    What the law says of the material itself is asked above (compliance).
    """
    who = campaigner_of(cut)
    if cut.format == Cut.Format.EMAIL:
        brief = rules.Brief("", "", cut.html, cut.text, cut.master.serves(cut.place), True, who)
        now = list(rules.imprint_problems(brief))
    else:
        now = list(rules.campaigner_problems(who))
        now += [] if who is None else short_rules.changed_imprint(cut.imprint, who)
    if cut.master.kind == Master.Kind.CARD:
        now += card_rules.problems_in(_picture(cut))
    return list(dict.fromkeys([*cut.problems, *now]))


def _picture(cut: Cut) -> card_rules.Picture:
    return card_rules.Picture(
        is_drawn=bool(cut.image),
        was_tried=cut.drawn_at is not None,
        imprint=cut.imprint,
        marks={part["role"]: part for part in cut.drawn if "problem" not in part},
        problems=tuple(part["problem"] for part in cut.drawn if "problem" in part),
        is_demonstration=bool(cut.card.get("is_demonstration")),
    )


def campaigner_of(cut: Cut) -> rules.Campaigner | None:
    """The cut's campaigner as the rules see one."""
    who = cut.campaigner
    if who is None:
        return None
    stands_elsewhere = who.kind == Campaigner.Kind.CANDIDATE and (
        cut.place is None or who.place_code != cut.place.code
    )
    imprint = imprint_of(who)
    return rules.Campaigner(
        promoter=who.promoter,
        address=who.address,
        on_behalf_of=who.on_behalf_of,
        on_behalf_address=who.on_behalf_address,
        imprint=imprint.words() if imprint else "",
        is_candidate_here=not stands_elsewhere,
    )


def grouped(cuts: Iterable[Cut]) -> list[str]:
    """All problems of all cuts, one sentence each: "Candidate missing in 3 seats: Neath, …"."""
    asked = list(cuts)
    found = dict.fromkeys(
        (cut.place.name if cut.place else "", problem)
        for cut in asked
        for problem in problems_of(cut)
    )
    return rules.grouped(found, of=len({cut.place_id for cut in asked}))

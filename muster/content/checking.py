"""Asking every cut whether it may go out, and saying all the answers at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from muster.content import rules
from muster.content.filling import names_in, problems_with_fields
from muster.content.letterhead import Imprint
from muster.content.models import Cut
from muster.content.rendering import Draft
from muster.organisations.models import Campaigner


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
    master = cut.master
    texts = (master.subject, master.body, master.button)
    return rules.problems_in(
        rules.Brief(
            subject=said.subject,
            body=master.body,
            html=cut.html,
            text=cut.text,
            is_service=cut.place is None,
            has_link=bool(master.button.strip()) or "link" in names_in(*texts),
            campaigner=campaigner_of(cut),
            field_problems=problems_with_fields(*texts),
            missing=said.missing,
            dropped=said.draft.dropped,
            undescribed=said.draft.undescribed,
            said=f"{said.subject}\n{said.body}\n{said.button}",
        )
    )


def problems_of(cut: Cut) -> list[str]:
    """Every reason this cut may not go out, its imprint asked again as it stands now."""
    brief = rules.Brief("", "", cut.html, cut.text, cut.place is None, True, campaigner_of(cut))
    return list(dict.fromkeys([*cut.problems, *rules.imprint_problems(brief)]))


def campaigner_of(cut: Cut) -> rules.Campaigner | None:
    """The cut's campaigner as the rules see one."""
    who = cut.campaigner
    if who is None:
        return None
    stands_elsewhere = who.kind == Campaigner.Kind.CANDIDATE and (
        cut.place is None or who.place_code != cut.place.code
    )
    imprint = Imprint(who.promoter, who.address, who.on_behalf_of, who.on_behalf_address)
    return rules.Campaigner(
        promoter=who.promoter,
        address=who.address,
        on_behalf_of=who.on_behalf_of,
        on_behalf_address=who.on_behalf_address,
        imprint=imprint.words(),
        is_candidate_here=not stands_elsewhere,
    )


def grouped(cuts: Iterable[Cut]) -> list[str]:
    """All problems of all cuts, one sentence each: "Candidate missing in 3 seats: Neath, …"."""
    asked = list(cuts)
    found = [
        (cut.place.name if cut.place else "", problem)
        for cut in asked
        for problem in problems_of(cut)
    ]
    return rules.grouped(found, of=len(asked))

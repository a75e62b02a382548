"""Who may hold the electoral register, and for what: decided on plain values (ER-1 to ER-5)."""

HOLDERS = frozenset({"party", "party_unit", "candidate", "npc_registered"})
ONLY_REGISTERED = "Only registered campaigners may hold the full register."
PURPOSES = {
    "electoral": "An election: canvassing, delivering",
    "donor": "Checking a donor",
}
ONLY_FOR = (
    "The register may be used for electoral purposes or to check a donor, and for nothing else:"
    " not for advertising platforms, and not outside the campaigner who received it (ER-1)."
)
VERSION = "2026-11"
WORDS = (
    "I look at the electoral register only for electoral purposes or to check that a donor is"
    " permitted.",
    "I pass nothing of it on, I upload none of it to an advertising platform, and I keep no copy"
    " longer than the work takes.",
    "I do not try to find out who an anonymous elector is.",
    "The register gives nobody’s consent to e-mails, texts or calls.",
    "I know that misuse is a criminal offence (Representation of the People Regulations 2001,"
    " regulation 115), and that each look and each copy is written down in my name.",
)
"""What each member accepts before they see any of it (ER-3). Changed words: another version."""
FEWEST_LETTERS = 3


def problems_before_loading(
    *, campaigner_kind: str, entitlement: str, is_in_future: bool, has_place: bool, may_all: bool
) -> list[str]:
    """Everything that forbids keeping this register."""
    problems = []
    if campaigner_kind not in HOLDERS:
        problems.append(ONLY_REGISTERED)
    if not entitlement.strip():
        problems.append("Write by what right it was received, such as “Regulation 105”.")
    if is_in_future:
        problems.append("The day it was received lies in the future.")
    if not has_place and not may_all:
        problems.append("Choose the seat it covers.")
    return problems


def problems_before_looking(
    *, purpose: str, has_accepted: bool, postcode: str = "", family_name: str = ""
) -> list[str]:
    """Why nothing may be shown, or why what was asked is too wide."""
    problems = problems_before_using(purpose=purpose, has_accepted=has_accepted)
    if not postcode and len(family_name) < FEWEST_LETTERS:
        problems.append(
            f"Write a postcode, or at least {FEWEST_LETTERS} letters of the family name."
        )
    return problems


def problems_before_using(*, purpose: str, has_accepted: bool) -> list[str]:
    """Looking and taking a copy alike.

    >>> problems_before_using(purpose="advertising", has_accepted=True) == [ONLY_FOR]
    True
    """
    problems = []
    if not has_accepted:
        problems.append("Accept the conditions of the register first (ER-3).")
    if purpose not in PURPOSES:
        problems.append(ONLY_FOR)
    return problems

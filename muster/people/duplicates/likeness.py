"""How alike two people look: on plain values, without a database.

Each thing that can be compared agrees at some level, and each level has a weight: the logarithm
(base 2) of how much likelier it is among records of one person than among records of two. The
weights add up (I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", Journal of the
American Statistical Association 64, 1969; levels between same and different: W. E. Winkler,
"String Comparator Metrics and Enhanced Decision Rules", 1990). People of one family share name,
home and landline, so that those weigh less here than chance alone would have them.

A sum is never enough to be sure: `is_sure` also asks for something that is one person's alone.
"""

from dataclasses import dataclass, field
from datetime import date

from rapidfuzz.distance import OSA, JaroWinkler

from muster.people.duplicates.traits import Traits, formal_names, is_a_given_name

WEIGHTS = {
    "family same": 7.5,  # one pair of strangers in 180 shares one, of the common names more
    "family slip": 5.5,
    "family sounds alike": 4.5,
    "family in part": 3.5,
    "family different": -5.0,
    "given same": 6.5,
    "given nickname": 5.0,
    "given letters exchanged": 4.5,  # "Jhon": no two of a family are named so
    "given slip": 3.5,
    "given in part": 3.0,
    "given initial": 2.5,
    "given different": -8.0,
    "names swapped": 11.0,
    "titles differ": -4.0,
    "mobile same": 16.0,
    "landline same": 8.0,  # families share it
    "phones differ": -1.0,  # people change them
    "e-mail name same": 10.0,  # more than their name stands before the @
    "e-mail name alike": 3.5,  # only their name does, as with any namesake
    "e-mail says the name": 0.0,  # in full: what it is worth stands above
    "born same": 11.0,
    "born different": -14.0,
    "home same": 8.0,
    "postcode same": 6.5,
    "homes differ": -1.0,  # people move
    "seat same": 2.0,
    "seats differ": -1.0,
}
LIKELY = 17.5
SURE = 26.0
ALIKE = 0.92
AT_HOME = {"home same", "postcode same"}
NEVER_SURE = {
    "born different",
    "titles differ",
    "generations differ",
    "middle names differ",
    "nickname of several",
    "family different",
    "family in part",
    "family missing",
    "given in part",
    "given missing",
}


@dataclass(frozen=True)
class Likeness:
    """What agrees and what does not, and the sum of it."""

    levels: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        return sum(WEIGHTS.get(level, 0.0) for level in self.levels)

    @property
    def is_likely(self) -> bool:
        """Worth a person's look. Whoever has another given name is another person."""
        return "given different" not in self.levels and self.score >= LIKELY

    @property
    def is_sure(self) -> bool:
        """Certainly one person: it is one name, nothing contradicts, and something says so that

        no two of a family, twins included, have alike.
        """
        said = set(self.levels)
        if not self.is_likely or self.score < SURE or said & NEVER_SURE:
            return False
        if "names swapped" in said:
            return "mobile same" in said or bool("born same" in said and said & AT_HOME)
        if "family same" in said:
            return _is_one_name(said) and _is_theirs_alone(said)
        is_near = "family slip" in said or bool(said & AT_HOME)
        return is_near and "given same" in said and _is_theirs_alone(said - {"seat same"})


def _is_one_name(said: set[str]) -> bool:
    """Twins may be Linda and Lynda, a father and his son both J: then their e-mail must tell."""
    if "given nickname" in said:
        return "e-mail name same" in said and bool(said & {"mobile same", "born same"})
    if said & {"given slip", "given initial"}:
        return "e-mail says the name" in said and bool(said & {"mobile same", "born same"})
    return True


def _is_theirs_alone(said: set[str]) -> bool:
    """A mobile; a day of birth, or an e-mail name that is their own, with the home or like it."""
    if "mobile same" in said:
        return True
    if "born same" in said:
        return bool(said & {*AT_HOME, "e-mail name same"})
    return "e-mail name same" in said and bool(said & {*AT_HOME, "seat same"})


def compare(one: Traits, other: Traits) -> Likeness:
    """Level by level, in the order a person would look."""
    return Likeness(
        [
            *_names(one, other),
            *_phones(one, other),
            *_emails(one, other),
            *_births(one.born, other.born),
            *_homes(one, other),
        ]
    )


def _names(one: Traits, other: Traits) -> list[str]:
    if _are_swapped(one, other):
        return ["names swapped"]
    levels = [_family(one, other), *_given(one, other)]
    if one.generation != other.generation:
        levels.append("generations differ")
    if one.title and other.title and one.title != other.title:
        levels.append("titles differ")
    return levels


def _are_swapped(one: Traits, other: Traits) -> bool:
    if one.given == other.given or not (one.family and other.family):
        return False
    return "".join(one.given) == other.family and "".join(other.given) == one.family


def _family(one: Traits, other: Traits) -> str:
    a, b = one.family, other.family
    if not a or not b:
        return "family missing"
    if a == b:
        return "family same"
    if min(len(a), len(b)) >= 5 and OSA.distance(a, b, score_cutoff=1) <= 1:
        return "family slip"
    if set(one.family_parts) & set(other.family_parts) - SMALL_WORDS:
        return "family in part"
    if one.family_sound and one.family_sound == other.family_sound:
        return "family sounds alike"
    if JaroWinkler.similarity(a, b) >= ALIKE:
        return "family sounds alike"
    return "family different"


SMALL_WORDS = {"de", "la", "le", "van", "von", "der", "den", "al", "el", "ap", "o", "mc", "mac"}


def _given(one: Traits, other: Traits) -> list[str]:
    if not one.given or not other.given:
        return ["given missing"]
    (a, *more), (b, *others) = one.given, other.given
    level = _first_names(a, b)
    if level[0] == "given different" and (set(one.given) & set(other.given)):
        return ["given in part"]
    is_contrary = more and others and not _may_be_one(more[0], others[0])
    return [*level, "middle names differ"] if is_contrary else level


def _first_names(a: str, b: str) -> list[str]:
    if len(a) == 1 or len(b) == 1:
        return ["given initial" if a[0] == b[0] else "given different"]
    if a == b:
        return ["given same"]
    if formal_names(a) & formal_names(b):
        is_plain = len(formal_names(a)) == len(formal_names(b)) == 1
        return ["given nickname"] if is_plain else ["given nickname", "nickname of several"]
    is_slip = min(len(a), len(b)) >= 4 and OSA.distance(a, b, score_cutoff=1) <= 1
    if not is_slip or (is_a_given_name(a) and is_a_given_name(b)):
        return ["given different"]
    is_exchanged = sorted(a) == sorted(b) and (is_a_given_name(a) or is_a_given_name(b))
    return ["given letters exchanged" if is_exchanged else "given slip"]


def _may_be_one(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])


def _phones(one: Traits, other: Traits) -> list[str]:
    if one.mobiles & other.mobiles:
        return ["mobile same"]
    if one.landlines & other.landlines:
        return ["landline same"]
    return ["phones differ"] if one.mobiles and other.mobiles else []


def _emails(one: Traits, other: Traits) -> list[str]:
    shared = one.mailboxes.keys() & other.mailboxes.keys()
    if not shared:
        return []
    pairs = [(one.mailboxes[name], other.mailboxes[name]) for name in shared]
    is_own = any(a.is_own and b.is_own for a, b in pairs)
    level = "e-mail name same" if is_own else "e-mail name alike"
    says_it = any(a.is_full or b.is_full for a, b in pairs)
    return [level, "e-mail says the name"] if says_it else [level]


def _births(one: date | None, other: date | None) -> list[str]:
    if one is None or other is None:
        return []
    return ["born same" if one == other else "born different"]


def _homes(one: Traits, other: Traits) -> list[str]:
    levels = []
    if one.postcode and other.postcode:
        if one.postcode != other.postcode:
            levels.append("homes differ")
        elif one.house and one.house == other.house:
            levels.append("home same")
        else:
            levels.append("homes differ" if one.house and other.house else "postcode same")
    elif one.street and one.street == other.street:
        levels.append("home same")
    if one.seat and other.seat:
        levels.append("seat same" if one.seat == other.seat else "seats differ")
    return levels

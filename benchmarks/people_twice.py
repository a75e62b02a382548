"""Made-up people of whom some are on the list twice, with whom each record really is.

Homes of families: twins, fathers and sons of one initial or one name, couples who share a
landline and sometimes a mobile. Second records have typos, short names, initials, swapped names,
moved houses, other addresses. Numbers are of a length that no network routes.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

from muster.people.duplicates.traits import Known, formal_names
from muster.people.made_up import family_names, given_names, streets

SHARE_TWICE = 0.08
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def people(seed: int, how_many: int, seats: int = 650) -> Iterator[tuple[int, Known]]:
    """(who they really are, what the record says), numbered from 1."""
    lot, number, person = Random(seed), 0, 0
    while number < how_many:
        for one in _home(lot, seats):
            person += 1
            number += 1
            yield person, one._replace(id=number)
            if lot.random() < SHARE_TWICE:
                number += 1
                yield person, _again(lot, one, seats)._replace(id=number)


def _home(lot: Random, seats: int) -> list[Known]:
    seat = 1 + lot.randrange(seats)
    postcode = f"ZZ{seat % 90 + 10} {lot.randrange(10)}{_letter(lot)}{_letter(lot)}"
    where = f"{lot.randrange(1, 180)} {lot.choice(streets())}"
    family, landline = _pick(lot, family_names()), f"+4411{lot.randrange(10**11):011}"
    has_landline, kind = lot.random() < 0.4, lot.random()
    size = 2 if kind < 0.04 else 1 + (lot.random() < 0.45) + (lot.random() < 0.1)
    found: list[Known] = []
    first_born = date.min
    for n in range(size):
        given = _pick(lot, given_names())
        born = date(1935, 1, 1) + timedelta(days=lot.randrange(25_000))
        mobile = f"+4479{lot.randrange(10**11):011}" if lot.random() < 0.6 else ""
        if n and kind < 0.02:  # twins
            born = first_born
            given = _other(lot, found[0].given)
            mobile = mobile if lot.random() < 0.7 or not found[0].phones else found[0].phones[0]
        elif n and kind < 0.03:  # father and son of one initial
            given = found[0].given[0] if lot.random() < 0.5 else _same_initial(lot, found[0].given)
        elif n and kind < 0.04:  # of one name
            given = found[0].given
        first_born = first_born if n else born
        phones = tuple(filter(None, dict.fromkeys((mobile, landline if has_landline else ""))))
        email = _email(lot, given, family) if lot.random() < 0.8 else ""
        known_day = born if lot.random() < 0.4 else None
        emails = (email,) if email else ()
        found.append(Known(0, given, family, emails, phones, postcode, where, known_day, seat))
    return found


def _again(lot: Random, one: Known, seats: int) -> Known:
    """The same person as another form or file has them."""
    two = one._replace(emails=())
    if one.emails and lot.random() < 0.5:
        name = one.emails[0].partition("@")[0]
        two = two._replace(emails=(f"{name}@example.net",))
    elif lot.random() < 0.5:
        two = two._replace(emails=(_email(lot, one.given, one.family),))
    if lot.random() < 0.25:
        two = two._replace(phones=())
    if lot.random() < 0.4:
        two = two._replace(born=None)
    changes: list[Callable[[Random, Known, int], Known]] = [
        _typo_family, _typo_given, _short, _initial, _swapped, _moved, _no_home, _plain,
    ]  # fmt: skip
    for change in lot.sample(changes, 1 + (lot.random() < 0.25)):
        two = change(lot, two, seats)
    return two


def _typo_family(lot: Random, one: Known, seats: int) -> Known:
    return one._replace(family=_typo(lot, one.family))


def _typo_given(lot: Random, one: Known, seats: int) -> Known:
    return one._replace(given=_typo(lot, one.given))


def _short(lot: Random, one: Known, seats: int) -> Known:
    names = sorted(formal_names(one.given.lower()) - {one.given.lower()})
    return one._replace(given=lot.choice(names).title()) if names else one


def _initial(lot: Random, one: Known, seats: int) -> Known:
    return one._replace(given=one.given[:1])


def _swapped(lot: Random, one: Known, seats: int) -> Known:
    return one._replace(given=one.family, family=one.given) if lot.random() < 0.3 else one


def _moved(lot: Random, one: Known, seats: int) -> Known:
    new = _home(lot, seats)[0]
    return one._replace(postcode=new.postcode, address=new.address, seat=new.seat)


def _no_home(lot: Random, one: Known, seats: int) -> Known:
    return one._replace(postcode="", address="")


def _plain(lot: Random, one: Known, seats: int) -> Known:
    return one._replace(given=one.given.upper(), address=one.address.lower())


def _typo(lot: Random, name: str) -> str:
    at = lot.randrange(len(name))
    kind = lot.random()
    if kind < 0.35 and at + 1 < len(name):
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind < 0.7 and len(name) > 3:
        return name[:at] + name[at + 1 :]
    return name[:at] + _letter(lot).lower() + name[at + 1 :]


def _email(lot: Random, given: str, family: str) -> str:
    plain = "".join(c for c in f"{given}.{family}".lower() if c.isascii() and c in f"{LETTERS}.")
    year, few, many = lot.randrange(1940, 2008), lot.randrange(100), lot.randrange(1_000_000)
    return f"{plain}{lot.choice(('', few, year, many))}@example.org"


def _other(lot: Random, given: str) -> str:
    while (other := _pick(lot, given_names())) == given:
        pass
    return other


def _same_initial(lot: Random, given: str) -> str:
    names = [name for name in given_names()[0] if name[0] == given[0] and name != given]
    return lot.choice(names or [given[0]])


def _pick(lot: Random, names: tuple[list[str], list[float]]) -> str:
    return lot.choices(names[0], cum_weights=names[1])[0]


def _letter(lot: Random) -> str:
    return lot.choice(LETTERS).upper()

"""A whole name in one cell, split into given and family name; every letter stays as typed."""

_PARTICLES = """
van von der den de del della di da do dos das du la le les lo zu zur zum ten ter te 't op
af av ap ab ferch verch nic ní ó ui uí mhic al el bin binti bint ibn abu san santa st st.
saint
"""
PARTICLES = frozenset(_PARTICLES.split())
_TITLES = """
mr mr. mrs mrs. ms ms. miss mx mx. dr dr. prof prof. professor rev rev. reverend sir dame
lord lady cllr cllr. councillor fr fr.
"""
TITLES = frozenset(_TITLES.split())
_SUFFIXES = """
jr jr. sr sr. ii iii iv obe mbe cbe phd ph.d. md mp
"""
SUFFIXES = frozenset(_SUFFIXES.split())


def split(name: str) -> tuple[str, str]:
    """Given and family name. A name that is one word, or in a script without gaps, stays whole.

    >>> split("Ludwig van Beethoven"), split("Hart, Zoë"), split("Dr Siân ap Rhys"), split("王小明")
    (('Ludwig', 'van Beethoven'), ('Zoë', 'Hart'), ('Siân', 'ap Rhys'), ('王小明', ''))
    """
    name = " ".join(name.split())
    family, comma, given = name.partition(",")
    if comma and given.strip() and given.strip().casefold() not in SUFFIXES:
        return _without_title(given.strip().split()), family.strip()
    words = name.split()
    if len(words) > 1 and words[0].casefold() in TITLES:
        words = words[1:]
    if len(words) < 2:
        return name if len(words) == len(name.split()) else " ".join(words), ""
    begins = len(words) - 1
    while begins > 1 and words[begins].strip(",").casefold() in SUFFIXES:
        begins -= 1
    while begins > 1 and words[begins - 1].casefold() in PARTICLES:
        begins -= 1
    return " ".join(words[:begins]), " ".join(words[begins:])


def _without_title(words: list[str]) -> str:
    has_title = len(words) > 1 and words[0].casefold() in TITLES
    return " ".join(words[1:] if has_title else words)

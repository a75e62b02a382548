"""Cheap checks that keep the house in order."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
MODULES = [
    path
    for path in sorted((HOUSE / "muster").rglob("*.py"))
    if "migrations" not in path.parts and path.name != "__init__.py"
]
LONGEST_FILE = 300  # past 250 one looks for two ideas; past 300 there are two


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_a_module_begins_with_a_sentence_and_stays_short(path: Path) -> None:
    text = path.read_text()
    if path.name != "apps.py":
        assert ast.get_docstring(ast.parse(text)), "say in a sentence what this module is for"
    assert text.count("\n") <= LONGEST_FILE, "look for two ideas"


def test_nothing_is_left_for_another_day() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    found = [str(p) for p in MODULES if marks.search(p.read_text())]

    assert not found


def test_the_glossary_gives_each_word_once() -> None:
    rows = re.findall(r"^\| \*?\*?([A-Za-z][^|*]*?)\*?\*? \|", glossary(), re.MULTILINE)
    words = [row.strip().lower() for row in rows]

    assert len(words) == len(set(words))


def test_the_glossary_knows_the_main_nouns() -> None:
    for noun in ("organisation", "unit", "member", "role", "campaigner", "seat", "person"):
        assert re.search(rf"\b{noun}\b", glossary(), re.IGNORECASE), f"define {noun}"


def test_the_index_of_the_documentation_names_every_page() -> None:
    docs = HOUSE / "docs"
    linked = set(re.findall(r"\]\(([^)]+\.md)\)", (docs / "README.md").read_text()))

    assert linked == {str(p.relative_to(docs)) for p in docs.rglob("*.md")} - {"README.md"}


def glossary() -> str:
    return (HOUSE / "docs" / "glossary.md").read_text()

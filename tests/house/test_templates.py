"""What every template owes its readers."""

import re
import subprocess
from pathlib import Path

import pytest
from django.template.loader import get_template

FOLDER = Path(__file__).parents[2] / "muster" / "web" / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
NAMES = [str(path.relative_to(FOLDER)) for path in TEMPLATES]
each = pytest.mark.parametrize("name", NAMES)

# What is written raw, and why it may be.
RAW: dict[str, str] = {}
BASES = {"base.html", "plain.html"}
# Pieces that stand inside a page.
PIECES = ("web/frame/", "allauth/elements/")


def text_of(name: str) -> str:
    return (FOLDER / name).read_text()


@each
def test_a_page_extends_the_frame(name: str) -> None:
    is_piece = name.startswith(PIECES) or Path(name).name.startswith("_")
    if name not in BASES and not is_piece:
        assert text_of(name).lstrip().startswith("{% extends "), f"{name} stands in no frame"


def test_every_template_is_kept_with_the_rest() -> None:
    """One that git does not know is missing in every other house, and its page breaks there."""
    asked = ["git", "ls-files", "--others", "--exclude-standard", "--", "muster"]
    found = subprocess.run(asked, cwd=FOLDER.parents[2], capture_output=True, text=True)

    assert [name for name in found.stdout.split() if name.endswith(".html")] == []


@each
def test_every_piece_that_is_included_is_there(name: str) -> None:
    for piece in re.findall(r"{% include \"([^\"]+)\"", text_of(name)):
        assert get_template(piece), f"{name} includes {piece}"


@each
def test_no_script_stands_in_a_page(name: str) -> None:
    text = text_of(name)
    scripts = re.findall(r"<script\b([^>]*)>", text)
    inline = [s for s in scripts if "src=" not in s and 'type="application/json"' not in s]

    assert not inline, f"{name}: scripts live in static/js/"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), f"{name}: no on…= attributes"
    assert "hx-on" not in text
    assert "javascript:" not in text


@each
def test_no_style_block_stands_in_a_page(name: str) -> None:
    assert "<style" not in text_of(name), f"{name}: styles live in static/css/"


@each
def test_nothing_is_written_raw_without_a_reason(name: str) -> None:
    if name not in RAW:
        text = text_of(name)
        assert not re.search(r"\|\s*safe\b|autoescape off|\|\s*safeseq", text), f"{name}: |safe"


@each
def test_every_picture_has_words(name: str) -> None:
    for picture in re.findall(r"<img\b[^>]*>", text_of(name)):
        assert " alt=" in picture, f"{name}: {picture}"


@each
def test_every_form_that_posts_carries_its_token(name: str) -> None:
    text = text_of(name)
    for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert "csrf_token" in form, f"{name}: a form posts without a token"


@each
def test_nothing_says_please_or_successfully(name: str) -> None:
    words = re.sub(r"{[%#].*?[%#]}|<[^>]*>", " ", text_of(name), flags=re.DOTALL).lower()

    assert "successfully" not in words
    assert not re.search(r"\bplease\b", words)
    assert "! " not in words.replace("!doctype", "")

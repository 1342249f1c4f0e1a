"""French first: every sentence is marked for translation and set as French is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import services.portal

ROOT = Path(services.portal.__file__).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Names, not sentences.
NAMES = {"Mon Espace", "– Mon Espace"}


def test_the_sentences_can_be_extracted() -> None:
    found = {message for _, _, message, _, _ in extract_from_dir(str(ROOT), METHODS) if isinstance(message, str)}

    assert "Me connecter" in found
    assert len(found) > 300


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_sentence_of_a_template_is_marked(template: Path) -> None:
    text = template.read_text()
    for code in (r"\{#.*?#\}", r"\{%.*?%\}", r"\{\{.*?\}\}", r"<svg.*?</svg>", r"<[^<>]*>", r"&[#\w]+;"):
        text = re.sub(code, " ", text, flags=re.DOTALL)
    # What is left of attributes is in small letters.
    left = {line.strip() for line in text.splitlines() if re.search(r"[A-ZÀ-Ý][a-zà-ÿ]|[à-ÿ’]", line)}

    assert left <= NAMES


def test_a_line_never_breaks_before_a_high_sign() -> None:
    wrong = []
    for _, line, message, _, _ in extract_from_dir(str(ROOT), METHODS):
        for sentence in message if isinstance(message, tuple) else (message,):
            if isinstance(sentence, str) and re.search(r" [;:!?»](\s|$)|« ", sentence):
                wrong.append((line, sentence))

    assert not wrong


METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]

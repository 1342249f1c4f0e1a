"""The form of a procedure: what is read from the page, and how answers and errors are put in words."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from services.portal.forms import procedure
from services.portal.languages import in_words
from services.portal.pages import answers
from tests.unit.portal.form_builders import a_choice, a_field, a_form, a_heading, a_section

LINES = a_field("lines", "group", fields=[a_field("name"), a_field("box", "checkbox")], min_items=0, max_items=3)
SECTION = a_section(
    "one",
    a_field("name", locked=True, value="Dubois"),
    a_field("text"),
    a_field("box", "checkbox"),
    a_field("amount", "number", unit="EUR", min="1000"),
    a_field("on", "date", min="2024-10-01"),
    a_field("kind", "choice", choices=[a_choice("this"), a_choice("other")]),
    LINES,
)


def test_only_what_was_asked_is_read() -> None:
    sent = MultiDict([("asked", "text"), ("asked", "box"), ("text", " deux\r\nlignes "), ("kind", "other")])

    assert procedure.read_answers(SECTION, sent) == {"text": "deux\nlignes", "box": False}


def test_a_box_not_ticked_differs_from_a_box_not_asked() -> None:
    assert procedure.read_answers(SECTION, MultiDict([("asked", "box"), ("box", "1")])) == {"box": True}
    assert procedure.read_answers(SECTION, MultiDict([("box", "1")])) == {}


def test_a_locked_field_is_never_read() -> None:
    assert procedure.read_answers(SECTION, MultiDict([("asked", "name"), ("name", "Autre")])) == {}


def test_empty_lines_of_a_group_are_dropped() -> None:
    sent = MultiDict(
        [("asked", "lines"), ("lines.count", "3"), ("lines.0.name", ""), ("lines.1.name", "b"), ("lines.2.box", "1")]
    )

    assert procedure.read_answers(SECTION, sent) == {
        "lines": [{"name": "b", "box": False}, {"name": "", "box": True}],
    }


@pytest.mark.parametrize("count", ["", "x", "-1", "1000000"])
def test_the_count_of_lines_is_not_believed(count: str) -> None:
    sent = MultiDict([("asked", "lines"), ("lines.count", count), ("lines.0.name", "a")])

    assert len(procedure.read_answers(SECTION, sent)["lines"]) <= 1


def test_a_group_shows_one_line_more_than_is_filled_in_up_to_its_most() -> None:
    def shown(filled: int) -> int:
        page = procedure.Page(section=SECTION, answers={"lines": [{"name": "a"}] * filled})
        return len(page.items(LINES))

    assert [shown(filled) for filled in (0, 1, 2, 3)] == [1, 2, 3, 3]


def test_new_questions_are_those_that_apply_and_were_not_asked() -> None:
    section = a_section("s", a_field("a"), a_field("b", applies=False), a_field("c"), a_field("d", locked=True))

    assert procedure.not_asked_yet(section, {"a"}) == ["c"]


def test_mistakes_stand_in_the_order_of_the_form_and_link_to_their_field(app: Flask) -> None:
    form = a_form(SECTION, attachments=[a_heading("quote")])
    errors = {"quote": ["required"], "lines.1.name": ["required"], "amount": ["too_small"], "text": ["required"]}

    with app.test_request_context():
        found = answers.mistakes(form, errors)

    assert [mistake.anchor for mistake in found] == ["f-text", "f-amount", "f-lines-1-name", "f-quote"]
    assert [mistake.section for mistake in found] == ["one", "one", "one", None]


@pytest.mark.parametrize(
    ("field", "code", "expected"),
    [
        ("amount", "too_small", "Le minimum est 1\u202f000\u00a0EUR."),
        ("on", "too_early", "Choisissez le 1er\u00a0octobre 2024 ou une date ultérieure."),
        ("kind", "required", "Choisissez une réponse."),
        ("text", "required", "Remplissez ce champ\u00a0: il est obligatoire."),
        ("text", "of_a_newer_version", "Cette réponse ne convient pas. Vérifiez-la."),
    ],
)
def test_what_is_wrong_is_told_with_the_limit(app: Flask, field: str, code: str, expected: str) -> None:
    item = next(item for item in SECTION["fields"] if item["name"] == field)

    with app.test_request_context():
        assert answers.sentence(item, [code]) == expected


@pytest.mark.parametrize("code", list(answers.SENTENCES))
def test_every_code_of_the_form_has_a_sentence(app: Flask, code: str) -> None:
    with app.test_request_context():
        assert answers.sentence(a_field("x", pattern_help={"fr": "Quatre chiffres."}), [code]).endswith(".")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("amount", "12500.5", "12\u202f500,50\u00a0EUR"),
        ("amount", "1000", "1\u202f000\u00a0EUR"),
        ("amount", "beaucoup", "beaucoup\u00a0EUR"),
        ("on", "2024-10-13", "13\u00a0octobre 2024"),
        ("on", "hier", "hier"),
        ("kind", "other", "Other"),
        ("kind", "gone", "gone"),
        ("box", True, "Oui"),
        ("box", None, "Non"),
        ("text", None, "—"),
    ],
)
def test_an_answer_is_shown_as_one_reads_it(app: Flask, field: str, value: object, expected: str) -> None:
    item = next(item for item in SECTION["fields"] if item["name"] == field)

    with app.test_request_context():
        assert answers.readable(item, value) == expected


def test_a_text_of_a_procedure_is_in_the_language_of_the_page_with_its_spaces(app: Flask) -> None:
    with app.test_request_context():
        assert in_words({"de": "Ja", "fr": "Est-il « complet » ?"}) == "Est-il «\u00a0complet\u00a0»\u202f?"
        assert in_words({"de": "Ja"}) == "Ja"
        assert in_words(None) == ""


def test_a_field_may_be_called_as_one_of_our_own() -> None:
    section = a_section("s", a_field("go"), a_field("asked"))
    sent = MultiDict([("asked", "go"), ("asked", "asked"), ("go", "next"), ("field.go", "a"), ("field.asked", "b")])

    assert procedure.read_answers(section, sent) == {"go": "a", "asked": "b"}

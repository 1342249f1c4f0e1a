"""What the declaration says, and that it is an accessible PDF in which nothing of a person's text is run."""

from __future__ import annotations

import io
import json
from typing import Any

import pypdf
import pytest

from services.dossiers.domain.declaration import declaration_of
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.prefill import Enterprise
from services.dossiers.gateways.declaration import _SHOWN, _set, _shown, typeset
from tests.unit.dossiers.builders import AT_MONS, ATELIERS, NOON, a_draft, an_attachment, an_election_draft, the_grant

GRANT = {
    "contact_email": "amelie@example.org",
    "kind": "other",
    "kind_other": "Une presse",
    "description": "Première ligne\n\nDeuxième ligne",
    "amount": "12500.5",
    "starts_on": "2024-12-01",
    "has_other_aid": True,
    "other_aid_details": [{"aid_authority": "Commune", "aid_amount": "100"}],
    "sworn_true": True,
}


def a_grant(**answers: object) -> Dossier:
    draft = a_draft(the_grant(), bce_number=ATELIERS)
    assert draft.save(GRANT | answers, now=NOON) == {}
    draft.attach(an_attachment("quote", file_name="devis.pdf"), now=NOON)
    return draft


def facts_of(draft: Dossier) -> dict[str, object]:
    return declaration_of(draft, enterprise=Enterprise(bce_number=ATELIERS, name="Ateliers"), now=NOON)


def test_the_declaration_names_the_establishment_that_it_is_for() -> None:
    enterprise = Enterprise(bce_number=ATELIERS, name="Ateliers", establishment_number=AT_MONS)
    facts = declaration_of(a_grant(), enterprise=enterprise, now=NOON)

    assert facts["establishment"] == "2.134.567.845"
    assert "Pour l'établissement 2.134.567.845" in text_of(typeset(facts))


def pages_of(draft: Dossier) -> str:
    return text_of(typeset(facts_of(draft)))


def text_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_declaration_shows_all_that_is_filed() -> None:
    text = pages_of(a_grant())

    for said in (
        "Demande de prime à l'investissement".replace("'", "’"),
        "Amélie Dubois",
        "Ateliers (0403.019.261)",
        "15/10/2024 à 12:00:00",
        "Une presse",
        "Première ligne",
        "12 500,50 EUR",
        "01/12/2024",
        "Aide 1 : Autorité",
        "Commune",
        "devis.pdf",
        "ab" * 16,
        "exactes et complètes",
    ):
        assert said in text.replace("\u202f", " ").replace("\u00a0", " ").replace("'", "’") or said in text, said


def test_the_declaration_shows_nothing_that_does_not_apply() -> None:
    sections = facts_of(a_grant(kind="equipment"))["sections"]

    assert "Une presse" not in str(sections)


@pytest.mark.parametrize(
    "text", ["#panic()", "*gras* _x_ $x$ @ref <label>", '"); #read("/etc/passwd")', "\\ ` ~ // /* */"]
)
def test_what_a_person_types_is_shown_and_never_run(text: str) -> None:
    shown = pages_of(a_grant(description=text))

    assert text.replace(" ", "") in shown.replace(" ", "").replace("’", "'").replace("”", '"')


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Une presse 😀", "Une presse [GRINNING FACE]"),
        ("漢", "[CJK UNIFIED IDEOGRAPH-6F22]"),
        ("\ufffe", "[U+FFFE]"),
        ("Ελληνικά, Кириллица, ąłőț → ½ €", "Ελληνικά, Кириллица, ąłőț → ½ €"),
    ],
)
def test_a_character_without_a_shape_is_named_and_keeps_nobody_from_filing(typed: str, shown: str) -> None:
    assert shown in pages_of(a_grant(description=typed))


def test_every_character_said_to_be_shown_is() -> None:
    ranges = (range(first, last + 1) for first, last in _SHOWN)
    characters = [chr(code) for codes in ranges for code in codes if _shown(chr(code)) == chr(code)]
    facts = facts_of(a_grant()) | {"applicant": " ".join(characters)}

    # Typst refuses a character that its fonts cannot show.
    assert _set(json.dumps(facts)).startswith(b"%PDF-")


def test_marks_that_nobody_sees_keep_nobody_from_filing() -> None:
    # Texts copied from a word processor or a page hold them.
    facts = facts_of(a_grant()) | {"applicant": "Amé\u00adlie\u202a Du\u200bbois\u2028\ufeff"}

    reader = pypdf.PdfReader(io.BytesIO(typeset(facts)))

    assert "Amélie Dubois" in reader.pages[0].extract_text()


def test_the_declaration_is_accessible_and_french() -> None:
    reader = pypdf.PdfReader(io.BytesIO(typeset(facts_of(an_election_draft()))))
    root: Any = reader.root_object

    assert root["/Lang"] == "fr-BE"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert "Élections locales" in (reader.metadata.title or "")

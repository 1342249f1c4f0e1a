"""Names of enterprises, as they are compared."""

from __future__ import annotations

import pytest

from services.delegation.domain.names import LONGEST_FOLDED, Name, fold, in_order


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ateliers du Hainaut", "ateliers du hainaut"),
        ("ÉLECTRICITÉ Çà & Là", "electricite ca la"),
        ("L’Œuvre d'Élise", "l oeuvre d elise"),
        ("Straße Bäckerei Øst", "strasse backerei ost"),
        ("Dupont et Fils", "dupont fils"),
        ("Dupont & Fils", "dupont fils"),
        ("  Dupont   -  Fils ", "dupont fils"),
        ("J.-P. Martin", "j p martin"),
        ("A.B.C. Construct", "abc construct"),
        ("Brasserie 1900", "brasserie 1900"),
        ("Αθηνά", "αθηνα"),
    ],
)
def test_accents_signs_and_joining_words_do_not_matter(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    "form", ["SA", "S.A.", "S. A.", "sa", "SRL", "S.R.L.", "SPRL", "S.P.R.L", "ASBL", "A.S.B.L.", "NV", "N.V.", "BVBA"]
)
def test_the_form_of_a_company_does_not_matter(form):
    assert fold(f"Ateliers du Hainaut {form}") == fold(f"{form} Ateliers du Hainaut") == "ateliers du hainaut"


@pytest.mark.parametrize("written", ["SA", "S.A.", "NV SA", "&", "Et"])
def test_a_name_of_nothing_else_stays(written):
    assert fold(written) == fold(written.replace(".", "")).strip()
    assert written == "&" or fold(written)


def test_what_is_folded_once_stays_as_it_is():
    name = "Société anonyme des Ateliers & Frères Müller S.A."

    assert fold(fold(name)) == fold(name)
    assert len(fold("mot " * 1000)) <= LONGEST_FOLDED


def test_the_name_in_french_is_shown_first():
    dutch, french = Name("name", "nl", "Werkhuizen"), Name("name", "fr", "Ateliers")
    short, shop = Name("abbreviation", "fr", "ADH"), Name("commercial", "fr", "Chez Paul")

    assert in_order([short, shop, dutch, french, dutch]) == [french, dutch, shop, short]

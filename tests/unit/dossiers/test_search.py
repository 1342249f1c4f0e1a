"""Few words find a procedure."""

from __future__ import annotations

import pytest

from services.dossiers.domain.search import score, words_of
from services.dossiers.publish import read_directory
from services.dossiers.publish.publishing import SHIPPED

TEXTS = {
    each.slug: [*each.title.values(), *each.summary.values(), *each.keywords.get("fr", [])]
    for each in read_directory(SHIPPED)
}
ELECTION, GRANT, TAX = (
    "reclamation-elections-locales-2024",
    "prime-investissement",
    "contester-precompte-immobilier",
)


def found(text: str) -> list[str]:
    scores = {slug: score(text, texts) for slug, texts in TEXTS.items()}
    return sorted((slug for slug in scores if scores[slug]), key=lambda slug: -scores[slug])


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("immo", TAX),
        ("immobilier", TAX),
        ("IMMOBILIER", TAX),
        ("immobilière", TAX),
        ("imobilier", TAX),
        ("précompte", TAX),
        ("precompte", TAX),
        ("mobilier", TAX),
        ("Contester le précompte immobilier", TAX),
        ("introduction", ELECTION),
        ("élections locales", ELECTION),
        ("elections  LOCALES", ELECTION),
        ("élection", ELECTION),
        ("electoin", ELECTION),
        ("l'élection du 13 octobre", ELECTION),
        ("prime", GRANT),
        ("investisement", GRANT),
        ("subsides", GRANT),
    ],
)
def test_few_words_find_a_procedure(text: str, slug: str) -> None:
    assert found(text)[0] == slug


@pytest.mark.parametrize("text", ["réclamation", "reclamation", "réclamations", "reclmation"])
def test_a_word_of_two_procedures_finds_both(text: str) -> None:
    assert set(found(text)) == {ELECTION, TAX}


@pytest.mark.parametrize("text", ["permis", "zzz", "immo zzz", "xy", "13 novembre"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["", "   ", "!?"])
def test_nothing_sought_finds_all(text: str) -> None:
    assert len(found(text)) == len(TEXTS)


def test_small_words_count_only_when_there_is_nothing_else() -> None:
    assert words_of("l'œuvre de la commune") == ["oeuvre", "commune"]
    assert words_of("de la") == ["de", "la"]

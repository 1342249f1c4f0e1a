"""What the doors let in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import marshmallow as ma
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.identifiers import NationalNumber
from services.identity import schemas

PORTAL = "https://portal.example.org/back"


@given(st.text(alphabet="/\\:@.?#%\t\n\r ehttpsvil", max_size=40))
@example("//evil.example.org")
@example("/\\evil.example.org")
@example("/\t/evil.example.org")
@example("https:evil.example.org")
def test_a_wish_never_leads_to_another_site(wish: str) -> None:
    try:
        schemas.path_of_ours(wish)
    except ma.ValidationError:
        return

    # As browsers read it: backslashes are slashes, tabs and line ends are nothing.
    as_read = wish.replace("\\", "/").translate({9: None, 10: None, 13: None})
    assert urlsplit(urljoin(PORTAL, as_read)).netloc == "portal.example.org"


@pytest.mark.parametrize("wish", ["/", "/dossiers", "/demarches/aide?etape=2&x=%2F%2F#haut", "/démarches"])
def test_a_path_of_the_portal_is_a_wish(wish: str) -> None:
    schemas.path_of_ours(wish)


def email(text: str) -> Any:
    return schemas.CreateCitizenSpace().load({"email": text, "command_id": str(uuid4())})["email"]


def test_an_address_is_trimmed_and_its_domain_made_lower_case() -> None:
    assert email(" Amelie.Dubois@Example.ORG ") == "Amelie.Dubois@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "amelie",
        "amelie@",
        "@example.org",
        "a b@example.org",
        "a@example.org,b@example.org",
        "a@localhost",
        "a@b..c",
    ],
)
def test_what_is_no_address_is_refused_with_an_example_and_without_repeating_it(text: str) -> None:
    with pytest.raises(ma.ValidationError) as refusal:
        email(text)

    assert refusal.value.messages == {"email": ["an e-mail address such as anne.dupont@example.org is expected"]}


def test_a_national_number_becomes_its_type() -> None:
    number = schemas.ReferTo().load({"national_number": "85.07.30-033.28"})["national_number"]

    assert isinstance(number, NationalNumber)
    assert number == "85073003328"


def test_a_wrong_national_number_is_not_repeated() -> None:
    with pytest.raises(ma.ValidationError) as refusal:
        schemas.ReferTo().load({"national_number": "85073003329"})

    assert refusal.value.messages == {"national_number": ["the check digits do not match"]}


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
@pytest.mark.parametrize(
    ("schema", "field"),
    [
        (schemas.WriteAboutDeletion, "message"),
        (schemas.DecideAccountDeletion, "reason"),
        (schemas.DecideEuropeanConflict, "reason"),
    ],
)
def test_words_that_are_required_can_be_seen(schema: type[ma.Schema], field: str, text: str) -> None:
    with pytest.raises(ma.ValidationError) as refusal:
        schema(partial=True, only=[field]).load({field: text})

    assert refusal.value.messages == {field: ["a text is expected"]}

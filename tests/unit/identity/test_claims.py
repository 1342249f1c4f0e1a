from __future__ import annotations

from datetime import date

import pytest

from contracts.identity import MeansName, ProviderRefused
from services.identity.gateways.csam.claims import read_claims
from tests.unit.identity.builders import NUMBER

FAS = {
    "sub": "s",
    "egovNRN": "85073003328",
    "givenName": "Amélie",
    "surname": "Dubois",
    "mail": "amelie@example.org",
    "prefLanguage": "nl",
    "roles": ["agent"],
    "assurance_level": 450,
}


def test_the_claims_of_fas_are_read() -> None:
    vouched = read_claims({"sub": "s", "amr": ["itsme"]}, FAS)

    assert vouched.national_number == NUMBER
    assert (vouched.given_name, vouched.surname, vouched.email) == ("Amélie", "Dubois", "amelie@example.org")
    assert (vouched.language, vouched.roles, vouched.level, vouched.means) == ("nl", ["agent"], 450, "itsme")


def test_another_provider_may_use_the_names_of_the_standard() -> None:
    userinfo = {"egovNRN": "85073003328", "given_name": "Amélie", "family_name": "Dubois", "locale": "de-BE"}

    vouched = read_claims({"acr": "urn:be:fedict:iam:fas:Level400"}, userinfo)

    assert (vouched.given_name, vouched.surname, vouched.language, vouched.level) == ("Amélie", "Dubois", "de", 400)
    assert (vouched.email, vouched.means, vouched.roles) == (None, None, [])


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("egovNRN", "85073003329"),
        ("egovNRN", None),
        ("egovNRN", 85073003328),
        ("givenName", " "),
        ("surname", "x" * 201),
        ("assurance_level", None),
        ("assurance_level", "Level999"),
        ("assurance_level", 0),
    ],
)
def test_without_a_usable_claim_nobody_is_signed_in(claim: str, value: object) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        read_claims({}, FAS | {claim: value})

    assert "850730" not in str(refusal.value)


@pytest.mark.parametrize(
    ("id_token", "userinfo", "level"),
    [
        ({"acr": "urn:be:fedict:iam:fas:Level350"}, 500, 350),
        ({"acr": "urn:be:fedict:iam:fas:Level500"}, 450, 450),
        ({"assurance_level": 200, "acr": "urn:be:fedict:iam:fas:Level400"}, 500, 200),
        ({"acr": "of another kind"}, 450, 450),
    ],
)
def test_of_two_levels_the_lower_one_counts(id_token: dict[str, object], userinfo: int, level: int) -> None:
    assert read_claims(id_token, FAS | {"assurance_level": userinfo}).level == level


LEVELS: dict[MeansName, int] = {"eid": 500, "itsme": 450, "sms": 350}


@pytest.mark.parametrize(
    ("amr", "level"), [(["eid"], 500), ("bmid", 450), (["pwd", "sms"], 350), (["eid", "sms"], 350)]
)
def test_without_a_level_that_of_the_means_counts(amr: object, level: int) -> None:
    assert read_claims({"amr": amr}, FAS | {"assurance_level": None}, levels=LEVELS).level == level


@pytest.mark.parametrize(
    ("id_token", "userinfo"),
    [
        # Not signed; of no means that is offered; a part of another word; a level that is no level.
        ({}, {"amr": ["eid"]}),
        ({"amr": ["app"]}, {}),
        ({"amr": ["eid-lookalike"]}, {}),
        ({"amr": ["eid"], "acr": "0"}, {}),
        ({"amr": ["eid"]}, {"assurance_level": "high"}),
        ({}, {"personIdentifier": "DE/BE/70C3A1D2E4", "birthdate": "1984-03-12"}),
    ],
)
def test_a_means_that_is_not_surely_vouched_for_gives_no_level(
    id_token: dict[str, object], userinfo: dict[str, object]
) -> None:
    with pytest.raises(ProviderRefused, match="assurance level"):
        read_claims(id_token, FAS | {"assurance_level": None} | userinfo, levels=LEVELS)


EUROPEAN = {**FAS, "egovNRN": None, "personIdentifier": "DE/BE/70C3A1D2E4", "birthdate": "1984-03-12"}


def test_a_european_identity_needs_no_national_number() -> None:
    vouched = read_claims({}, EUROPEAN)

    assert (vouched.national_number, vouched.means) == (None, "eidas")
    assert vouched.european is not None
    assert (vouched.european.country, vouched.european.birth_on) == ("DE", date(1984, 3, 12))


def test_a_national_number_that_the_provider_knows_goes_before_the_european_identity() -> None:
    assert read_claims({}, EUROPEAN | {"egovNRN": "85073003328"}).national_number == NUMBER


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("personIdentifier", "70C3A1D2E4"),
        ("personIdentifier", "de/be/70C3A1D2E4"),
        ("personIdentifier", "DE/BE/" + "x" * 257),
        ("personIdentifier", None),
        ("birthdate", None),
        ("birthdate", "12.03.1984"),
        ("birthdate", "1984"),
    ],
)
def test_without_a_usable_attribute_of_eidas_nobody_is_asked_for_a_number(claim: str, value: object) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        read_claims({}, EUROPEAN | {claim: value})

    assert "70C3A1D2E4" not in str(refusal.value)


@pytest.mark.parametrize(("preferred", "language"), [("fr", "fr"), ("DE", "de"), ("it", "fr"), (None, "fr"), (7, "fr")])
def test_a_language_that_is_not_ours_becomes_french(preferred: object, language: str) -> None:
    assert read_claims({}, FAS | {"prefLanguage": preferred}).language == language


@pytest.mark.parametrize(
    ("amr", "means"),
    [
        (["eid", "urn:be:fedict:iam:fas:Level500"], "eid"),
        (["bmid"], "itsme"),
        ("urn:be:fedict:iam:fas:citizen:eidas", "eidas"),
        (["email"], "email"),
        (["pwd"], None),
        (None, None),
    ],
)
def test_the_means_is_read_from_the_methods(amr: object, means: str | None) -> None:
    assert read_claims({"amr": amr}, FAS).means == means


@pytest.mark.parametrize(
    ("roles", "read"),
    [
        (["agent", "agent"], ["agent"]),
        ([{"roleName": "agent"}], ["agent"]),
        ("agent", ["agent"]),
        (["no role!", 3, None, {}], []),
        (None, []),
    ],
)
def test_roles_are_names_and_nothing_else(roles: object, read: list[str]) -> None:
    assert read_claims({}, FAS | {"roles": roles}).roles == read

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.identity import LinkingUnknown, NoConflict, OwnConflict
from services.identity.domain.european import EuropeanIdentity
from services.identity.domain.linking import LASTS, Linking
from services.identity.domain.vouched import RegisterFacts
from tests.unit.identity.builders import AMELIE, NOON, an_id, hash_of

BIRTH = date(1984, 3, 12)


def an_identity(**values: Any) -> EuropeanIdentity:
    defaults: dict[str, Any] = {
        "identity_id": an_id(1),
        "identifier_index": hash_of("DE/BE/1"),
        "country": "DE",
        "given_name": "Johanna",
        "surname": "Hoffmann",
        "birth_on": BIRTH,
        "language": "de",
        "seen_at": NOON,
    }
    return EuropeanIdentity(**(defaults | values))


def contested(**values: Any) -> EuropeanIdentity:
    identity = an_identity(**values)
    identity.contest(AMELIE, email="johanna@example.org", telephone="+4915123456789", now=NOON)
    return identity


def known(surname: str, birth_on: date | None = BIRTH) -> RegisterFacts:
    return RegisterFacts(surname=surname, birth_on=birth_on, domicile=None)


@pytest.mark.parametrize(
    ("by_her_country", "by_the_register"),
    [
        ("Hoffmann", "HOFFMANN"),
        ("Müller", "Mueller"),
        ("Müller", "MULLER"),
        ("Groß", "Gross"),
        ("García López", "Garcia"),
        ("Gießen-Köhler", "Koehler"),
        ("Ångström", "Angstrom"),
        ("Sørensen", "SORENSEN"),
        ("Kjær", "Kjaer"),
        ("Wałęsa", "Walesa"),
        ("van der Meer", "Vandermeer-Meer"),
    ],
)
def test_registers_may_write_a_surname_differently(by_her_country: str, by_the_register: str) -> None:
    assert an_identity(surname=by_her_country).is_of(known(by_the_register))


@pytest.mark.parametrize(
    "facts",
    [
        None,
        known("Dubois"),
        known("Hoff"),
        known("Van de Hoeve"),
        known(""),
        known("Hoffmann", date(1984, 3, 13)),
        known("Hoffmann", None),
    ],
)
def test_somebody_else_is_not_taken_for_her(facts: RegisterFacts | None) -> None:
    assert not an_identity().is_of(facts)


@pytest.mark.parametrize(
    ("one", "other"), [("van Dam", "Van den Bossche"), ("de Vries", "De Smet"), ("von der Leyen", "von Der")]
)
def test_particles_make_nobody_the_same(one: str, other: str) -> None:
    assert not an_identity(surname=one).is_of(known(other))


def test_an_agent_gives_the_number_to_the_new_identity() -> None:
    identity = contested()

    identity.accept(by=an_id(7), reason="Elle a changé de nom.", now=NOON)

    assert (identity.state, identity.person_id, identity.decided_by) == ("linked", AMELIE, an_id(7))


def test_an_agent_leaves_the_number_to_the_other() -> None:
    identity = contested()

    identity.refuse(by=an_id(7), reason="Ce n’est pas elle.", now=NOON)

    assert (identity.state, identity.person_id) == ("unlinked", None)


def test_what_is_decided_is_decided_once() -> None:
    identity = contested()
    identity.accept(by=an_id(7), reason="Oui.", now=NOON)

    with pytest.raises(NoConflict):
        identity.refuse(by=an_id(8), reason="Non.", now=NOON)


def test_nobody_decides_about_her_own_number() -> None:
    with pytest.raises(OwnConflict):
        contested().accept(by=AMELIE, reason="Moi.", now=NOON)


def test_a_sign_in_waits_half_an_hour_for_the_number() -> None:
    linking = Linking(
        linking_id=an_id(1),
        token_hash=hash_of("token"),
        identity_id=an_id(2),
        return_to="/",
        level=450,
        means="eidas",
        roles=[],
        email=None,
        browser="",
        address="",
        expires_at=NOON + LASTS,
    )

    linking.require_open(NOON + LASTS - timedelta(seconds=1))
    with pytest.raises(LinkingUnknown):
        linking.require_open(NOON + LASTS)

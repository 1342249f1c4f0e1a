"""What the messages in the portal say."""

from __future__ import annotations

import pytest
from flask import Flask

from services.portal.pages.message_words import tell
from tests.unit.portal.builders import a_message


@pytest.mark.parametrize(
    ("facts", "helps"),
    [({}, "Un gestionnaire d’accès peut le prolonger."), ({"is_manager": "yes"}, "faites-vous désigner via CSAM")],
)
def test_the_end_of_a_role_is_told_with_who_can_renew_it(app: Flask, facts: dict[str, str], helps: str) -> None:
    message = a_message("mandate_expiring")
    message.facts.update(facts)

    with app.test_request_context():
        assert helps in tell(message).sentence


@pytest.mark.parametrize(
    ("facts", "why"),
    [({}, "personne n’a confirmé"), ({"by_client": "yes"}, "un gestionnaire d’accès du mandant l’a décidé")],
)
def test_why_an_offices_mandate_rests_is_told(app: Flask, facts: dict[str, str], why: str) -> None:
    message = a_message("enterprise_mandate_changed")
    message.facts.update({"change": "suspended", "office_name": "Fiduciaire d’Exemple"} | facts)

    with app.test_request_context():
        assert why in tell(message).sentence


@pytest.mark.parametrize(
    ("facts", "told"), [({}, "peut agir avec"), ({"rests": "yes"}, "Il reste suspendu jusqu’à ce qu’un gestionnaire")]
)
def test_another_last_day_of_an_offices_mandate_is_told_with_whether_it_rests(
    app: Flask, facts: dict[str, str], told: str
) -> None:
    message = a_message("enterprise_mandate_renewed")
    message.facts.update({"office_name": "Fiduciaire d’Exemple", "valid_until": "2027-12-31"} | facts)

    with app.test_request_context():
        sentence = tell(message).sentence
    assert told in sentence
    assert ("peut agir" in sentence) == (not facts)

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

"""What the profile says of the domicile, and of the National Register that it comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.portal.account_builders import a_profile
from tests.unit.portal.conftest import Browser


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"is_in_register": True}, "Lu au Registre national le"),
        ({"is_in_register": False}, "le Registre national ne confirme plus cette adresse"),
        ({"is_register_away": True}, "une adresse plus récente n’est peut-être pas encore connue"),
        ({"domicile": None, "is_register_away": True}, "votre domicile n’est pas encore connu"),
        ({"domicile": None, "is_in_register": False}, "Le Registre national ne vous connaît pas"),
        ({"domicile": None, "is_in_register": True}, "inconnu"),
    ],
)
def test_it_says_what_is_known_and_what_is_not(browser: Browser, facts: dict[str, Any], sentence: str) -> None:
    browser.sign_in()
    browser.rpc.answers["get_profile"] = replace(a_profile(), **facts)

    assert sentence in browser.get("/profil").text

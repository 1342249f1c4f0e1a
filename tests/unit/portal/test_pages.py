"""Every page can be drawn, for who may see it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.identity import Domicile, Profile
from contracts.notifications import MessageView
from tests.unit.portal.builders import (
    AMELIE,
    ATELIERS,
    DOSSIER,
    NOON,
    a_complement,
    a_dossier,
    a_file,
    a_procedure,
    a_role_request,
    a_submitted_dossier,
    an_access,
)
from tests.unit.portal.conftest import Browser

PUBLIC = [
    "/",
    "/aide",
    "/cookies",
    "/accessibilite",
    "/protection-des-donnees",
    "/connexion",
    "/demarches",
    "/au-revoir",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_stranger_sees_the_public_pages(browser: Browser, address: str) -> None:
    browser.rpc.answers["search_procedures"] = [a_procedure()]

    page = browser.get(address)

    assert len(page.select("h1")) == 1
    assert "078 79 01 02" in page.text
    assert "aideenligne@wallonie.be" in page.text

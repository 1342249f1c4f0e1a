"""The mails as notifications renders them."""

from __future__ import annotations

from email.headerregistry import Address

import pytest

from services.notifications.rendering import Mails
from tests.unit.notifications.builders import PORTAL


@pytest.fixture(scope="module")
def mails() -> Mails:
    return Mails(portal_url=PORTAL, sender=Address("Mon Espace", addr_spec="ne-pas-repondre@example.org"))

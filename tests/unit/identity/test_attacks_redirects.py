"""Where a person wants to come back to after her sign-in, as somebody would write it who wants her elsewhere."""

from __future__ import annotations

from urllib.parse import quote, unquote
from uuid import uuid4

import marshmallow as ma
from hypothesis import example, given, settings

from services.identity import schemas
from tests.support.addresses import PORTAL, addresses, origin_as_browsers_resolve


@settings(max_examples=60, derandomize=True, deadline=None)
@given(addresses)
@example("//evil.example.org")
@example("/\\evil.example.org")
@example("/\t\\evil.example.org")
@example("/\u2028/evil.example.org")
@example("/portal.example.org@evil.example.org")
def test_what_the_schema_takes_leads_nowhere_else_however_it_is_written(address: str) -> None:
    for text in (address, f"/{address}", unquote(address), f"/{unquote(address)}", f"/{quote(address)}"):
        wish = {"return_to": text, "callback_url": f"{PORTAL}/back", "minimum_level": 0, "command_id": str(uuid4())}
        try:
            taken = schemas.BeginSignIn().load(wish)
        except ma.ValidationError as refusal:
            only = refusal.messages
        else:
            only = {"return_to": []}
            assert origin_as_browsers_resolve(taken["return_to"]) == PORTAL
        assert set(only) == {"return_to"}

"""The doors are those that the contract promises."""

from __future__ import annotations

import inspect

import marshmallow as ma
import pytest

from contracts.identity import Identity
from services.identity.service import SERVICE

PROMISED = [name for name, member in vars(Identity).items() if inspect.isfunction(member) and name[0] != "_"]


@pytest.mark.parametrize("method", PROMISED)
def test_each_method_of_the_contract_has_its_door_with_the_same_arguments(method: str) -> None:
    schema: type[ma.Schema] = getattr(SERVICE, method).schema

    promised = set(inspect.signature(getattr(Identity, method)).parameters) - {"self"}

    assert set(schema().fields) == promised

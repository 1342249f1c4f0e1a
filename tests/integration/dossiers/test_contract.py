"""Every method of the Protocol has its door with the same arguments; wrong arguments are told by their names."""

from __future__ import annotations

import inspect
from uuid import uuid4

import pytest

from contracts.dossiers import Dossiers
from contracts.errors import InvalidRequest
from services.dossiers.service import DossiersService
from tests.integration.dossiers.desk import Desk

METHODS = sorted(name for name, method in vars(Dossiers).items() if callable(method) and not name.startswith("_"))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_its_door_with_the_same_arguments(method: str) -> None:
    promised = set(inspect.signature(getattr(Dossiers, method)).parameters) - {"self"}

    assert set(getattr(DossiersService, method).schema().fields) == promised


@pytest.mark.parametrize("method", METHODS)
def test_an_argument_that_no_door_knows_is_refused_by_name(desk: Desk, method: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        getattr(desk.visitor(roles=["agent"]).rpc, method)(intruder=1)

    assert "intruder" in refusal.value.details["fields"]


def test_wrong_types_are_told_for_each_field(desk: Desk) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        desk.visitor().rpc.save_draft(dossier_id="7", answers=[], command_id=uuid4())  # type: ignore[arg-type]

    assert set(refusal.value.details["fields"]) == {"dossier_id", "answers"}

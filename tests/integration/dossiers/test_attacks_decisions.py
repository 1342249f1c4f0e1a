"""Decisions of delegation as an attacker would bring them to a submission: forged, stolen, stale, or for something
else. None submits anything, and each is refused as what it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import OKPKey

from chassis.statements import AUDIENCE, Actor, Decision
from contracts import wire
from contracts.dossiers import DossierView
from contracts.errors import (
    PermissionMissing,
    Refusal,
    StatementExpired,
    StatementForeign,
    StatementInvalid,
    StatementMissing,
)
from tests.integration.dossiers.desk import Desk, Visitor
from tests.support.forging import by_ed25519, by_nobody, by_secret, compact
from tests.unit.dossiers.builders import ATELIERS, OTHER_ENTERPRISE


@pytest.fixture
def amelie(desk: Desk) -> Visitor:
    return desk.holder()


@pytest.fixture
def draft(desk: Desk, amelie: Visitor) -> DossierView:
    """Of the Ateliers, ready to be submitted: a grant, which is of the category economy."""
    return desk.validated(amelie, desk.a_grant_draft(amelie))


def a_decision(who: Visitor, **differently: Any) -> Decision:
    right: dict[str, Any] = {
        "person_id": who.person_id,
        "bce_number": ATELIERS,
        "permission": "dossier.submit",
        "procedure": "economy",
        "mandate_id": uuid4(),
    }
    return Decision(**right | differently)


def submit(desk: Desk, who: Visitor, draft: DossierView, decision: str) -> DossierView:
    actor = Actor(person_id=who.person_id, session_id=uuid4(), level=450, roles=[])
    return desk.submit(desk.doors_for(actor=desk.sign("actor", actor), decision=decision), draft)


def refused(desk: Desk, who: Visitor, draft: DossierView, decision: str, error: type[Refusal]) -> None:
    with pytest.raises(error) as refusal:
        submit(desk, who, draft, decision)
    assert type(refusal.value) is error
    assert who.rpc.get_dossier(dossier_id=draft.dossier_id).state == "draft"


def test_what_is_forged_here_would_be_right_with_nothing_wrong(desk: Desk, amelie: Visitor, draft: DossierView) -> None:
    assert submit(desk, amelie, draft, forged(desk, a_decision(amelie))).state == "submitted"


@pytest.mark.parametrize(
    ("differently", "error"),
    [
        ({"person_id": uuid4()}, StatementMissing),
        ({"bce_number": OTHER_ENTERPRISE}, PermissionMissing),
        ({"permission": "dossier.draft"}, PermissionMissing),
        ({"permission": "mandate.manage"}, PermissionMissing),
        ({"procedure": "taxes"}, PermissionMissing),
        ({"procedure": "prime-investissement"}, PermissionMissing),
        ({"procedure": ""}, PermissionMissing),
        ({"establishment": "2000000339"}, PermissionMissing),
    ],
    ids=lambda given: next(iter(given.items()))[0] if isinstance(given, dict) else "",
)
def test_a_decision_for_something_else_submits_nothing(
    desk: Desk, amelie: Visitor, draft: DossierView, differently: dict[str, Any], error: type[Refusal]
) -> None:
    decision = desk.sign("decision", a_decision(amelie, **differently))

    refused(desk, amelie, draft, decision, error)


def test_a_decision_of_somebody_else_serves_him_alone(desk: Desk, amelie: Visitor, draft: DossierView) -> None:
    """He who reads there has got hold of the signatory's."""
    david = desk.holder("dossier.read")

    refused(desk, david, draft, desk.sign("decision", a_decision(amelie)), StatementMissing)


def test_a_decision_that_is_over_by_a_second_submits_nothing(desk: Desk, amelie: Visitor, draft: DossierView) -> None:
    decision = desk.sign("decision", a_decision(amelie))
    # It lasts 30 s, and clocks may differ by 5.
    desk.later(seconds=35)

    refused(desk, amelie, draft, decision, StatementExpired)

    desk.later(seconds=-1)
    assert submit(desk, amelie, draft, decision).state == "submitted"


@pytest.mark.parametrize("by", ["identity", "operator"])
def test_nobody_but_delegation_signs_decisions(desk: Desk, amelie: Visitor, draft: DossierView, by: str) -> None:
    refused(desk, amelie, draft, desk.sign("decision", a_decision(amelie), by=by), StatementInvalid)


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another-portal"}, {"aud": [AUDIENCE, "another-portal"]}, {"aud": None}, {"iss": "identity"}],
    ids=str,
)
def test_a_decision_for_another_audience_or_of_another_issuer_is_foreign(
    desk: Desk, amelie: Visitor, draft: DossierView, claims: dict[str, Any]
) -> None:
    refused(desk, amelie, draft, forged(desk, a_decision(amelie), **claims), StatementForeign)


def test_no_decision_lasts_longer_than_decisions_may(desk: Desk, amelie: Visitor, draft: DossierView) -> None:
    at = int(desk.now.timestamp())

    refused(desk, amelie, draft, forged(desk, a_decision(amelie), exp=at + 3600), StatementInvalid)


@pytest.mark.parametrize("sign", [by_nobody, by_secret(b"delegation"), by_ed25519(OKPKey.generate_key("Ed25519"))])
def test_what_delegation_did_not_sign_is_not_believed(
    desk: Desk, amelie: Visitor, draft: DossierView, sign: Callable[[bytes], bytes]
) -> None:
    refused(desk, amelie, draft, forged(desk, a_decision(amelie), sign=sign), StatementInvalid)


def test_an_actors_statement_is_no_decision(desk: Desk, amelie: Visitor, draft: DossierView) -> None:
    actor = Actor(person_id=amelie.person_id, session_id=uuid4(), level=450, roles=["agent"])

    refused(desk, amelie, draft, desk.sign("actor", actor), StatementInvalid)


def forged(desk: Desk, decision: Decision, *, sign: Callable[[bytes], bytes] | None = None, **claims: Any) -> str:
    """With delegation's own key, unless another signs."""
    key = OKPKey.import_key(json.loads(desk.keys.signing_key_file("delegation").read_text()))
    at = int(desk.now.timestamp())
    right = wire.dump(decision) | {"iss": "delegation", "aud": AUDIENCE, "iat": at, "exp": at + 30}
    header = {"alg": "Ed25519", "typ": "decision+jwt", "kid": key.kid}
    return compact(header, right | claims, sign or by_ed25519(key))

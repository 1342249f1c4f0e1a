"""Statements as an attacker would forge them, by the hundred: never believed, and never an error of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from chassis.statements import (
    AUDIENCE,
    ISSUER_OF,
    LONGEST_LIFE,
    Actor,
    Decision,
    Kind,
    ServiceCaller,
    Verifier,
    generate_key,
)
from contracts import wire
from contracts.errors import Refusal, StatementExpired, StatementForeign, StatementInvalid
from contracts.identifiers import BceNumber
from contracts.identity import PersonFacts
from tests.support.forging import by_ed25519, by_nobody, by_secret, compact

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = int(NOON.timestamp())
AMELIE = UUID("01920000-0000-7000-8000-000000000001")
FACTS: dict[Kind, Any] = {
    "actor": Actor(person_id=AMELIE, session_id=AMELIE, level=400, roles=["agent"]),
    "person": PersonFacts(person_id=AMELIE, given_name="Amélie", surname="Dubois", domicile=None),
    "decision": Decision(
        person_id=AMELIE,
        bce_number=BceNumber("0403019261"),
        permission="dossier.submit",
        procedure=None,
        mandate_id=AMELIE,
    ),
    "service": ServiceCaller(name="portal", scopes=["identity.sign_in"]),
}
KINDS: tuple[Kind, ...] = get_args(Kind)
PRIVATE, PUBLIC = {}, {}
for issuer in ("identity", "delegation", "operator"):
    private, public = generate_key()
    PRIVATE[issuer], PUBLIC[issuer] = OKPKey.import_key(private), public
ATTACKERS = OKPKey.generate_key("Ed25519", {"kid": PUBLIC["identity"]["kid"]})

many = settings(max_examples=60, derandomize=True, deadline=None)

junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=3,
)
kinds = st.sampled_from(KINDS)
SIGNATURES = [
    by_nobody,
    by_ed25519(ATTACKERS),
    *(by_secret(json.dumps(public).encode()) for public in PUBLIC.values()),
    *(by_secret(public["x"].encode()) for public in PUBLIC.values()),
    # Points of small order verify much, where a library does not look.
    lambda _: b"\1" + b"\0" * 63,
    lambda _: b"\0" * 64,
]


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    file = tmp_path_factory.mktemp("keys") / "public.json"
    file.write_text(json.dumps({issuer: {"keys": [public]} for issuer, public in PUBLIC.items()}))
    return Verifier(file)


def header_of(kind: Kind) -> dict[str, Any]:
    return {"alg": "Ed25519", "typ": f"{kind}+jwt", "kid": PUBLIC[ISSUER_OF[kind]]["kid"]}


def claims_of(kind: Kind) -> dict[str, Any]:
    times = {"iat": AT, "exp": AT + int(LONGEST_LIFE[kind].total_seconds())}
    return wire.dump(FACTS[kind]) | {"iss": ISSUER_OF[kind], "aud": AUDIENCE} | times


def signed(kind: Kind, *, header: Any = None, claims: Any = None, by: str | None = None) -> str:
    key = PRIVATE[by or ISSUER_OF[kind]]
    return compact(header or header_of(kind), claims_of(kind) if claims is None else claims, by_ed25519(key))


def refusal_of(verifier: Verifier, kind: Kind, statement: object, now: datetime = NOON) -> type[Refusal] | None:
    """Anything that is no refusal of ours goes through, and fails the test."""
    try:
        verifier.verify(kind, statement, now=now)
    except (StatementInvalid, StatementForeign, StatementExpired) as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_forged_here_would_be_right_with_nothing_wrong(verifier: Verifier, kind: Kind) -> None:
    assert verifier.verify(kind, signed(kind), now=NOON) == FACTS[kind]


@many
@given(
    kinds,
    st.fixed_dictionaries(
        {"alg": st.sampled_from(["Ed25519", "EdDSA", "HS256", "none", "", "RS256", "Ed448"]) | junk},
        optional={
            "kid": st.sampled_from([public["kid"] for public in PUBLIC.values()]) | junk,
            "typ": st.sampled_from([f"{kind}+jwt" for kind in KINDS]) | junk,
            "jwk": st.just(ATTACKERS.as_dict(private=False)) | junk,
            "jku": st.just("https://evil.example.org/jwks"),
            "crit": st.just(["b64"]) | junk,
            "b64": st.booleans(),
        },
    ),
    st.sampled_from(SIGNATURES),
)
def test_whatever_its_header_what_none_of_ours_signed_is_not_believed(
    verifier: Verifier, kind: Kind, header: Any, sign: Any
) -> None:
    assert refusal_of(verifier, kind, compact(header, claims_of(kind), sign)) is StatementInvalid


@many
@given(kinds, st.data())
def test_a_statement_that_was_altered_anywhere_is_not_believed(verifier: Verifier, kind: Kind, data: Any) -> None:
    right = signed(kind)
    at = data.draw(st.integers(0, len(right)))
    altered = (
        right[:at] + data.draw(st.text("Aa_-.=+ \n\0é\ud800", max_size=3)) + right[at + data.draw(st.integers(0, 3)) :]
    )

    assert altered == right or refusal_of(verifier, kind, altered) is StatementInvalid


@pytest.mark.parametrize("expected", KINDS)
@pytest.mark.parametrize("sent", KINDS)
@pytest.mark.parametrize("by", sorted(PRIVATE))
def test_no_kind_passes_for_another_nor_any_issuer_for_another(
    verifier: Verifier, expected: Kind, sent: Kind, by: str
) -> None:
    """An actor's in the place of a service's and the other way, a decision signed by identity, and so on: with the
    header, the claims and the key mixed in all ways."""
    is_right = (sent, by) == (expected, ISSUER_OF[expected])
    assert (refusal_of(verifier, expected, signed(sent, by=by)) is None) == is_right
    if by == ISSUER_OF[expected] and sent != expected:
        # The claims of another kind below the right header, signed by who may.
        mixed = signed(expected, header=header_of(expected), claims=claims_of(sent))
        assert refusal_of(verifier, expected, mixed) in {StatementInvalid, StatementForeign}


@many
@given(kinds, st.data())
def test_a_lie_of_an_issuer_of_ours_is_refused_or_has_the_right_types(
    verifier: Verifier, kind: Kind, data: Any
) -> None:
    """Its key was stolen, or its clock is wrong: other doors must stand all the same."""
    right = claims_of(kind)
    lie = data.draw(st.dictionaries(st.sampled_from(sorted(right)), junk, min_size=1, max_size=3))
    statement = signed(kind, claims=right | lie)
    if refusal_of(verifier, kind, statement) is None:
        told = verifier.verify(kind, statement, now=NOON)
        assert type(told) is type(FACTS[kind])
        assert (right | lie)["iss"] == ISSUER_OF[kind]
        assert (right | lie)["aud"] == AUDIENCE
        assert wire.load(type(told), wire.dump(told)) == told


@pytest.mark.parametrize(
    "payload",
    [
        "[" * 90_000,
        '{"iss": "identity", "aud": "mon-espace", "iat": 1, "exp": 1e999}',
        '{"iss": "identity", "aud": "mon-espace", "iat": -1e999, "exp": 1}',
        '{"iss": "identity", "aud": "mon-espace", "iat": NaN, "exp": NaN}',
        '{"exp": ' + "9" * 5000 + "}",
        b"\xff\xfe",
        "null",
        "[]",
        '"text"',
    ],
    ids=lambda payload: str(payload[:60]),
)
def test_nothing_that_is_signed_makes_an_error_of_ours(verifier: Verifier, payload: str | bytes) -> None:
    statement = compact(header_of("actor"), payload, by_ed25519(PRIVATE["identity"]))
    assert refusal_of(verifier, "actor", statement) in {StatementInvalid, StatementForeign}


@many
@given(kinds, st.text() | st.binary() | st.floats() | st.lists(st.text(max_size=5), max_size=3) | st.just({"a": 1}))
@example("actor", "x" * 500_000)
@example("service", "." * 100_000)
@example("actor", ".".join(["eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ"] * 5))
def test_what_is_no_statement_is_invalid(verifier: Verifier, kind: Kind, statement: object) -> None:
    assert refusal_of(verifier, kind, statement) is StatementInvalid


@many
@given(kinds, st.integers(-(10**9), 10**9))
def test_a_statement_is_believed_in_its_time_only(verifier: Verifier, kind: Kind, seconds: int) -> None:
    right = signed(kind)
    lasts = LONGEST_LIFE[kind].total_seconds()
    outcome = refusal_of(verifier, kind, right, NOON + timedelta(seconds=seconds))

    assert outcome is (None if -5 <= seconds < lasts + 5 else StatementExpired)

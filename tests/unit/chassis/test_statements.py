import json
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey, OKPKey
from prometheus_client import REGISTRY

from chassis.statements import AUDIENCE, Actor, Decision, ServiceCaller, Signer, Verifier, generate_key
from contracts.errors import StatementExpired, StatementForeign, StatementInvalid
from contracts.identifiers import BceNumber

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
AMELIE = UUID("01920000-0000-7000-8000-000000000001")
ACTOR = Actor(person_id=AMELIE, session_id=AMELIE, level=400, roles=["agent"])
FIVE_MINUTES = timedelta(minutes=5)


class Keys:
    """Issuers' keys in files, as operators keep them."""

    def __init__(self, directory):
        self.directory = directory
        self.public_file = directory / "public.json"
        self.private = {}
        self.rotate("identity", "delegation", "operator")

    def rotate(self, *issuers):
        sets = json.loads(self.public_file.read_text()) if self.public_file.exists() else {}
        for issuer in issuers:
            private, public = generate_key()
            self.private[issuer] = private
            sets[issuer] = {"keys": [public]}
            (self.directory / issuer).write_text(json.dumps(private))
        self.public_file.write_text(json.dumps(sets))
        self._touch = getattr(self, "_touch", 0) + 10
        os.utime(self.public_file, (self._touch, self._touch))

    def signer(self, issuer):
        return Signer(issuer, self.directory / issuer)


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path)


def test_a_statement_is_believed_while_it_is_fresh(keys):
    statement = keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)

    assert Verifier(keys.public_file).verify("actor", statement, now=NOON + timedelta(minutes=4)) == ACTOR


def test_facts_keep_their_types(keys):
    decision = Decision(
        person_id=AMELIE,
        bce_number=BceNumber("0403019261"),
        permission="dossier.submit",
        procedure=None,
        mandate_id=AMELIE,
    )
    statement = keys.signer("delegation").sign("decision", decision, now=NOON, lasts=timedelta(seconds=30))

    assert Verifier(keys.public_file).verify("decision", statement, now=NOON) == decision


@pytest.mark.parametrize("moment", [NOON + timedelta(minutes=6), NOON - timedelta(minutes=1)])
def test_an_expired_or_a_future_statement_is_refused_even_after_it_was_once_believed(keys, moment):
    statement = keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)
    verifier = Verifier(keys.public_file)
    verifier.verify("actor", statement, now=NOON)

    with pytest.raises(StatementExpired):
        verifier.verify("actor", statement, now=moment)


def test_a_kind_is_signed_by_its_own_issuer_only(keys):
    statement = keys.signer("delegation").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)

    with pytest.raises(StatementInvalid):
        Verifier(keys.public_file).verify("actor", statement, now=NOON)


def test_a_statement_of_one_kind_does_not_pass_for_another(keys):
    statement = keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)

    with pytest.raises(StatementForeign):
        Verifier(keys.public_file).verify("person", statement, now=NOON)


def test_a_statement_for_another_audience_is_foreign(keys):
    with pytest.raises(StatementForeign):
        Verifier(keys.public_file).verify("actor", _forged(keys, aud="elsewhere"), now=NOON)


def test_a_statement_in_the_name_of_another_issuer_is_foreign(keys):
    with pytest.raises(StatementForeign):
        Verifier(keys.public_file).verify("actor", _forged(keys, iss="delegation"), now=NOON)


def test_a_statement_that_lasts_longer_than_its_kind_may_is_not_believed(keys):
    with pytest.raises(StatementInvalid):
        Verifier(keys.public_file).verify("actor", _forged(keys, exp=int(NOON.timestamp()) + 86400), now=NOON)
    with pytest.raises(ValueError, match="at most"):
        keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=timedelta(hours=1))


def test_a_statement_without_its_facts_is_not_believed(keys):
    with pytest.raises(StatementInvalid):
        Verifier(keys.public_file).verify("actor", _forged(keys, person_id="nobody"), now=NOON)


@pytest.mark.parametrize("junk", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", {"a": 1}, ["x"], 5, b"\xff"])
def test_junk_is_invalid(keys, junk):
    with pytest.raises(StatementInvalid):
        Verifier(keys.public_file).verify("actor", junk, now=NOON)


def test_the_public_key_does_not_serve_as_a_shared_secret(keys):
    public = json.loads(keys.public_file.read_text())["identity"]["keys"][0]
    header = {"alg": "HS256", "typ": "actor+jwt", "kid": public["kid"]}
    confused = jwt.encode(header, _claims(), OctKey.import_key(public["x"]), algorithms=["HS256"])

    with pytest.raises(StatementInvalid):
        Verifier(keys.public_file).verify("actor", confused, now=NOON)


def test_keys_are_read_again_when_their_file_changes(keys):
    verifier = Verifier(keys.public_file)
    old = keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)
    assert verifier.verify("actor", old, now=NOON) == ACTOR

    keys.rotate("identity")

    with pytest.raises(StatementInvalid):
        verifier.verify("actor", old, now=NOON)
    new = keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)
    assert verifier.verify("actor", new, now=NOON) == ACTOR


@pytest.mark.parametrize("content", ["", '{"identity": {"keys": [{"kty"', "[]", '{"identity": 5}', None])
def test_while_the_keys_cannot_be_read_the_former_ones_hold(keys, content):
    verifier = Verifier(keys.public_file)
    old = keys.signer("identity").sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)
    verifier.verify("actor", old, now=NOON)

    if content is None:
        keys.public_file.unlink()
    else:
        keys.public_file.write_text(content)
    another = keys.signer("identity").sign("actor", ACTOR, now=NOON - timedelta(seconds=1), lasts=FIVE_MINUTES)
    assert verifier.verify("actor", another, now=NOON) == ACTOR

    keys.public_file.write_text("{}")
    keys.rotate("identity")
    with pytest.raises(StatementInvalid):
        verifier.verify("actor", old, now=NOON)


def test_a_service_statement_holds_its_scopes(keys):
    caller = ServiceCaller(name="primes", scopes=["delegation.check"])
    statement = keys.signer("operator").sign("service", caller, now=NOON, lasts=timedelta(days=90))

    assert Verifier(keys.public_file).verify("service", statement, now=NOON) == caller


def _claims(**changes):
    return {
        "iss": "identity",
        "aud": AUDIENCE,
        "iat": int(NOON.timestamp()),
        "exp": int(NOON.timestamp()) + 300,
        "person_id": str(AMELIE),
        "session_id": str(AMELIE),
        "level": 500,
        "roles": [],
    } | changes


def _forged(keys, **changes):
    key = OKPKey.import_key(keys.private["identity"])
    return jwt.encode({"alg": "Ed25519", "typ": "actor+jwt", "kid": key.kid}, _claims(**changes), key, ["Ed25519"])


def test_a_signing_key_is_replaced_while_everything_runs(keys):
    """The new public key first, then the private one; in between and after nothing that was signed is refused."""
    signer, verifier = keys.signer("identity"), Verifier(keys.public_file)
    old = json.loads(keys.public_file.read_text())["identity"]["keys"]
    private, public = generate_key()
    before = signer.sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)

    sets = json.loads(keys.public_file.read_text()) | {"identity": {"keys": [*old, public]}}
    keys.public_file.write_text(json.dumps(sets))
    os.utime(keys.public_file, (1000, 1000))
    between = signer.sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)
    (keys.directory / "identity").write_text("{")
    os.utime(keys.directory / "identity", (1000, 1000))
    half_written = signer.sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)
    (keys.directory / "identity").write_text(json.dumps(private))
    os.utime(keys.directory / "identity", (2000, 2000))
    after = signer.sign("actor", ACTOR, now=NOON, lasts=FIVE_MINUTES)

    assert [verifier.verify("actor", told, now=NOON) for told in (before, between, half_written, after)] == [ACTOR] * 4
    assert [jws.extract_compact(told.encode()).headers()["kid"] for told in (before, half_written, after)] == [
        old[0]["kid"],
        old[0]["kid"],
        public["kid"],
    ]
    # Five minutes later the old public key may go.
    keys.public_file.write_text(json.dumps(sets | {"identity": {"keys": [public]}}))
    os.utime(keys.public_file, (3000, 3000))
    assert verifier.verify("actor", after, now=NOON) == ACTOR
    with pytest.raises(StatementInvalid):
        verifier.verify("actor", before, now=NOON)


def test_when_a_service_s_statement_ends_is_seen_before_it_does(keys):
    verifier, caller = Verifier(keys.public_file), ServiceCaller(name="primes", scopes=[])
    for days in (90, 30):
        statement = keys.signer("operator").sign("service", caller, now=NOON, lasts=timedelta(days=days))
        verifier.verify("service", statement, now=NOON)

    ends = REGISTRY.get_sample_value("service_statement_ends_timestamp_seconds", {"caller": "primes"})
    assert ends == (NOON + timedelta(days=30)).timestamp()

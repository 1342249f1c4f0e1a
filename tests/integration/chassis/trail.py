"""An audit trail to look at: fixtures, and what an operator does."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis import audit
from chassis.audit.sealing import link
from chassis.database import Work
from chassis.tables import audit_acts
from contracts.events import ActorFacts
from deploy.embedded.keys import Keys
from tests.integration.chassis.ledger import NOON

AMELIE = UUID("01920000-0000-7000-8000-000000000001")
BRUNO = UUID("01920000-0000-7000-8000-000000000002")
ENTRY = UUID("01920000-0000-7000-8000-00000000000a")
SERVICE = "identity"
SALT = b"1" * 16


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "keys")


@pytest.fixture
def service(ledger, keys):
    """The ledger under the name of a service that has an audit key."""
    ledger.name = SERVICE
    ledger.trail_signer = audit.TrailSigner(SERVICE, keys.audit_key_file(SERVICE))
    return ledger


def act(service, action="looked", *, by=BRUNO, party=AMELIE, **more):
    with Work(service, ActorFacts(person_id=by, level=400)) as work:
        work.record(action, subject="entry:a", party=party, **more)


def seal(service, *, now=NOON):
    while audit.seal(Work(service)):
        pass
    audit.sign_head(Work(service), now=now)


def verify(service, keys, *, kept=(), now=None):
    return audit.verify(
        service.engine,
        service=SERVICE,
        keys_file=keys.audit_keys_file,
        kept_heads=kept,
        now=now or service.clock.now(),
    )


@pytest.fixture
def trail(service):
    """Five acts whose head was signed, with the act of that, and two more after it."""
    for number in range(5):
        act(service, f"act_{number}")
    seal(service)
    for number in range(2):
        act(service, f"later_{number}", by=AMELIE, party=None)
    seal(service)
    return service


# ---------------------------------------------------------------- what is recorded


def where(sequence):
    return audit_acts.c.sequence == sequence


def last_of(connection):
    sealed = sa.select(audit_acts).where(audit_acts.c.sequence.is_not(None))
    return connection.execute(sealed.order_by(audit_acts.c.sequence.desc()).limit(1)).one()


def put_in(connection, content, commitment, *, signer=None, signature=None):
    """At the end of the chain, as the sealer would have."""
    last = last_of(connection)
    act_id = uuid7()
    values = {"act_id": act_id, "content": content, "salt": SALT, "commitment": commitment}
    values |= {"sequence": last.sequence + 1, "chain": link(last.chain, last.sequence + 1, act_id, commitment)}
    values |= {"signature": signer.sign_act(act_id, commitment) if signer is not None else signature}
    connection.execute(sa.insert(audit_acts).values(**values))
    return act_id


def content_of(connection, sequence):
    return connection.execute(sa.select(audit_acts).where(where(sequence))).one()

"""The README's example: a program that knows nothing of us but nameko asks delegation, and hears its events."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chassis.rpc import RpcClient
from chassis.statements import ServiceCaller, Signer
from contracts.delegation import Delegation
from tests.cast import ATELIERS

STRANGER = """
import eventlet
eventlet.monkey_patch()
import json, sys
from nameko.events import event_handler
from nameko.standalone.rpc import ClusterRpcClient
from nameko.containers import ServiceContainer
import nameko

AMQP_URI, TOKEN, PERSON = sys.argv[1:]
nameko.config.setup({"AMQP_URI": AMQP_URI})
heard = eventlet.queue.Queue()

class Primes:
    name = "primes"

    @event_handler("delegation", "role_granted")
    def on_role_granted(self, mandate):
        heard.put(mandate)

container = ServiceContainer(Primes)
container.start()
print("listening", flush=True)
mandate = heard.get(timeout=30)
with ClusterRpcClient(uri=AMQP_URI, context_data={"service": TOKEN}) as rpc:
    answer = rpc.delegation.check(person_id=PERSON, bce_number="0403.019.261", permission="dossier.submit")
    try:
        rpc.delegation.check(person_id="nobody", bce_number="0403.019.261", permission="dossier.submit")
    except Exception as error:
        refused = [type(error).__name__, error.exc_type, str(error.value)]
print(json.dumps({"mandate": mandate, "answer": answer, "refused": refused}), flush=True)
container.stop()
"""


def test_a_stock_nameko_service_asks_and_hears(run_service, service_environment, database_of, amqp_uri, keys):
    environment = service_environment(amqp_uri=amqp_uri, databases={"delegation": database_of("delegation")})
    run_service("delegation", environment=environment)
    person_id = uuid4()
    stranger = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", STRANGER, amqp_uri, _token(keys, "delegation.check"), str(person_id)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert stranger.stdout.readline().strip() == "listening"
        _designate(amqp_uri, _token(keys, "delegation.register"), person_id)
        told = json.loads(stranger.stdout.readline())
    finally:
        stranger.kill()
        stranger.wait()

    assert told["mandate"]["person_id"] == str(person_id)
    assert told["mandate"]["bce_number"] == "0403019261"
    assert told["answer"]["decision"] is True
    assert told["answer"]["mandate_id"] == told["mandate"]["mandate_id"]
    assert told["refused"][:2] == ["RemoteError", "InvalidRequest"]
    assert "person_id" in told["refused"][2]


def _designate(amqp_uri, token, person_id):
    client = RpcClient(amqp_uri, "registry")
    client.start()
    try:
        delegation = client.at(Delegation, service=token, timeout=15)
        delegation.register_enterprise(
            bce_number=ATELIERS.bce_number, name=ATELIERS.name, state="active", command_id=uuid4()
        )
        delegation.designate_access_manager(
            bce_number=ATELIERS.bce_number, person_id=person_id, email=None, language="fr", command_id=uuid4()
        )
    finally:
        client.stop()


def _token(keys, scope):
    signer = Signer("operator", keys.signing_key_file("operator"))
    caller = ServiceCaller(name="primes", scopes=[scope])
    return signer.sign("service", caller, now=datetime.now(UTC), lasts=timedelta(days=1))

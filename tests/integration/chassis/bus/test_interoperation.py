"""Services written for stock nameko call ours and hear our events, unchanged; ours call theirs."""

import json
import signal
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcClient

from chassis.bus import connect
from contracts.errors import InternalError, UnknownMethod
from deploy.embedded.children import start_child
from deploy.embedded.ports import wait_until


@pytest.fixture(scope="module")
def stock_client(town):
    with ClusterRpcClient(uri=town.amqp_uri, timeout=60, context_data={"service": town.token}) as client:
        yield client


def test_a_stock_client_gets_answers(town, stock_client):
    assert stock_client.teller.echo(words="été") == "été"


def test_a_stock_client_gets_refusals_as_remote_errors(town, stock_client):
    with pytest.raises(RemoteError) as refused:
        stock_client.teller.refuse()

    assert refused.value.exc_type == "NotFound"
    assert refused.value.value.startswith("not_found: ")


def test_a_stock_client_is_told_of_an_unknown_method(town, stock_client):
    with pytest.raises(RemoteError) as refused:
        stock_client.teller.no_such_method()

    assert refused.value.exc_type == "UnknownMethod"


@pytest.fixture(scope="module")
def stock_service(town, tmp_path_factory):
    directory = tmp_path_factory.mktemp("stock")
    script, heard, log = Path(__file__).with_name("stock.py"), directory / "heard", directory / "log"
    command = [sys.executable, str(script), town.amqp_uri, town.token, str(heard)]
    child = start_child(command, log=log, when_parent_dies=signal.SIGKILL)

    def answers():
        assert child.poll() is None, log.read_text()
        try:
            return town.rpc.call("stock", "greet", {"name": "you"}, timeout=1) == "hello you"
        except Exception:
            return False

    wait_until(answers, seconds=90, what=f"the stock service; see {log}")
    yield heard
    child.kill()
    child.wait()
    # Stock queues stay for ever; this one would hear whatever the tests after these tell.
    with connect(town.amqp_uri, "test") as connection:
        connection.channel().queue_delete("evt-teller-told--stock.on_told")


def test_a_stock_service_hears_our_events_and_calls_our_doors(town, stock_service):
    story = town.teller.tell(words="for a stranger", command_id=uuid4())

    def heard():
        lines = stock_service.read_text().splitlines() if stock_service.exists() else []
        return [line for line in map(json.loads, lines) if line["body"]["words"] == "for a stranger"]

    wait_until(lambda: bool(heard()), seconds=60, what="the stock service to hear")
    (line,) = heard()
    assert line["body"]["story_id"] == str(story.story_id)
    assert line["echo"] == "for a stranger"


def test_ours_call_a_stock_service_and_learn_how_it_failed(town, stock_service):
    assert town.rpc.call("stock", "greet", {"name": "Amélie"}, timeout=20) == "hello Amélie"
    with pytest.raises(InternalError) as failed:
        town.rpc.call("stock", "fail", {}, timeout=20)
    assert failed.value.details == {"error": "ValueError"}
    with pytest.raises(UnknownMethod):
        town.rpc.call("stock", "no_such_method", {}, timeout=20)

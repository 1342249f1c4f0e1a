"""An answer that was ready while there was no connection goes by the next one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.chassis.bus.town import Teller, ran
from tests.support.proxy import Proxy


@pytest.fixture
def proxy(town):
    """The teller reaches the broker by it, for one test."""
    proxy = Proxy(town.amqp_uri)
    town.processes["teller"].stop()
    behind = town.run("teller", replica=" behind the proxy", amqp_uri=proxy.uri)
    yield proxy
    behind.stop()
    proxy.close()
    town.processes["teller"].start()


def test_what_was_done_is_not_done_again_for_want_of_a_connection_to_answer_by(town, proxy):
    patient = town.rpc.at(Teller, timeout=90, service=town.token)
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(patient.linger, word="ready meanwhile", seconds=5)
        town.until(lambda: town.rows("teller", ran, ran.c.word == "ready meanwhile"))
        proxy.black_hole()
        proxy.cut()
        log = town.processes["teller behind the proxy"].log
        town.until(lambda: "rpc_answer_not_sent" in log.read_text())
        proxy.heal()

        assert answer.result() == "ready meanwhile"
    assert len(town.rows("teller", ran, ran.c.word == "ready meanwhile")) == 1

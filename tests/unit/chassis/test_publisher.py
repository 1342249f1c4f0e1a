"""Publishing from one thread while another hears what the broker confirms."""

import sys
import threading

import pytest

from chassis.bus import Publisher

COUNT = 3000


class Channel:
    """Where py-amqp's would write to a socket; ``confirm`` is what the reading thread would hear."""

    def __init__(self):
        self.events = {"basic_ack": set(), "basic_nack": set(), "basic_return": set()}
        self.sent = 0

    def channel(self):
        return self

    def confirm_select(self):
        pass

    def send_method(self, *frame):
        self.sent += 1

    def confirm(self, tag):
        for heard in self.events["basic_ack"]:
            heard(tag, True)


@pytest.fixture
def busy_interpreter():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_confirms_are_heard_while_others_publish(busy_interpreter):
    channel, done, failed = Channel(), threading.Event(), []
    publisher = Publisher(channel, user="guest")

    def hear():
        try:
            while not done.is_set():
                # A tag of old: it settles nothing, so that much stays to look through.
                channel.confirm(0)
        except RuntimeError as error:
            failed.append(error)

    reader = threading.Thread(target=hear)
    reader.start()
    fates = [
        publisher.send_confirmed(b"{}", exchange="e", routing_key="told", message_id=str(number))
        for number in range(COUNT)
    ]
    done.set()
    reader.join()
    channel.confirm(COUNT)

    assert failed == []
    assert {fate.outcome for fate in fates} == {"confirmed"}

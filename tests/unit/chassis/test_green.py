import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, socket, sys, time

native_sleep = time.sleep

def slowly(look_up):
    def slow(*asked):
        native_sleep(float(sys.argv[3]))
        return look_up(*asked)
    slow.__name__ = look_up.__name__
    return slow

from chassis import green

for name in green.LOOK_UPS:
    setattr(socket, name, slowly(getattr(socket, name)))
green.patch()

import eventlet

beats = []
def beat():
    while True:
        beats.append(1)
        eventlet.sleep(0.01)
eventlet.spawn(beat)
with eventlet.Timeout(1, False):
    try:
        asked = eval(sys.argv[2])
        found = getattr(socket, sys.argv[1])(*asked) is not None
    except OSError as error:
        found = type(error).__name__
    print(json.dumps({"found": found, "beats": len(beats), "dns": "dns" in sys.modules}))
"""


def look_up(name, *asked, slow=0.5):
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, name, repr(asked), str(slow)],
        capture_output=True,
        text=True,
        timeout=15,
    )
    assert (told.returncode, told.stderr) == (0, "")
    return json.loads(told.stdout) if told.stdout else None


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("getaddrinfo", ("localhost", 80)),
        ("create_connection", (("localhost", 1),)),
        ("gethostbyname", ("localhost",)),
        ("gethostbyaddr", ("127.0.0.1",)),
        ("getfqdn", ("127.0.0.1",)),
        ("getnameinfo", (("127.0.0.1", 80), 0)),
    ],
)
def test_a_name_is_looked_up_while_others_go_on(name, asked):
    told = look_up(name, *asked)

    assert told["found"] == ("ConnectionRefusedError" if name == "create_connection" else True)
    assert told["beats"] > 10


def test_a_name_that_nobody_knows_is_an_error_while_others_go_on():
    told = look_up("getaddrinfo", "no-such-name.invalid", 80)

    assert told["found"] == "gaierror"
    assert told["beats"] > 10


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_address_is_asked_of_nobody(address):
    """Straight away: not even another green thread has its turn."""
    told = look_up("getaddrinfo", address, 80)

    assert told == {"found": True, "beats": 0, "dns": False}


def test_a_process_ends_though_name_servers_do_not_answer():
    assert look_up("getaddrinfo", "localhost", 80, slow=60) is None

import os
import subprocess
import sys

from bench import processor


def test_processor_time_is_told_by_the_process_that_spent_it():
    burn = "import time\ninput()\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        spent = processor.spent(lambda: _burn(child), {"the child": child.pid})
        child.communicate(b"\n")

    assert spent["the child"] > 0.1


def _burn(child):
    child.stdin.write(b"\n")
    child.stdin.flush()
    child.stdout.readline()


def test_a_process_that_is_not_ours_is_not_counted():
    assert processor.spent(lambda: None, {"the parent": os.getppid()})["the parent"] == 0.0


def test_a_process_has_spent_time_since_it_began():
    assert 0.0 < processor.spent_by(os.getpid()) < 3600


def test_a_table_tells_milliseconds_for_each_thing_done():
    rows = processor.table({"ours": ({"a": 3.0, "b": 1.0}, 1000), "floor": ({"a": 1.5}, 1000)}, "event")

    assert rows == [
        ["processor, ms per event", "a", "b"],
        ["ours", "3.00", "1.00"],
        ["floor", "1.50", "–"],
    ]

"""nameko's container as we changed it."""

import subprocess
import sys

from tests.support.processes import ROOT


def test_a_stop_does_not_wait_for_who_waits_for_a_worker():
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.chassis.green_container"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stdout) == (0, "stopped\n"), done.stderr

"""Free ports: each is told once, and only to one of the processes that look for some at the same time."""

import subprocess
import sys

from deploy.embedded.parts import OFFSETS, ROOT
from deploy.embedded.ports import free_first_port, free_ports, is_taken

CHOOSE = "from deploy.embedded.ports import free_ports; print(*free_ports(600)); input()"


def test_processes_that_choose_at_once_choose_differently():
    choosers = [
        subprocess.Popen([sys.executable, "-c", CHOOSE], cwd=ROOT, text=True, stdin=-1, stdout=-1) for _ in range(3)
    ]
    told = [set(chooser.stdout.readline().split()) for chooser in choosers]
    for chooser in choosers:
        chooser.communicate("\n")

    assert [len(ports) for ports in told] == [600, 600, 600]
    assert len(set.union(*told)) == 1800


def test_a_port_is_told_again_only_when_all_others_were():
    firsts = [free_first_port(OFFSETS.values()) for _ in range(5)]
    told = {first + offset for first in firsts for offset in OFFSETS.values()}
    others = free_ports(300)

    assert len(told) == 5 * len(OFFSETS)
    assert len(set(others)) == 300
    assert not told & set(others)
    assert not any(is_taken(port) for port in others)

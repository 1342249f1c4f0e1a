"""The stand-ins are other people's systems: they know the contracts, and nothing of how our services are made."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.embedded.parts import ROOT


@pytest.mark.parametrize("name", ["neighbours", "mailbox.__main__", "seed", "supervisor", "machine"])
def test_nothing_of_the_services_is_loaded(name: str) -> None:
    program = f"import sys, deploy.embedded.{name}; print([m for m in sys.modules if m.startswith('services')])"

    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"

"""Two services; one loses a thread when a file appears: ``python -m tests.integration.chassis.brittle FILE``."""

import eventlet

eventlet.monkey_patch()

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from nameko.extensions import DependencyProvider

from chassis.doors import Door
from chassis.launcher import run
from chassis.settings import ServiceSettings


@dataclass(frozen=True, kw_only=True)
class SteadySettings(ServiceSettings):
    service: ClassVar[str] = "steady"


@dataclass(frozen=True, kw_only=True)
class BrittleSettings(ServiceSettings):
    service: ClassVar[str] = "brittle"


class FallsWithFile(DependencyProvider):
    def start(self) -> None:
        self.container.spawn_managed_thread(self._watch)

    def _watch(self) -> None:
        while not Path(sys.argv[1]).exists():
            eventlet.sleep(0.05)
        raise RuntimeError("a thread that the service cannot do without")


class Steady(Door):
    name = "steady"
    settings_class = SteadySettings


class Brittle(Door):
    name = "brittle"
    settings_class = BrittleSettings
    thread = FallsWithFile()


if __name__ == "__main__":
    sys.exit(run([Steady, Brittle]))

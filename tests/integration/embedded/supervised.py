"""A supervisor of two small parts, for the tests to kill and stop: ``python -m tests.integration.embedded.supervised``.

Arguments: state directory, port of the first part (a web server of the standard library), port of the second.
"""

from __future__ import annotations

import sys
from pathlib import Path

from chassis.clock import Clock
from deploy.embedded import console
from deploy.embedded.parts import Part, module
from deploy.embedded.ports import answers
from deploy.embedded.state import State
from deploy.embedded.supervisor import CouldNotStart, Supervisor, ToldToStop


def a_part(name: str, port: int) -> Part:
    return Part(
        name=name,
        title=name,
        command=module("http.server", port, "--bind", "127.0.0.1"),
        ports={port: name},
        is_ready=lambda: answers(port),
        environment=lambda now: {"STARTED_AT": now.isoformat()},
    )


def main() -> int:
    directory, first, second = sys.argv[1:]
    parts = [a_part("first", int(first)), a_part("second", int(second))]
    with State(Path(directory)) as state:
        supervisor = Supervisor(state, Clock())
        try:
            supervisor.start(parts)
            console.say("all ready")
            supervisor.look_after()
        except ToldToStop:
            console.say("told to stop")
        except CouldNotStart as error:
            console.wrong(str(error))
        supervisor.stop([[part] for part in reversed(parts)])
    return 0


if __name__ == "__main__":
    sys.exit(main())

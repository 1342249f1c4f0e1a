"""Child processes that do not outlive their parent, even when it is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def start_child(
    command: list[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    when_parent_dies: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program whose output is added to ``log``, in a session of its own: Ctrl-C reaches only the parent, which
    stops its children in its own order.

    To be called from the main thread: the kernel takes the end of the thread for that of the parent.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        # A shell's background job starts with Ctrl-C ignored, and would hand that on.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _libc.prctl(PR_SET_PDEATHSIG, when_parent_dies.value, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=die_with_parent,
            start_new_session=True,
        )

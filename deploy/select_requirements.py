"""The part of ``requirements.lock`` that the services need to run: what ``dependencies`` of pyproject.toml name, and
what those need in turn, as the lock's own "via" comments say. Hashes are kept.

``python deploy/select_requirements.py [EXTRA …] > run.lock``: standard library only, the image's build runs it first.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_VIA = re.compile(r"^    # +(?:via )?([A-Za-z0-9._-]+)(?: .*)?$", re.MULTILINE)


def select(lock: str, wanted: list[str]) -> str:
    """``wanted``: requirements as pyproject.toml writes them."""
    entries = {_PIN.match(entry)[1].lower(): entry for entry in _entries(lock)}  # type: ignore[index]
    parents = {name: {via.lower() for via in _VIA.findall(entry)} for name, entry in entries.items()}
    needed = {_name(requirement) for requirement in wanted}
    absent = needed - set(entries)
    if absent:
        raise SystemExit(f"requirements.lock does not name {', '.join(sorted(absent))}")
    while more := {name for name, via in parents.items() if via & needed} - needed:
        needed |= more
    return "".join(entry for name, entry in sorted(entries.items()) if name in needed)


def _entries(lock: str) -> list[str]:
    starts = [match.start() for match in _PIN.finditer(lock)]
    return [lock[start:end] for start, end in zip(starts, [*starts[1:], len(lock)], strict=True)]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in sys.argv[1:]:
        wanted += project["optional-dependencies"][extra]
    sys.stdout.write(select((ROOT / "requirements.lock").read_text(), wanted))


if __name__ == "__main__":
    main()

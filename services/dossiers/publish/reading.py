"""From files to checked procedures; every fault with file, line and reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import marshmallow as ma

from contracts import wire
from services.dossiers.domain.consistency import problems_of
from services.dossiers.domain.procedure import Procedure
from services.dossiers.publish import tables, yaml_lines
from services.dossiers.publish.shape import SLUG, ProcedureShape
from services.dossiers.publish.yaml_lines import Read, YamlWrong


class ProceduresWrong(ValueError):
    """``faults``: one ``file:line: what: reason`` for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_directory(directory: Path) -> list[Procedure]:
    """All procedures there, or ProceduresWrong with all faults of all files."""
    procedures, faults = [], []
    paths = sorted(directory.glob("*.yaml"))
    if not paths:
        raise ProceduresWrong([f"{directory}: there is no procedure (*.yaml) here"])
    for path in paths:
        try:
            procedures.append(read_procedure(path))
        except ProceduresWrong as wrong:
            faults += wrong.faults
    if faults:
        raise ProceduresWrong(faults)
    return procedures


def read_procedure(path: Path) -> Procedure:
    try:
        SLUG(path.stem)
    except ma.ValidationError as error:
        raise ProceduresWrong([f"{path}:1: the file's name {error.messages[0]}"]) from error
    try:
        read = yaml_lines.read(path.read_text(encoding="utf-8"))
    except YamlWrong as wrong:
        raise ProceduresWrong([f"{path}:{wrong.line}: {wrong.reason}"]) from wrong
    except UnicodeDecodeError as error:
        raise ProceduresWrong([f"{path}:1: the file is not UTF-8"]) from error
    try:
        content: dict[str, Any] = ProcedureShape().load(read.content)
    except ma.ValidationError as error:
        told = list(_flat(error.messages))
        raise ProceduresWrong(sorted(_faults(path, read, told), key=_by_line)) from error
    _refuse(path, read, tables.put_in(content))
    procedure = wire.load(Procedure, {**content, "slug": path.stem})
    _refuse(path, read, problems_of(procedure))
    return procedure


def _refuse(path: Path, read: Read, wrong: list[tuple[yaml_lines.Path, str]]) -> None:
    if wrong:
        raise ProceduresWrong(sorted(_faults(path, read, wrong), key=_by_line))


def _flat(messages: Any, path: yaml_lines.Path = ()) -> Iterator[tuple[yaml_lines.Path, str]]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _flat(below, path if key == "_schema" else (*path, key))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield path, str(message)


def _faults(path: Path, read: Read, wrong: list[tuple[yaml_lines.Path, str]]) -> list[str]:
    return [
        f"{path}:{read.line_of(where)}: {'.'.join(map(str, where)) or 'the file'}: {reason}" for where, reason in wrong
    ]


def _by_line(fault: str) -> int:
    # The path may hold colons of its own; the line is the last number that stands between two of them before a space.
    return int(fault.split(": ", 1)[0].rpartition(":")[2])

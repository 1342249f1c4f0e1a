"""CSAM's registry as a file: who was designated as access manager, and who is so no more, told over RPC to the running
services, by ``python -m services import-designations FILE``.

CSV with a header, or JSON: a list of objects; a line of either has ``COLUMNS``. ``state``: "designated" (also when it
is empty) or "withdrawn". ``email``: may be empty, he is then reached once he has confirmed an address. Told twice, it
changes nothing but what was revoked or suspended here since: what was not told because somebody was away is told when
the file is imported again.
"""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import marshmallow as ma
from marshmallow import fields, validate

from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.errors import DeadlinePassed, Refusal, Unavailable, UnknownService
from contracts.identifiers import NationalNumber
from contracts.identity import Identity, Language
from services.delegation.schemas import BceField, Email, one_of

COLUMNS = ("bce_number", "national_number", "email", "language", "state")
SCOPES = ["identity.refer", "delegation.register"]
FAULTS_TOLD = 20
PATIENCE = 30.0  # seconds, for a service that is away
PASSING = (Unavailable, DeadlinePassed, UnknownService)
T = TypeVar("T")


class FileInvalid(ValueError):
    """``faults``: a sentence each, with the line; without what was in it, which is personal."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults[:FAULTS_TOLD]))
        self.faults = faults


class _NationalNumber(fields.Field[NationalNumber]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> NationalNumber:
        try:
            return NationalNumber.parse(value)
        except (ValueError, AttributeError, TypeError) as error:
            raise ma.ValidationError("this is no national number") from error


class _Line(ma.Schema):
    bce_number = BceField(required=True)
    national_number = _NationalNumber(required=True)
    email = Email(load_default=None, allow_none=True)
    language = one_of(Language)
    state = fields.String(load_default="designated", validate=validate.OneOf(["designated", "withdrawn"]))

    @ma.pre_load
    def leave_out_what_is_empty(self, told: Any, **_: Any) -> Any:
        if not isinstance(told, dict):
            return told
        return {str(name): value for name, value in told.items() if value not in ("", None)}


class Away(Exception):
    """A service was not there for longer than ``PATIENCE``."""


def read(file: Path) -> list[dict[str, Any]]:
    """All lines, each with ``COLUMNS`` as typed values and its ``number`` in the file, or in the list. Raises
    FileInvalid: nothing was told then."""
    lines, faults = [], []
    for number, told in _parse(file):
        try:
            lines.append(_Line().load(told) | {"number": number})
        except ma.ValidationError as error:
            wrong = sorted(error.messages_dict.items())
            faults += [f"line {number}: {name}: {', '.join(map(str, why))}" for name, why in wrong]
    named = Counter((line["bce_number"], line["national_number"]) for line in lines)
    if twice := sum(number > 1 for number in named.values()):
        faults.append(f"{twice} people are named more than once for the same enterprise")
    if faults:
        raise FileInvalid(faults)
    return lines


def tell(lines: Iterable[dict[str, Any]], rpc: RpcClient, token: str, say: Callable[[str], None]) -> bool:
    """Whether all were taken; says of each line that was refused why. Raises Away."""
    identity, delegation = rpc.at(Identity, service=token), rpc.at(Delegation, service=token)
    counts: Counter[str] = Counter()
    # Who follows comes before who goes, so that no enterprise is without anybody in between.
    for line in sorted(lines, key=lambda each: each["state"] == "withdrawn"):
        number = line["number"]
        try:
            national_number = line["national_number"]
            person_id = _patiently(lambda: identity.refer_to(national_number=national_number))  # noqa: B023
            _tell_one(delegation, line, person_id)
            counts[line["state"]] += 1
        except PASSING as away:
            raise Away(f"line {number}: a service is away ({away.code}); import the file again later") from away
        except Refusal as refusal:
            counts["refused"] += 1
            say(f"line {number}: {refusal.code}: {refusal.sentence}")
    say(f"{counts['designated']} designated, {counts['withdrawn']} withdrawn, {counts['refused']} refused")
    return not counts["refused"]


def _tell_one(delegation: Delegation, line: dict[str, Any], person_id: UUID) -> None:
    of_whom = {"bce_number": line["bce_number"], "person_id": person_id, "command_id": uuid4()}
    if line["state"] == "withdrawn":
        _patiently(lambda: delegation.withdraw_access_manager(**of_whom))
    else:
        how = {"email": line["email"], "language": line["language"]}
        _patiently(lambda: delegation.designate_access_manager(**of_whom, **how))


def _patiently(call: Callable[[], T]) -> T:
    """With the same command id, so that it is done once."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return call()
        except PASSING:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _parse(file: Path) -> list[tuple[int, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if text.lstrip().startswith(("[", "{")):
            told = json.loads(text)
            if not isinstance(told, list):
                raise FileInvalid(["a list is expected"])
            return list(enumerate(told, 1))
        rows = csv.DictReader(text.splitlines(), strict=True)
        missing = [name for name in COLUMNS[:4] if name not in (rows.fieldnames or ())]
        if missing:
            raise FileInvalid([f"the column {name} is missing (commas separate them)" for name in missing])
        return [(rows.line_num, row) for row in rows]
    except (UnicodeError, csv.Error, json.JSONDecodeError, RecursionError) as error:
        raise FileInvalid([f"neither CSV nor JSON: {type(error).__name__}"]) from error

"""What a procedure is made of: the checked content of one published version (docs/procedures.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from contracts.dossiers import Audience
from services.dossiers.domain.calendar import end_of
from services.dossiers.domain.conditions import Condition, holds

Text = dict[str, str]
FieldType = Literal[
    "text", "textarea", "email", "number", "date", "choice", "checkbox", "declaration", "group"
]  # fmt: skip
Locking = Literal["no", "when_known", "always"]

PDF = "application/pdf"
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: Text
    when: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """``min`` and ``max`` are texts: a decimal number, an ISO date or ``today``."""

    name: str
    type: FieldType
    label: Text
    help: Text | None = None
    required: bool = False
    when: Condition | None = None
    prefill: str | None = None
    locked: Locking = "no"
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    pattern_help: Text | None = None
    min: str | None = None
    max: str | None = None
    decimals: int | None = None
    unit: str | None = None
    choices: list[Choice] | None = None
    display: Literal["select", "radio"] | None = None
    fields: list[Field] | None = None
    min_items: int | None = None
    max_items: int | None = None
    item_label: Text | None = None

    @property
    def is_required(self) -> bool:
        return self.required or self.type == "declaration"

    @property
    def is_box(self) -> bool:
        return self.type in ("checkbox", "declaration")


@dataclass(frozen=True, kw_only=True)
class Section:
    name: str
    title: Text
    help: Text | None = None
    when: Condition | None = None
    fields: list[Field]


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """What files are taken. ``max_size`` in bytes."""

    media_types: list[str] = field(default_factory=lambda: [PDF])
    max_size: int = 10 * MEGABYTE
    max_files: int = 5


@dataclass(frozen=True, kw_only=True)
class Heading(FileRules):
    """Under which attachments are filed. ``step`` submission: it may be filled after the form was validated."""

    heading: str
    label: Text
    help: Text | None = None
    required: bool = False
    when: Condition | None = None
    step: Literal["form", "submission"] = "form"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    value: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class TermException:
    when: Condition
    begins_on: date


@dataclass(frozen=True, kw_only=True)
class Term:
    """So many legal days, the first not counted."""

    days: int
    begins_on: date
    exceptions: list[TermException] = field(default_factory=list)
    late: Literal["confirm", "refuse"] = "confirm"

    def last_day(self, known: Mapping[str, Any]) -> date:
        fitting = (each.begins_on for each in self.exceptions if each.when.holds(known))
        return next(fitting, self.begins_on) + timedelta(days=self.days)


@dataclass(frozen=True, kw_only=True)
class ComplementAtSubmission:
    """Opened by the submission itself where the answers say that pieces are still to come."""

    when: Condition | None = None
    days: int
    elements: list[Text]
    message: Text


@dataclass(frozen=True, kw_only=True)
class Complements(FileRules):
    late_answers: Literal["accepted", "refused"] = "accepted"
    max_files: int = 10


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """``version`` is given by publishing and no part of the content."""

    slug: str
    title: Text
    summary: Text
    intro: Text | None = None
    keywords: dict[str, list[str]] = field(default_factory=dict)
    audiences: list[Audience]
    category: str
    opens_at: datetime
    closes_at: datetime | None = None
    minimum_level: int
    submission_level: int | None = None
    sections: list[Section]
    attachments: list[Heading] = field(default_factory=list)
    outcomes: list[Outcome]
    term: Term | None = None
    complement_at_submission: ComplementAtSubmission | None = None
    complements: Complements = field(default_factory=Complements)
    version: int = 0

    @property
    def level_to_submit(self) -> int:
        return max(self.minimum_level, self.submission_level or 0)

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now and (self.closes_at is None or now <= self.closes_at)

    def fields(self) -> Iterator[Field]:
        """All but those inside a group, in the order they are asked."""
        for section in self.sections:
            yield from section.fields

    def find_heading(self, heading: str) -> Heading | None:
        return next((each for each in self.attachments if each.heading == heading), None)

    def languages(self) -> list[str]:
        """French first."""
        return ["fr", *sorted(self.title.keys() - {"fr"})]

    def late_since(self, known: Mapping[str, Any]) -> datetime | None:
        """The end of the term for these answers."""
        return end_of(self.term.last_day(known)) if self.term else None

    def opens_complement(self, known: Mapping[str, Any]) -> bool:
        rule = self.complement_at_submission
        return rule is not None and holds(rule.when, known)

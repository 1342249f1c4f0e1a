"""Typst sets the declaration as an accessible PDF (PDF/UA-1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from chassis.threads import run_native

_TEMPLATE = Path(__file__).with_name("declaration.typ")


def typeset(facts: dict[str, Any]) -> bytes:
    """The PDF for ``domain.declaration.declaration_of(…)``."""
    return run_native(_compile, json.dumps(facts, ensure_ascii=False))


def _compile(facts: str) -> bytes:
    pdf: bytes = typst.compile(_TEMPLATE, sys_inputs={"facts": facts}, pdf_standards=["ua-1"], ignore_system_fonts=True)
    return pdf

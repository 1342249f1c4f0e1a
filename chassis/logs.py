"""Structured logs: one JSON object a line (or a readable line in development), with the trace that the call belongs to.

Identifiers only; nothing personal. ``bind`` puts values on every line of the present call.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TextIO

import structlog
from structlog.typing import ExcInfo

MOST_CAUSES = 20

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def set_up(*, level: str, form: str) -> None:
    """Once per process; ``form`` is json or console. Libraries' own records take the same shape."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_traceback) if form == "json" else structlog.stdlib.ExtraAdder(),
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        # The traceback that looks better shows the values of variables: secrets of links, what people typed.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=_write_traceback,
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    printer = logging.StreamHandler(sys.stderr)
    printer.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [printer]
    root.setLevel(level.upper())
    # nameko logs each refusal with its traceback and arguments; our doors say what matters themselves.
    logging.getLogger("nameko").setLevel(logging.CRITICAL)
    for chatty in ("amqp", "kombu", "urllib3", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _traceback(exc_info: ExcInfo) -> str:
    """As Python shows it, causes first, but of each message its first line: on the next a database quotes values."""
    told: list[str] = []
    error: BaseException | None = exc_info[1]
    # Causes may even go round in a circle.
    while error is not None and len(told) < MOST_CAUSES:
        (sentence, *_) = "".join(traceback.format_exception_only(error)).splitlines()
        told.insert(0, f"{''.join(traceback.format_tb(error.__traceback__))}{sentence}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(told)


def _write_traceback(out: TextIO, exc_info: ExcInfo) -> None:
    out.write(f"\n{_traceback(exc_info)}")


def bind(**values: object) -> None:
    structlog.contextvars.bind_contextvars(**values)


def unbind_all() -> None:
    structlog.contextvars.clear_contextvars()

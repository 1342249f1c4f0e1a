"""Deleting what is over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as Transaction


def delete_some(transaction: Transaction, table: sa.Table, condition: sa.ColumnElement[bool], most: int = 1000) -> int:
    row: sa.ColumnElement[Any] = sa.literal_column("ctid")
    old = sa.select(row).select_from(table).where(condition).limit(most)
    deleted: sa.CursorResult[Any] = transaction.execute(sa.delete(table).where(row.in_(old)))  # type: ignore[assignment]
    return deleted.rowcount

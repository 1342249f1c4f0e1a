"""What rests of a person, row by row, for an export."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session as Transaction

from services.identity.storage import tables

TABLES: Final = (
    tables.people,
    tables.sessions,
    tables.contacts,
    tables.links,
    tables.deletions,
    tables.acknowledgements,
    tables.dossiers,
)
# Secrets' hashes are nobody's data; who decided is told by the audit trail; counts of changes tell nothing.
LEFT_OUT: Final = {"token_hash", "secret_hash", "decided_by", "version", "epoch"}


def rows_of(transaction: Transaction, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """{table: rows}; also of what ended and is still stored."""
    return {
        table.name: [
            dict(row._mapping)
            for row in transaction.execute(
                sa.select(*(column for column in table.c if column.name not in LEFT_OUT)).where(
                    table.c.person_id == person_id
                )
            )
        ]
        for table in TABLES
    }

"""What time does: drafts that nobody touches go, and so do files that nothing names."""

from __future__ import annotations

import itertools
from datetime import datetime

from chassis.logs import log
from services.dossiers import metrics
from services.dossiers.commands.acts import record_removals
from services.dossiers.gateways import Gateways
from services.dossiers.storage import DossiersWork

BATCH = 200


def remove_expired_drafts(work: DossiersWork, *, now: datetime) -> int:
    """The number of drafts removed; their files go with the next sweep."""
    total = 0
    while True:
        with work:
            drafts = work.dossiers.remove_expired(now=now, batch=BATCH)
            record_removals(work, "remove_expired_draft", drafts)
        removed = len(drafts)
        if removed:
            metrics.DRAFTS_EXPIRED.inc(removed)
            log.info("remove_expired_drafts", count=removed)
        total += removed
        if removed < BATCH:
            return total


def remove_unused_files(work: DossiersWork, *, gateways: Gateways) -> int:
    """The number of files removed."""
    total = 0
    old = gateways.files.list_old()
    while digests := list(itertools.islice(old, BATCH)):
        with work:
            unused = work.files.unused(digests)
        for digest in unused:
            gateways.files.remove_unused(digest)
        total += len(unused)
    return total

"""What operators count of dossiers."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from chassis.database import Work

DRAFTS_STARTED = Counter("dossiers_drafts_started_total", "Drafts begun", ["procedure"])
DRAFTS_EXPIRED = Counter("dossiers_drafts_expired_total", "Drafts removed since nobody touched them")
SUBMITTED = Counter("dossiers_submitted_total", "Dossiers submitted", ["procedure", "is_late"])
COMPLEMENTS = Counter("dossiers_complements_total", "Complement requests made and answered", ["outcome"])
DECIDED = Counter("dossiers_decided_total", "Dossiers decided", ["procedure", "outcome"])
FILES = Counter("dossiers_files_total", "Files taken, or why they were not", ["outcome"])
DECLARATION_SECONDS = Histogram("dossiers_declaration_seconds", "Time to typeset a declaration")


def count(work: Work, counter: Counter, **labels: str) -> None:
    """Once the change is safe."""
    work.after_commit((counter.labels(**labels) if labels else counter).inc)

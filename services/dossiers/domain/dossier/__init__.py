"""A dossier from its first answer to its decision.

``record`` holds what it is and how each change is recorded; ``draft``, ``submission`` and ``treatment`` hold the verbs
of one stretch of its life each, ``reassignment`` who looks after it meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.dossiers.domain.dossier.draft import Draft
from services.dossiers.domain.dossier.reassignment import Reassignment
from services.dossiers.domain.dossier.submission import Submission
from services.dossiers.domain.dossier.treatment import Treatment


@dataclass(eq=False, kw_only=True)
class Dossier(Draft, Submission, Treatment, Reassignment):
    """State: draft, submitted, in_treatment, decided. Each verb adds 1 to ``version``."""


__all__ = ["Dossier"]

"""Changes that people ask for; each is one transaction.

drafts.py        from the first answer to the submission
files.py         attachments, in and out
reassignment.py  from one of an enterprise's people to another
treatment.py     answers to complement requests, and what agents do
upkeep.py        what time does
acts.py          what of it is in the audit trail without being announced
lines.py         how it is logged
"""

from services.dossiers.commands.drafts import save_draft, start_draft, submit_dossier, validate_draft
from services.dossiers.commands.files import (
    begin_upload,
    issue_download,
    receive_file,
    remove_attachment,
    take_file,
)
from services.dossiers.commands.reassignment import reassign_dossiers
from services.dossiers.commands.treatment import (
    answer_complement,
    claim_dossier,
    decide_dossier,
    request_complement,
)
from services.dossiers.commands.upkeep import remove_expired_drafts, remove_unused_files

__all__ = [
    "answer_complement",
    "begin_upload",
    "claim_dossier",
    "decide_dossier",
    "issue_download",
    "reassign_dossiers",
    "receive_file",
    "remove_attachment",
    "remove_expired_drafts",
    "remove_unused_files",
    "request_complement",
    "save_draft",
    "start_draft",
    "submit_dossier",
    "take_file",
    "validate_draft",
]

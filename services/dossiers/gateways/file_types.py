"""What a file really is: its content decides, never its name or what the sender says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdf

from chassis.threads import run_native
from contracts.dossiers import FileRefused
from services.dossiers.domain.procedure import PDF

_STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_ENDINGS = {PDF: (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}


def require_type(path: Path, media_types: Sequence[str]) -> str:
    """The media type, one of those; raises FileRefused(reason="wrong_type")."""
    with path.open("rb") as file:
        start = file.read(1024)
    for media_type in media_types:
        if media_type == PDF and start.startswith(b"%PDF-") and run_native(_is_readable_pdf, path):
            return media_type
        if media_type in _STARTS and start.startswith(_STARTS[media_type]):
            return media_type
    raise FileRefused(reason="wrong_type", media_types=list(media_types))


def name_as(media_type: str, file_name: str) -> str:
    """The name with an ending of that type: the agent's machine opens a file by it, and one that reads as a PDF may
    also read as a program or a page."""
    endings = _ENDINGS[media_type]
    return file_name if file_name.lower().endswith(endings) else file_name + endings[0]


def _is_readable_pdf(path: Path) -> bool:
    try:
        reader = pypdf.PdfReader(path)
        # One that asks for a password cannot be read by the agent.
        return not reader.is_encrypted and len(reader.pages) > 0
    except Exception:
        # Whatever a parser of foreign files trips over means the same to us: this is no PDF that can be opened.
        return False

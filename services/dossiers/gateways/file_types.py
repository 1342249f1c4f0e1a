"""What a file really is: its content decides, never its name or what the sender says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.dossiers import FileRefused
from services.dossiers.domain.procedure import PDF

PDF_CHECK = Path(__file__).with_name("pdf_check.py")
_STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_ENDINGS = {PDF: (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}


def require_type(path: Path, media_types: Sequence[str]) -> str:
    """The media type, one of those; raises FileRefused(reason="wrong_type")."""
    with path.open("rb") as file:
        start = file.read(1024)
    for media_type in media_types:
        if media_type == PDF and start.startswith(b"%PDF-") and _is_readable_pdf(path):
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
    # -I: nothing of our environment or directory is the child's business.
    check = [sys.executable, "-I", str(PDF_CHECK), str(path)]
    ended = subprocess.run(check, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - our own
    return ended.returncode == 0

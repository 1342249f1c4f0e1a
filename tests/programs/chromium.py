"""The browser that looks at pages."""

from __future__ import annotations

import os
import shutil

from tests.programs import ProgramMissing, apt_install


def find() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def bring() -> str:
    """Its program: CHROMIUM, or on the PATH; installed with apt where the user is root."""
    found = find() or (find() if apt_install("chromium") else None)
    if not found:
        raise ProgramMissing(
            "No Chromium to look at pages with: install the package chromium, or set CHROMIUM to its program."
        )
    return found

"""Words that say nothing are in no name of a file or folder."""

from __future__ import annotations

import re
import subprocess

from tests.structure.project import ROOT

UNUSED = {"utils", "util", "helpers", "helper", "manager", "managers", "process", "handle", "data", "misc", "common"}
# The GAP (gestionnaire d'accès principal), what the law calls so, and a process of the operating system.
MEANT = ("access_managers", "access_manager", "data_protection", "test_process")


def test_no_file_is_named_by_an_unused_word():
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert [file for file in files if _is_unused(file)] == []


def _is_unused(file: str) -> bool:
    for part in file.split("/"):
        words = part.partition(".")[0]
        for meant in MEANT:
            words = words.replace(meant, "")
        if UNUSED & set(re.split(r"[_-]", words)):
            return True
    return False

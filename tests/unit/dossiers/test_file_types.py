import subprocess
import sys

import pytest
import typst

from contracts.dossiers import FileRefused
from services.dossiers.gateways.file_types import PDF_CHECK, require_type

PDF = "application/pdf"


def test_a_pdf_that_opens_is_taken(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(typst.compile(b"= Devis"))

    assert require_type(file, [PDF]) == PDF


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"MZ a program"])
def test_what_does_not_open_is_refused(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)

    with pytest.raises(FileRefused):
        require_type(file, [PDF])


def test_a_file_made_to_keep_the_parser_busy_is_given_up(tmp_path):
    file = tmp_path / "file"
    objects = b"".join(b"%d 0 obj\n<</A 1>>\nendobj\n" % number for number in range(1, 400_000))
    file.write_bytes(b"%PDF-1.4\n" + objects + b"xref\n0 1\ntrailer\n<</Root 1 0 R>>\nstartxref\n5\n%%EOF")

    ended = subprocess.run([sys.executable, "-I", PDF_CHECK, file], check=False)

    # By the kernel: it never came to an answer of its own.
    assert ended.returncode < 0
    with pytest.raises(FileRefused):
        require_type(file, [PDF])

"""The French that the code joins from words and names."""

from __future__ import annotations

import re

from tests.structure.project import ROOT

# The code does not know with which letter a name begins.
ELIDED = re.compile(r"\b(de|que|se|si|jusque|lorsque) (\{\{ [\w.]*name|%\((\w*name|client|office|enterprise)\)s)", re.I)


def test_no_name_follows_a_word_that_french_elides():
    written = [*ROOT.glob("services/notifications/mails/*/fr.jinja")]
    for kind in ("pages/*.py", "forms/*.py", "templates/**/*.html"):
        written += ROOT.glob(f"services/portal/{kind}")

    faults = {
        f"{path.parent.name}/{path.name}: {found[0]}" for path in written for found in ELIDED.finditer(path.read_text())
    }

    assert faults == set()

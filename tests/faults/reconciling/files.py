"""Every file that was taken is there, whole."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings


def find_spoilt(holdings: Holdings) -> Iterator[Finding]:
    for attachment in holdings.tables["dossiers", "attachments"]:
        name = f"the file {attachment['attachment_id']} of the dossier {attachment['dossier_id']}"
        held = holdings.files.get(attachment["sha256"])
        if held is None:
            yield Finding(what="lost", sentence=f"{name} is not in the store")
        elif held != (attachment["sha256"], attachment["size"]):
            yield Finding(what="lost", sentence=f"{name} is not what was sent: digest and size are {held}")

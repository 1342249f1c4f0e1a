"""Attachments: tickets over RPC, bytes over HTTP doors, in this process. ``test_process`` sends them over real HTTP."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest

from contracts.dossiers import Dossiers, DossierView, FileRefused, TicketInvalid
from contracts.errors import InvalidRequest, Unavailable
from deploy.embedded.ports import free_port
from deploy.embedded.scanner import EICAR
from services.dossiers.gateways import Gateways
from services.dossiers.gateways.scanner import Scanner
from tests.integration.dossiers.content import ELECTION, a_pdf, digest
from tests.integration.dossiers.desk import Desk, Visitor
from tests.integration.dossiers.test_submission import at_once


def names(hugo: Visitor, draft: DossierView) -> list[str]:
    return [each.file_name for each in hugo.rpc.get_dossier(dossier_id=draft.dossier_id).attachments]


def reason_of(act: Any) -> str:
    with pytest.raises(FileRefused) as refusal:
        act()
    return str(refusal.value.details["reason"])


def files_kept(desk: Desk) -> list[Path]:
    return [path for path in desk.runtime.settings.files_directory.rglob("*") if path.is_file()]  # type: ignore[attr-defined]


def test_a_file_comes_in_and_goes_out_as_it_was(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf(size=300_000)

    ticket = desk.upload(hugo, draft, content, file_name="Ma réclamation.pdf")

    (attachment,) = hugo.rpc.get_dossier(dossier_id=draft.dossier_id).attachments
    assert attachment.attachment_id == ticket.attachment_id
    assert (attachment.heading, attachment.file_name) == ("claim", "Ma réclamation.pdf")
    assert (attachment.media_type, attachment.size) == ("application/pdf", len(content))
    assert attachment.sha256 == digest(content)
    download = hugo.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=ticket.attachment_id)
    response = desk.http("GET", download.url)
    assert response.get_data() == content
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Ma%20r%C3%A9clamation.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content_length == len(content)


def test_the_same_bytes_sent_again_get_the_same_answer(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf()
    ticket = desk.upload(hugo, draft, content)

    assert desk.http("PUT", ticket.url, content).status_code == 204
    assert len(names(hugo, draft)) == 1


def test_other_bytes_on_a_used_ticket_are_refused(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf("one")
    ticket = desk.upload(hugo, draft, content)

    assert reason_of(lambda: desk.http("PUT", ticket.url, a_pdf("two"))) == "wrong_digest"


def test_the_same_bytes_twice_at_once_are_one_file(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf()
    ticket = desk.begin(hugo, draft, content)

    ended = at_once(*[lambda: desk.http("PUT", ticket.url, content)] * 3)

    assert ended == {"ok": 3}
    assert len(names(hugo, draft)) == 1


def test_two_files_under_two_tickets_at_once_are_both_there(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    contents = [a_pdf(str(number)) for number in range(3)]
    tickets = [desk.begin(hugo, draft, content, file_name=f"{len(content)}.pdf") for content in contents]

    def put(number: int) -> None:
        desk.http("PUT", tickets[number].url, contents[number])

    assert at_once(*[lambda number=number: put(number) for number in range(3)]) == {"ok": 3}
    assert len(names(hugo, draft)) == 3


def test_a_heading_is_not_overfilled_by_tickets_taken_in_advance(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    contents = [a_pdf(str(number)) for number in range(6)]
    tickets = [desk.begin(hugo, draft, content) for content in contents]
    for ticket, content in zip(tickets[:5], contents[:5], strict=True):
        desk.http("PUT", ticket.url, content)

    assert reason_of(lambda: desk.http("PUT", tickets[5].url, contents[5])) == "too_many"
    assert reason_of(lambda: desk.begin(hugo, draft, a_pdf("seven"))) == "too_many"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"just words", "wrong_type"),
        (b"%PDF-1.7 but nothing that can be read", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "wrong_type"),
        (b"<html><script>alert(1)</script></html>", "wrong_type"),
        (a_pdf() + EICAR, "infected"),
    ],
)
def test_what_is_not_what_it_says_or_is_infected_is_refused(
    desk: Desk, hugo: Visitor, draft: DossierView, content: bytes, reason: str
) -> None:
    kept = desk.upload(hugo, draft, file_name="kept.pdf")
    ticket = desk.begin(hugo, draft, content)

    assert reason_of(lambda: desk.http("PUT", ticket.url, content)) == reason
    assert names(hugo, draft) == ["kept.pdf"]
    assert [path.name for path in files_kept(desk)] == [
        hugo.rpc.get_dossier(dossier_id=draft.dossier_id).attachments[0].sha256
    ]
    assert kept.attachment_id


def test_a_pdf_that_asks_for_a_password_is_refused(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="AES-256")
    content = io.BytesIO()
    writer.write(content)
    ticket = desk.begin(hugo, draft, content.getvalue())

    assert reason_of(lambda: desk.http("PUT", ticket.url, content.getvalue())) == "wrong_type"


def test_a_truncated_upload_is_refused_and_may_be_sent_again(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf()
    ticket = desk.begin(hugo, draft, content)

    with pytest.raises(FileRefused) as refusal:
        desk.http("PUT", ticket.url, content[:-10], length=len(content))
    assert refusal.value.details["reason"] == "wrong_length"
    assert reason_of(lambda: desk.http("PUT", ticket.url, content[:-10])) == "wrong_length"

    assert desk.http("PUT", ticket.url, content).status_code == 204


def test_bytes_other_than_announced_are_refused(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf()
    ticket = desk.begin(hugo, draft, content)

    assert reason_of(lambda: desk.http("PUT", ticket.url, content[:-1] + b"x")) == "wrong_digest"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [({"size": 10_000_001}, "too_large"), ({"size": 0}, "empty")],
)
def test_a_size_that_cannot_be_taken_is_refused_before_any_byte(
    desk: Desk, hugo: Visitor, draft: DossierView, asked: dict[str, Any], reason: str
) -> None:
    assert reason_of(lambda: desk.begin(hugo, draft, b"x", **asked)) == reason


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"heading": "elsewhere"}, "heading"),
        ({"heading": "declaration"}, "heading"),
        ({"heading": "complement"}, "heading"),
        ({"sha256": "AB" * 32}, "sha256"),
        ({"sha256": "../../etc/passwd"}, "sha256"),
        ({"size": -1}, "size"),
        ({"file_name": "  "}, "file_name"),
        ({"file_name": "../"}, "file_name"),
    ],
)
def test_a_wrong_request_for_a_ticket_names_the_field(
    desk: Desk, hugo: Visitor, draft: DossierView, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        desk.begin(hugo, draft, b"x", **asked)

    assert field in refusal.value.details["fields"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Amélie\\claim.pdf", "claim.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', 'a"b Set-Cookie: x.pdf'),
        ("Грамота 😀.pdf", "Грамота 😀.pdf"),
        ("é" * 300 + ".pdf", "é" * 146 + ".pdf"),
        # What it is opened with follows what it is, and is seen.
        ("facture.hta", "facture.hta.pdf"),
        ("Facture.PDF", "Facture.PDF"),
        ("sans fin", "sans fin.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe.pdf"),
    ],
)
def test_a_file_keeps_the_last_part_of_its_name(
    desk: Desk, hugo: Visitor, draft: DossierView, sent: str, kept: str
) -> None:
    ticket = desk.upload(hugo, draft, file_name=sent)

    assert names(hugo, draft) == [kept]
    download = hugo.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=ticket.attachment_id)
    disposition = desk.http("GET", download.url).headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()


def test_while_the_scanner_is_away_nothing_is_taken_and_the_rest_is_kept(
    desk: Desk, hugo: Visitor, draft: DossierView
) -> None:
    desk.upload(hugo, draft, a_pdf("before"), file_name="before.pdf")
    content = a_pdf("after")
    ticket = desk.begin(hugo, draft, content, file_name="after.pdf")
    present: Gateways = desk.runtime.gateways
    away = Scanner("127.0.0.1", free_port())
    desk.runtime.gateways = Gateways(files=present.files, scanner=away, files_url=present.files_url)

    with pytest.raises(Unavailable) as refusal:
        desk.http("PUT", ticket.url, content)
    assert refusal.value.details == {"part": "scanner"}
    assert names(hugo, draft) == ["before.pdf"]

    desk.runtime.gateways = present
    desk.http("PUT", ticket.url, content)
    assert names(hugo, draft) == ["before.pdf", "after.pdf"]


def test_a_removed_file_is_gone_and_another_may_come(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    ticket = desk.upload(hugo, draft)
    download = hugo.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=ticket.attachment_id)

    after = hugo.rpc.remove_attachment(
        dossier_id=draft.dossier_id, attachment_id=ticket.attachment_id, command_id=uuid4()
    )

    assert after.attachments == []
    with pytest.raises(TicketInvalid):
        desk.http("GET", download.url)
    desk.upload(hugo, draft)


def test_the_same_content_in_two_dossiers_is_kept_once_and_each_has_it(desk: Desk, hugo: Visitor) -> None:
    content = a_pdf()
    drafts = [hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4()) for _ in range(2)]
    tickets = [desk.upload(hugo, draft, content) for draft in drafts]

    assert len(files_kept(desk)) == 1
    hugo.rpc.remove_attachment(
        dossier_id=drafts[0].dossier_id, attachment_id=tickets[0].attachment_id, command_id=uuid4()
    )
    download = hugo.rpc.issue_download(dossier_id=drafts[1].dossier_id, attachment_id=tickets[1].attachment_id)
    assert desk.http("GET", download.url).get_data() == content


def test_a_reader_may_look_at_files(desk: Desk) -> None:
    amelie, david = desk.holder(), desk.holder("dossier.read")
    draft = desk.a_grant_draft(amelie)
    (attachment,) = draft.attachments

    ticket = david.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=attachment.attachment_id)

    assert digest(desk.http("GET", ticket.url).get_data()) == attachment.sha256


def test_a_lost_file_is_a_part_that_is_away(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    ticket = desk.upload(hugo, draft)
    for path in files_kept(desk):
        path.unlink()
    rpc: Dossiers = hugo.rpc
    download = rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=ticket.attachment_id)

    with pytest.raises(Unavailable):
        desk.http("GET", download.url)

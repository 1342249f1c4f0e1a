"""Files on their way to dossiers, over a real HTTP server that stands where dossiers' door does."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest

from contracts.dossiers import FileTicket
from contracts.errors import Unavailable
from tests.unit.portal.builders import DOSSIER, NOON, RecordingRpc, a_complement, a_dossier, a_file, a_submitted_dossier
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.form_builders import a_form, a_heading

HERE = f"/dossiers/{DOSSIER}"
CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 4000


class Door(ThreadingHTTPServer):
    """``status`` and ``problem``: what a PUT is answered; ``received``: (headers, body) of each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 204
        self.problem: dict[str, Any] = {}
        self.received: list[tuple[dict[str, str], bytes]] = []

    def ticket(self) -> FileTicket:
        url = f"http://127.0.0.1:{self.server_address[1]}/files/ticket"
        return FileTicket(attachment_id=uuid4(), url=url, expires_at=NOON)


class _Handler(BaseHTTPRequestHandler):
    server: Door

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        told = json.dumps(self.server.problem).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(told) if self.server.status != 204 else 0))
        self.end_headers()
        if self.server.status != 204:
            self.wfile.write(told)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *told: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def draft(browser: Browser, door: Door) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "get_dossier": a_dossier(form=a_form(attachments=[a_heading("quote"), a_heading("late", step="submission")])),
        "begin_upload": door.ticket(),
    }
    return browser.rpc


def test_a_file_is_put_whole_with_its_length_and_digest_announced(
    browser: Browser, draft: RecordingRpc, door: Door
) -> None:
    answer = send(browser, ("devis.pdf", CONTENT))

    (asked,) = draft.calls("begin_upload")
    assert asked.arguments["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert asked.arguments["size"] == len(CONTENT)
    assert asked.arguments["file_name"] == "devis.pdf"
    ((headers, body),) = door.received
    assert body == CONTENT
    assert headers["Content-Length"] == str(len(CONTENT))
    assert "Transfer-Encoding" not in headers
    assert answer.headers["Location"] == f"{HERE}/pieces#quote"
    assert "Fichier ajouté\u00a0: devis.pdf" in browser.get(f"{HERE}/pieces").text


def test_one_press_sends_several_files_each_under_its_own_id(browser: Browser, draft: RecordingRpc, door: Door) -> None:
    send(browser, ("a.pdf", b"a"), ("b.pdf", b"b"))
    send(browser, ("a.pdf", b"a"), ("b.pdf", b"b"))

    ids = [asked.arguments["command_id"] for asked in draft.calls("begin_upload")]
    assert len(door.received) == 4
    assert len(set(ids[:2])) == 2
    assert set(ids[:2]).isdisjoint(ids[2:])


def test_a_form_sent_twice_asks_for_the_same_ticket(browser: Browser, draft: RecordingRpc, door: Door) -> None:
    hidden = browser.csrf()

    for _ in range(2):
        files = {"files": (io.BytesIO(CONTENT), "devis.pdf")}
        browser.client.post(f"{HERE}/pieces/quote", data=hidden | files)

    first, second = draft.calls("begin_upload")
    assert first.arguments == second.arguments


@pytest.mark.parametrize(
    ("reason", "told"), [("wrong_type", "il n’est pas du type demandé"), ("infected", "un virus y a été trouvé")]
)
def test_a_refused_file_is_told_why_and_the_others_stay(
    browser: Browser, draft: RecordingRpc, door: Door, reason: str, told: str
) -> None:
    door.status, door.problem = 422, {"type": "urn:mon-espace:problem:file_refused", "reason": reason}

    send(browser, ("faux.pdf", b"x"))

    assert f"faux.pdf\u00a0: Ce fichier n’a pas pu être accepté\u00a0: {told}." in browser.get(f"{HERE}/pieces").text


def test_a_ticket_used_by_the_first_of_two_presses_is_no_error(
    browser: Browser, draft: RecordingRpc, door: Door
) -> None:
    ticket = door.ticket()
    door.status, door.problem = 422, {"type": "urn:mon-espace:problem:ticket_invalid"}
    draft.answers["begin_upload"] = ticket
    draft.answers["get_dossier"] = a_dossier(
        form=a_form(attachments=[a_heading("quote")]), attachments=[a_file(attachment_id=ticket.attachment_id)]
    )

    send(browser, ("devis.pdf", CONTENT))

    assert "Fichier ajouté" in browser.get(f"{HERE}/pieces").text


def test_when_dossiers_takes_no_files_the_person_is_told_to_choose_them_again(
    browser: Browser, draft: RecordingRpc
) -> None:
    draft.answers["begin_upload"] = FileTicket(attachment_id=uuid4(), url="http://127.0.0.1:9/", expires_at=NOON)

    answer = send(browser, ("devis.pdf", CONTENT))

    page = soup(answer)
    assert answer.status_code == 503
    assert "l’envoi des fichiers" in page.text
    assert "choisissez-le à nouveau" in page.text


def test_without_a_file_one_is_asked_for(browser: Browser, draft: RecordingRpc) -> None:
    send(browser)

    assert "Choisissez d’abord un fichier" in browser.get(f"{HERE}/pieces").text


def test_a_file_of_the_submission_leads_back_to_its_page(browser: Browser, draft: RecordingRpc) -> None:
    hidden = browser.csrf()

    answer = browser.client.post(f"{HERE}/pieces/late", data=hidden | {"files": (io.BytesIO(b"x"), "a.pdf")})

    assert answer.headers["Location"] == f"{HERE}/soumission#late"


def test_a_heading_that_the_form_does_not_have_is_not_found(browser: Browser, draft: RecordingRpc) -> None:
    answer = browser.client.post(f"{HERE}/pieces/other", data=browser.csrf() | {"files": (io.BytesIO(b"x"), "a.pdf")})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("a/" + "b" * 300, "b" * 200), ("../../etc/passwd", "passwd"), ("a\x00b.pdf", "ab.pdf")],
)
def test_only_the_name_of_a_file_is_taken(browser: Browser, draft: RecordingRpc, sent: str, kept: str) -> None:
    send(browser, (sent, b"x"))

    assert draft.calls("begin_upload")[0].arguments["file_name"] == kept


def test_a_file_is_downloaded_as_such_and_never_run(browser: Browser, draft: RecordingRpc, door: Door) -> None:
    file = a_file(file_name='d\u00e9vis "1".pdf', size=len(CONTENT))
    draft.answers |= {"get_dossier": a_dossier(attachments=[file]), "issue_download": door.ticket()}

    answer = browser.client.get(f"{HERE}/fichiers/{file.attachment_id}")

    assert answer.data == CONTENT
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''d%C3%A9vis%20%221%22.pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_of_another_dossier_is_not_found(browser: Browser, draft: RecordingRpc) -> None:
    assert browser.client.get(f"{HERE}/fichiers/{uuid4()}").status_code == 404
    assert draft.calls("issue_download") == []


def test_an_answer_takes_its_files_first_and_keeps_the_text(browser: Browser, draft: RecordingRpc, door: Door) -> None:
    asked = a_complement()
    draft.answers["get_dossier"] = a_submitted_dossier(complements=[asked], may=["answer_complement"])
    address = f"{HERE}/complements/{asked.complement_id}"

    typed = {"answer": "Voici le plan.", "go": "files", "files": (io.BytesIO(CONTENT), "plan.pdf")}
    browser.client.post(address, data=browser.csrf() | typed)

    page = browser.get(HERE)
    assert page.find(id="answer").text.strip() == "Voici le plan."
    assert "Fichier ajouté\u00a0: plan.pdf" in page.text
    assert draft.calls("begin_upload")[0].arguments["complement_id"] == asked.complement_id
    assert draft.calls("answer_complement") == []


def test_of_two_requests_the_one_still_open_is_asked_first(browser: Browser, draft: RecordingRpc) -> None:
    overdue, still_open = a_complement(state="overdue"), a_complement()
    draft.answers["get_dossier"] = a_submitted_dossier(complements=[overdue, still_open], may=["answer_complement"])

    page = browser.get(HERE)

    assert page.find("form", action=f"{HERE}/complements/{still_open.complement_id}") is not None


def test_an_answer_is_sent_with_the_files_chosen_beside_it(browser: Browser, draft: RecordingRpc, door: Door) -> None:
    asked = a_complement()
    draft.answers["get_dossier"] = a_submitted_dossier(complements=[asked], may=["answer_complement"])

    browser.client.post(
        f"{HERE}/complements/{asked.complement_id}",
        data=browser.csrf() | {"answer": "Voici.", "go": "answer", "files": (io.BytesIO(CONTENT), "plan.pdf")},
    )

    assert len(door.received) == 1
    assert draft.calls("answer_complement")[0].arguments["answer"] == "Voici."


def test_an_answer_waits_when_a_file_is_refused(browser: Browser, draft: RecordingRpc, door: Door) -> None:
    door.status, door.problem = 422, {"type": "urn:mon-espace:problem:file_refused", "reason": "infected"}
    asked = a_complement()
    draft.answers["get_dossier"] = a_submitted_dossier(complements=[asked], may=["answer_complement"])

    browser.client.post(
        f"{HERE}/complements/{asked.complement_id}",
        data=browser.csrf() | {"answer": "Voici.", "go": "answer", "files": (io.BytesIO(CONTENT), "plan.pdf")},
    )

    assert draft.calls("answer_complement") == []
    assert "un virus" in browser.get(HERE).text


def test_a_scanner_that_is_away_is_named(browser: Browser, draft: RecordingRpc) -> None:
    draft.answers["begin_upload"] = Unavailable(part="scanner")

    assert "le contrôle des fichiers" in soup(send(browser, ("a.pdf", b"x"))).text


def send(browser: Browser, *files: tuple[str, bytes]) -> Any:
    sent = [(io.BytesIO(content), name) for name, content in files]
    return browser.client.post(f"{HERE}/pieces/quote", data=browser.csrf() | {"files": sent})

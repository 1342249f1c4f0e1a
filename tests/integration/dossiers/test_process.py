"""The service as its own process: RPC and events on RabbitMQ, files over real HTTP."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import requests

from contracts.dossiers import FileTicket
from contracts.errors import NotFound, PermissionMissing
from deploy.embedded.ports import wait_until
from deploy.embedded.scanner import EICAR
from tests.integration.dossiers.content import GRANT, a_pdf
from tests.integration.dossiers.station import PATIENCE, Caller, Station
from tests.unit.dossiers.builders import ATELIERS


@pytest.fixture
def amelie(station: Station) -> Caller:
    return station.a_holder()


@pytest.fixture
def draft_id(station: Station, amelie: Caller) -> UUID:
    return station.a_grant_draft(amelie).dossier_id


def files_of(station: Station) -> Path:
    return Path(station.process.environment["DOSSIERS_FILES_DIRECTORY"])


def put(ticket: FileTicket, content: object, **headers: str) -> requests.Response:
    return requests.put(ticket.url, data=content, headers=headers, timeout=PATIENCE)  # type: ignore[arg-type]


def told(answer: requests.Response) -> tuple[int, str, str | None]:
    """Status, code and reason of a problem (RFC 9457)."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["type"].removeprefix("urn:mon-espace:problem:"), problem.get("reason")


def test_from_the_draft_to_the_decision(station: Station, amelie: Caller) -> None:
    (found,) = station.catalogue().search_procedures(text="prime", audience="professional")
    assert found.slug == GRANT
    draft = station.a_grant_draft(amelie)
    station.upload(amelie, draft.dossier_id)
    validated = amelie.rpc.validate_draft(dossier_id=draft.dossier_id, command_id=uuid4())
    assert validated.declaration_id is not None
    download = amelie.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=validated.declaration_id)
    answer = requests.get(download.url, timeout=PATIENCE)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")

    submitted = amelie.deciding.submit_dossier(dossier_id=draft.dossier_id, late_confirmed=False, command_id=uuid4())
    assert submitted.state == "submitted"
    station.wait_until_heard(draft.dossier_id, "dossier_submitted")

    fabienne = station.a_person("agent")
    assert draft.dossier_id in [each.dossier_id for each in fabienne.rpc.list_queue(procedure=GRANT)]
    fabienne.rpc.claim_dossier(dossier_id=draft.dossier_id, command_id=uuid4())
    decided = fabienne.rpc.decide_dossier(
        dossier_id=draft.dossier_id, outcome="granted", motivation="Complet.", command_id=uuid4()
    )
    assert decided.state == "decided"
    station.wait_until_heard(draft.dossier_id, "dossier_submitted", "dossier_claimed", "dossier_decided")


def test_a_reader_and_a_stranger(station: Station, draft_id: UUID) -> None:
    david, gilles = station.a_holder("dossier.read"), station.a_person()

    assert david.rpc.get_dossier(dossier_id=draft_id).may == []
    with pytest.raises(PermissionMissing):
        david.rpc.save_draft(dossier_id=draft_id, answers={}, command_id=uuid4())
    with pytest.raises(NotFound):
        gilles.rpc.get_dossier(dossier_id=draft_id)
    with pytest.raises(NotFound):
        gilles.rpc.list_dossiers(bce_number=ATELIERS, text="")


def test_a_large_file_comes_in_and_goes_out(station: Station, amelie: Caller, draft_id: UUID) -> None:
    content = a_pdf(size=9_000_000)

    ticket = station.upload(amelie, draft_id, content)

    download = amelie.rpc.issue_download(dossier_id=draft_id, attachment_id=ticket.attachment_id)
    assert requests.get(download.url, timeout=PATIENCE).content == content
    assert told(requests.get(download.url, timeout=PATIENCE)) == (422, "ticket_invalid", None)


@pytest.mark.parametrize(
    ("announced", "sent", "reason"),
    [
        (a_pdf("one"), a_pdf("two"), "wrong_digest"),
        (a_pdf(), a_pdf()[:-1], "wrong_length"),
        (a_pdf(), a_pdf() + b"more", "wrong_length"),
        (b"words", b"words", "wrong_type"),
        (a_pdf() + EICAR, a_pdf() + EICAR, "infected"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(
    station: Station, amelie: Caller, draft_id: UUID, announced: bytes, sent: bytes, reason: str
) -> None:
    ticket = station.begin(amelie, draft_id, announced)

    assert told(put(ticket, sent)) == (422, "file_refused", reason)
    assert amelie.rpc.get_dossier(dossier_id=draft_id).attachments == []


def test_a_file_without_its_length_is_refused(station: Station, amelie: Caller, draft_id: UUID) -> None:
    content = a_pdf()
    ticket = station.begin(amelie, draft_id, content)

    assert told(put(ticket, iter([content]))) == (422, "file_refused", "wrong_length")


def test_more_than_was_announced_is_refused_without_reading_it(
    station: Station, amelie: Caller, draft_id: UUID
) -> None:
    ticket = station.begin(amelie, draft_id, a_pdf())
    address = urlsplit(ticket.url)
    assert address.port is not None
    with socket.create_connection(("127.0.0.1", address.port), timeout=PATIENCE) as connection:
        connection.sendall(f"PUT {address.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n".encode())
        assert connection.recv(200).startswith(b"HTTP/1.1 422 ")


def test_an_upload_that_breaks_off_leaves_nothing(station: Station, amelie: Caller, draft_id: UUID) -> None:
    content = a_pdf("breaks off", size=500_000)
    ticket = station.begin(amelie, draft_id, content)
    address = urlsplit(ticket.url)
    assert address.port is not None
    with socket.create_connection(("127.0.0.1", address.port), timeout=PATIENCE) as connection:
        connection.sendall(f"PUT {address.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n".encode())
        connection.sendall(content[:300_000])
        arriving = files_of(station) / "arriving"
        wait_until(lambda: any(arriving.iterdir()), seconds=PATIENCE, what="the file to arrive")

    wait_until(lambda: not any(arriving.iterdir()), seconds=PATIENCE, what="the leftover to go")
    assert amelie.rpc.get_dossier(dossier_id=draft_id).attachments == []
    # The person sends it again.
    assert put(ticket, content).status_code == 204


def test_an_upload_outlives_the_process_that_took_its_beginning(
    station: Station, amelie: Caller, draft_id: UUID
) -> None:
    content = a_pdf("outlives")
    ticket = station.begin(amelie, draft_id, content)
    station.process.kill()
    station.process.start()

    assert put(ticket, content).status_code == 204
    assert [each.heading for each in amelie.rpc.get_dossier(dossier_id=draft_id).attachments] == ["quote"]


def test_a_stop_finishes_the_upload_that_was_begun(station: Station, amelie: Caller, draft_id: UUID) -> None:
    content = a_pdf("is finished", size=200_000)
    ticket = station.begin(amelie, draft_id, content)
    address = urlsplit(ticket.url)
    assert address.port is not None
    arriving = files_of(station) / "arriving"
    with socket.create_connection(("127.0.0.1", address.port), timeout=PATIENCE) as connection:
        head = f"PUT {address.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
        connection.sendall(head.encode() + content[:100_000])
        wait_until(lambda: any(arriving.iterdir()), seconds=PATIENCE, what="the file to arrive")
        os.kill(station.process.pid, signal.SIGTERM)
        wait_until(
            lambda: any(line.get("event") == "stopping" for line in station.process.log_lines()),
            seconds=PATIENCE,
            what="the stop to begin",
        )
        connection.sendall(content[100_000:])
        assert connection.recv(200).startswith(b"HTTP/1.1 204 ")
    assert station.process.stop() == 0
    station.process.start()

    assert len(amelie.rpc.get_dossier(dossier_id=draft_id).attachments) == 1


def test_questions_are_answered_while_files_are_looked_at(station: Station, amelie: Caller, draft_id: UUID) -> None:
    content = a_pdf("heavy", size=9_500_000)
    tickets = [station.begin(amelie, draft_id, content) for _ in range(4)]
    sending = [threading.Thread(target=put, args=(ticket, content)) for ticket in tickets]
    for thread in sending:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in sending):
        # Were the service kept from all else, this would pass its deadline, or come back once for each file.
        station.catalogue().get_procedure(slug=GRANT)
        answered += 1

    assert len(amelie.rpc.get_dossier(dossier_id=draft_id).attachments) == 4
    assert answered > len(sending)


def test_every_state_is_told_again_for_a_new_listener(station: Station, amelie: Caller) -> None:
    draft = station.a_grant_draft(amelie)
    station.upload(amelie, draft.dossier_id)
    amelie.rpc.validate_draft(dossier_id=draft.dossier_id, command_id=uuid4())
    amelie.deciding.submit_dossier(dossier_id=draft.dossier_id, late_confirmed=False, command_id=uuid4())
    station.wait_until_heard(draft.dossier_id, "dossier_submitted")

    ended = station.operate("republish", "dossiers")

    assert ended.returncode == 0, ended.stderr
    station.wait_until_heard(draft.dossier_id, "dossier_submitted", republished=True)


def test_what_operators_read_names_nobody(station: Station, amelie: Caller, draft_id: UUID) -> None:
    ticket = station.upload(amelie, draft_id)
    metrics = requests.get(f"{station.process.url}/metrics", timeout=PATIENCE).text

    assert f'dossiers_drafts_started_total{{procedure="{GRANT}"}}' in metrics
    assert 'dossiers_files_total{outcome="taken"}' in metrics
    log = station.process.log.read_text()
    for secret in ("Dubois", "amelie@example.org", "devis.pdf", ticket.url.rpartition("/")[2]):
        assert secret not in log
        assert secret not in metrics
    assert str(ticket.attachment_id) in log

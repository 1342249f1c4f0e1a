"""The stand-ins for the National Register and the virus scanner, and the clock that all of them follow."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from deploy.embedded.environment import CLIENT_ID
from deploy.embedded.keys import Keys
from deploy.embedded.scanner import EICAR
from tests.cast import AMELIE, HUGO
from tests.integration.embedded.test_csam import SignIn
from tests.support.neighbours import Neighbours

ELECTIONS = datetime(2024, 10, 15, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    directory: Path = tmp_path_factory.mktemp("neighbours")
    started = Neighbours(directory, Keys(directory / "keys"), now=ELECTIONS)
    started.start()
    yield started
    started.stop()


def ask_register(around: Neighbours, national_number: str) -> requests.Response:
    return requests.post(f"{around.register_url}/people/find", json={"national_number": national_number})


def test_the_register_knows_where_amelie_lives(around: Neighbours) -> None:
    facts = ask_register(around, AMELIE.national_number).json()

    assert facts == {
        "given_name": "Amélie",
        "surname": "Dubois",
        "birth_on": "1985-07-30",
        "domicile": {
            "street": "Rue de l'Ange",
            "house_number": "12",
            "postal_code": "5000",
            "commune": "Namur",
            "nis_code": "92094",
            "province": "Namur",
        },
    }


def test_hugo_votes_in_namur(around: Neighbours) -> None:
    facts = ask_register(around, HUGO.national_number).json()

    assert facts["domicile"]["nis_code"] == "92094"


def test_the_register_does_not_know_everybody(around: Neighbours) -> None:
    assert ask_register(around, "17073003384").status_code == 404


def test_what_is_no_national_number_is_told_so(around: Neighbours) -> None:
    assert ask_register(around, "85073003329").status_code == 400


def ask_scanner(around: Neighbours, command: bytes, *chunks: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", around.ports["scanner"]), timeout=10) as connection:
        connection.sendall(command)
        for chunk in chunks:
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        if command.strip(b"zn\0\n") == b"INSTREAM":
            connection.sendall(struct.pack("!L", 0))
        answer = b""
        while more := connection.recv(1024):
            answer += more
    return answer


@pytest.mark.parametrize(("command", "end"), [(b"zPING\0", b"\0"), (b"nPING\n", b"\n"), (b"PING\n", b"\n")])
def test_the_scanner_answers_a_ping_in_the_form_it_was_asked(around: Neighbours, command: bytes, end: bytes) -> None:
    assert ask_scanner(around, command) == b"PONG" + end


@pytest.mark.parametrize(("command", "end"), [(b"zINSTREAM\0", b"\0"), (b"nINSTREAM\n", b"\n")])
def test_a_clean_file_is_ok(around: Neighbours, command: bytes, end: bytes) -> None:
    assert ask_scanner(around, command, b"%PDF-1.7 " * 1000) == b"stream: OK" + end


def test_the_test_virus_is_found(around: Neighbours) -> None:
    assert ask_scanner(around, b"zINSTREAM\0", b"before " + EICAR + b" after").endswith(b"FOUND\0")


def test_the_test_virus_is_found_across_chunks(around: Neighbours) -> None:
    parts = [EICAR[at : at + 7] for at in range(0, len(EICAR), 7)]

    assert ask_scanner(around, b"zINSTREAM\0", *parts).endswith(b"FOUND\0")


def test_an_unknown_command_is_told_so(around: Neighbours) -> None:
    assert ask_scanner(around, b"zSHUTDOWN\0") == b"UNKNOWN COMMAND\0"


def test_csam_follows_a_clock_that_was_moved(around: Neighbours) -> None:
    claims = json.loads(base64.urlsafe_b64decode(SignIn(around).tokens()["id_token"].split(".")[1] + "=="))

    assert 0 <= claims["iat"] - ELECTIONS.timestamp() < 300
    assert claims["exp"] > claims["iat"]


def test_the_client_secret_is_not_a_known_one(around: Neighbours) -> None:
    assert around.client_secret not in ("", CLIENT_ID)
    assert len(around.client_secret) >= len(secrets.token_urlsafe(32))

"""Procedure files become versions that are never changed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis.audit import Operator
from chassis.runtime import Runtime
from chassis.tables import audit_acts
from services.dossiers.publish import ProceduresWrong, publish, publish_procedures
from services.dossiers.publish.publishing import SHIPPED
from services.dossiers.storage.tables import procedure_versions
from tests.integration.dossiers.content import GRANT
from tests.integration.dossiers.desk import Desk
from tests.unit.dossiers.builders import NOON

NAME = f"{GRANT}.yaml"


def operator_of(runtime: Runtime) -> Operator:
    return Operator(signer=runtime.trail_signer, now=NOON)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_text((SHIPPED / NAME).read_text())
    return tmp_path


def versions(runtime: Runtime) -> list[int]:
    with runtime.engine.connect() as connection:
        found = sa.select(procedure_versions.c.version).where(procedure_versions.c.slug == GRANT)
        return list(connection.execute(found.order_by(procedure_versions.c.version)).scalars())


def change(directory: Path, old: str, new: str) -> None:
    text = (directory / NAME).read_text()
    assert old in text
    (directory / NAME).write_text(text.replace(old, new))


def test_the_same_content_is_the_same_version(runtime: Runtime, directory: Path) -> None:
    (first,) = publish(runtime.engine, directory, by=operator_of(runtime))
    change(directory, "category: economy", "category: economy  # a comment changes nothing")
    (again,) = publish(runtime.engine, directory, by=operator_of(runtime))

    assert (first.version, first.is_new) == (1, True)
    assert (again.version, again.is_new) == (1, False)


def test_what_was_published_is_an_act_of_the_operator(runtime: Runtime, directory: Path) -> None:
    for _ in range(2):
        (published,) = publish(runtime.engine, directory, by=operator_of(runtime))

    subject = f"procedure:{GRANT}:{published.version}"
    with runtime.engine.connect() as connection:
        acts = connection.execute(sa.select(audit_acts.c.content)).scalars().all()
    assert [act["service"] for act in acts if (act["action"], act["subject"]) == ("publish_procedure", subject)] == [
        "operator"
    ]


def test_changed_content_is_the_next_version_and_the_old_one_stays(runtime: Runtime, directory: Path) -> None:
    publish(runtime.engine, directory, by=operator_of(runtime))
    change(directory, "min: 1000", "min: 2000")
    publish(runtime.engine, directory, by=operator_of(runtime))
    change(directory, "min: 2000", "min: 1000")
    (third,) = publish(runtime.engine, directory, by=operator_of(runtime))

    assert (third.version, third.is_new) == (3, True)
    assert versions(runtime) == [1, 2, 3]


@pytest.mark.parametrize("statement", ["UPDATE procedure_versions SET digest = 'x'", "DELETE FROM procedure_versions"])
def test_a_published_version_is_never_changed(runtime: Runtime, directory: Path, statement: str) -> None:
    publish(runtime.engine, directory, by=operator_of(runtime))

    with pytest.raises(sa.exc.DBAPIError, match="never changed"), runtime.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_nothing_is_published_while_one_file_is_wrong(runtime: Runtime, directory: Path) -> None:
    (directory / "wrong.yaml").write_text("title: x\n")

    with pytest.raises(ProceduresWrong):
        publish(runtime.engine, directory, by=operator_of(runtime))

    assert versions(runtime) == []


def test_two_who_publish_at_once_make_one_version(runtime: Runtime, directory: Path) -> None:
    publishing = [
        threading.Thread(target=publish, args=(runtime.engine, directory), kwargs={"by": operator_of(runtime)})
        for _ in range(3)
    ]
    for thread in publishing:
        thread.start()
    for thread in publishing:
        thread.join()

    assert versions(runtime) == [1]


def test_the_operators_command_tells_versions(runtime: Runtime, capsys: pytest.CaptureFixture[str]) -> None:
    address, by = runtime.engine.url.render_as_string(hide_password=False), operator_of(runtime)

    assert publish_procedures(address, by=by) == 0
    assert f"{GRANT}: version 1\n" in capsys.readouterr().out
    assert publish_procedures(address, by=by) == 0
    assert f"{GRANT}: version 1, as it was\n" in capsys.readouterr().out


def test_the_operators_command_tells_faults_and_fails(
    runtime: Runtime, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(directory, "minimum_level: 350", "minimum_level: 351")
    address = runtime.engine.url.render_as_string(hide_password=False)

    assert publish_procedures(address, directory, by=operator_of(runtime)) == 1
    assert capsys.readouterr().err.startswith(f"{directory}/{NAME}:9: minimum_level: ")


def test_the_newest_version_is_the_one_that_is_found(desk: Desk, directory: Path) -> None:
    change(directory, "title: Demande de prime à l'investissement", "title: Demande d'aide à l'équipement")
    publish(desk.runtime.engine, directory, by=operator_of(desk.runtime))

    (found,) = desk.catalogue().search_procedures(text="équipement", audience="professional")

    assert (found.slug, found.title) == (GRANT, {"fr": "Demande d'aide à l'équipement"})
    assert desk.catalogue().search_procedures(text="équipement", audience="citizen") == []

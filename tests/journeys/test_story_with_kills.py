"""Whatever process is killed in the middle of the story and started again: it ends once, with one of each mail.

The chapters are those of the professional story, told by patient people while, in each, some process dies with kill -9.
"""

import random
import threading

import pytest

from tests.cast import AMELIE, ATELIERS, BERNARD, CHANTAL, DAVID, ELODIE
from tests.journeys import test_professional_story as told
from tests.journeys.machine import wait_for
from tests.journeys.test_professional_story import amelie, bernard, fabienne, story  # noqa: F401

PATIENCE = 60

# There the broker can be killed too. What RabbitMQ's own death does is told in tests/integration/chassis/bus.
BROKERS = ("development broker",)

CHAPTERS = [
    told.test_a_deep_link_leads_through_sign_in_to_the_creation_of_a_space,
    told.test_the_link_of_the_mail_opens_the_space_and_the_wish_is_still_there,
    told.test_both_access_managers_are_written_to_though_one_never_signed_in,
    told.test_an_access_manager_accepts_in_his_console,
    told.test_the_form_is_prefilled_and_an_error_is_told_at_its_field,
    told.test_the_error_is_mended_and_a_pdf_added,
    told.test_the_declaration_is_shown_as_pdf_before_submission,
    told.test_submitting_gives_one_reference_and_a_receipt_however_often_it_is_pressed,
    told.test_a_colleague_who_may_read_sees_the_dossier_and_cannot_submit,
    told.test_an_agent_claims_the_dossier_and_asks_for_a_complement,
    told.test_she_sees_the_yellow_box_and_answers_with_a_second_pdf,
    told.test_the_agent_decides_and_she_is_told,
    told.test_an_access_manager_invites_a_third_person_who_accepts,
]
# Each dies at least once, those that carry the chapter first.
VICTIMS = [
    ["run portal", "run identity"],
    ["run notifications", "mailbox"],
    ["run delegation", "broker"],
    ["run delegation", "run notifications"],
    ["run dossiers", "run portal"],
    ["run dossiers"],
    ["postgres", "run dossiers"],
    ["broker", "run dossiers"],
    ["run delegation", "run portal"],
    ["run notifications", "run dossiers"],
    ["run dossiers", "broker"],
    ["mailbox", "run notifications"],
    ["postgres", "run identity"],
]


@pytest.mark.parametrize(
    ("chapter", "victims"),
    list(zip(CHAPTERS, VICTIMS, strict=True)),
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_story_goes_on(chapter, victims, machine, request):
    machine.patience = PATIENCE
    chance = random.Random(chapter.__name__)
    people = {
        name: request.getfixturevalue(name) for name in chapter.__code__.co_varnames[: chapter.__code__.co_argcount]
    }
    killers = [threading.Timer(chance.uniform(0, 1.5), machine.kill, [victim]) for victim in victims]
    for person in people.values():
        if hasattr(person, "browser"):
            person.browser.patience = PATIENCE
    for killer in killers:
        killer.start()

    chapter(**people)

    for killer in killers:
        killer.join()


def test_everybody_was_written_to_once(machine, story):  # noqa: F811
    reference = story["reference"]
    asked = f"Demande d’accès pour {ATELIERS.name}"
    expected = {
        AMELIE.email: [
            "Confirmez votre adresse e-mail",
            f"Vous pouvez agir pour {ATELIERS.name}",
            f"Accusé de réception du dossier {reference}",
            f"Dossier {reference} : des renseignements complémentaires sont attendus",
            f"Dossier {reference} : une décision a été prise",
        ],
        # Amélie's request and David's.
        BERNARD.email: [asked, asked],
        CHANTAL.email: [asked, asked],
        # In the language that CSAM says he prefers.
        DAVID.email: ["Bevestig uw e-mailadres", f"U kunt optreden voor {ATELIERS.name}"],
        # She confirms the address that it went to before she accepts.
        ELODIE.email: [
            f"Invitation à agir pour {ATELIERS.name}",
            "Confirmez votre adresse e-mail",
            f"Vous pouvez agir pour {ATELIERS.name}",
        ],
    }

    def arrived():
        return {address: _subjects(machine, address) for address in expected}

    wait_for(lambda: all(set(expected[address]) <= set(got) for address, got in arrived().items()), PATIENCE)
    assert arrived() == {address: sorted(subjects) for address, subjects in expected.items()}


def _subjects(machine, address):
    """Of the mails of one address; one that was sent again after a crash bears the same Message-ID."""
    return sorted({mail["message_id"]: mail["subject"] for mail in machine.mails(address)}.values())

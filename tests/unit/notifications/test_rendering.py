"""What the mails say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from contracts.delegation import (
    AssignmentsEnded,
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateRenewed,
    EnterpriseMandatesExpiring,
    EstablishmentLost,
    MandateChanged,
    MandateExpiring,
    MandatesToConfirm,
    PersonInvited,
    RoleGranted,
    RoleRefused,
)
from contracts.dossiers import ComplementRequested, DossierReassigned, DossierSubmitted
from contracts.identity import (
    AccountDeletionDiscussed,
    EmailConfirmationRequested,
    EmailConfirmed,
    EuropeanIdentityRefused,
)
from services.notifications.domain.notices import notice_of
from services.notifications.rendering import FOLDER, LANGUAGES, Mails, Rendered, Unrenderable
from tests.unit.notifications.builders import ATELIERS, NOON, PORTAL, TELLING, an_event

WORDS_THAT_ARE_SEALED = {
    AccountDeletionDiscussed: {"message": "Pouvons-nous vous appeler ?"},
    EuropeanIdentityRefused: {"reason": "Le numéro est celui d’une autre personne."},
}
KINDS = sorted(kind.type for kind in (*TELLING, EmailConfirmed))


def render(mails: Mails, kind, language="fr", **changes) -> Rendered:
    notice = notice_of(an_event(kind, **changes))
    facts = dict(notice.facts) | WORDS_THAT_ARE_SEALED.get(kind, {})
    return mails.render(kind=notice.kind, language=language, facts=facts, link=notice.link)


def test_every_kind_of_mail_is_written_in_every_language():
    written = {folder.name: {file.stem for file in folder.iterdir()} for folder in FOLDER.iterdir() if folder.is_dir()}

    assert written == {kind: set(LANGUAGES) for kind in KINDS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TELLING, ids=lambda kind: kind.type)
def test_every_mail_renders(mails, kind, language):
    rendered = render(mails, kind, language)

    page = BeautifulSoup(rendered.html, "html.parser")
    assert page.html["lang"] == language
    assert page.title.string == page.h1.string == rendered.subject
    assert rendered.subject.strip()
    (link,) = page.find_all("a")
    assert link.string.strip()
    assert link["href"].startswith(f"{PORTAL}/")
    assert link["href"] in rendered.text
    assert not page.find_all(["script", "img", "style"])


@pytest.mark.parametrize(
    ("language", "changed"),
    [("fr", "a changé"), ("de", "wurde geändert"), ("nl", "is gewijzigd"), ("en", "was changed")],
)
def test_the_former_address_is_told_that_another_took_its_place(mails, language, changed):
    told = render(mails, EmailConfirmed, language, sealed_former="sealed", space="0403019261")

    assert changed in told.subject
    assert "0403.019.261" in told.text
    assert f"{PORTAL}/profil/adresses" in told.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TELLING, ids=lambda kind: kind.type)
def test_the_plain_form_says_what_the_html_form_says(mails, kind, language):
    rendered = render(mails, kind, language)

    said = " ".join(BeautifulSoup(rendered.html, "html.parser").find(role="main").get_text(" ").split())
    lines = [" ".join(line.split()) for line in rendered.text.split("\n-- \n")[0].splitlines()]
    assert [line for line in lines if line not in said] == []


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("fr", "19 octobre 2024 à 23:59"),
        ("nl", "19 oktober 2024 om 23:59"),
        ("de", "19. Oktober 2024 um 23:59 Uhr"),
        ("en", "19 October 2024 at 23:59"),
    ],
)
def test_due_dates_are_those_of_a_clock_in_belgium(mails, language, day):
    assert day in render(mails, ComplementRequested, language).text


def test_a_title_is_given_in_the_readers_language_or_in_french(mails):
    assert "Subsidieaanvraag" in render(mails, DossierSubmitted, "nl").text
    assert "Demande de subside" in render(mails, DossierSubmitted, "de").text


@pytest.mark.parametrize(
    ("language", "draft", "day"),
    [
        ("fr", "brouillon", "25 octobre 2024"),
        ("nl", "ontwerp", "25 oktober 2024"),
        ("de", "Entwurf", "25. Oktober 2024"),
        ("en", "draft", "25 October 2024"),
    ],
)
def test_what_is_entrusted_is_told_as_a_draft_or_by_its_number_and_due_date(mails, language, draft, day):
    filed = {"reference": "ME-2024-000042", "submitted_at": NOON, "content_digest": "ab" * 32}
    due = {"complement_due_at": NOON + timedelta(days=10)}

    as_draft = render(mails, DossierReassigned, language)
    as_filed = render(mails, DossierReassigned, language, state="in_treatment", **filed, **due)

    assert draft in as_draft.text
    assert draft not in as_filed.text
    assert "ME-2024-000042" in as_filed.subject
    assert day in as_filed.text


def test_the_receipt_has_number_time_and_digest(mails):
    text = render(mails, DossierSubmitted).text

    assert "ME-2024-000042" in text
    assert "15 octobre 2024 à 12:00" in text
    assert "ab" * 32 in text
    assert "0403.019.261" in text


def test_what_comes_from_outside_is_text_in_the_html_form(mails):
    rendered = render(mails, RoleRefused, reason='<a href="https://evil.example.org">gagné</a>')

    assert len(BeautifulSoup(rendered.html, "html.parser").find_all("a")) == 1
    assert '<a href="https://evil.example.org">' in rendered.text


def test_a_fact_that_is_missing_is_an_error_that_quotes_no_fact(mails):
    with pytest.raises(Unrenderable, match="UndefinedError in role_granted/fr"):
        mails.render(kind="role_granted", language="fr", facts={"enterprise_name": "Secret SA"}, link="/")


def test_templates_hold_no_address_but_the_helpdesks():
    written = "".join(Path(file).read_text() for file in FOLDER.rglob("*") if file.is_file())

    assert "http" not in written.replace("http-equiv", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_to_another_address_says_for_which_space_it_is(mails, language):
    created = render(mails, EmailConfirmationRequested, language)
    changed = render(mails, EmailConfirmationRequested, language, is_first=False)
    professional = render(mails, EmailConfirmationRequested, language, space="0403019261")

    assert len({created.text, changed.text, professional.text}) == 3
    assert "0403.019.261" in professional.text
    assert "0403.019.261" not in created.text + changed.text


def test_the_agents_words_are_in_the_mail(mails):
    assert "Pouvons-nous vous appeler ?" in render(mails, AccountDeletionDiscussed).text


@pytest.mark.parametrize("kind", [PersonInvited, RoleGranted, EnterpriseMandated])
@pytest.mark.parametrize(
    ("language", "limits"),
    [
        ("fr", "limité à\u00a0: fiscalité, culture, établissement 2.134.567.845."),
        ("nl", "beperkt tot: fiscaliteit, culture, vestiging 2.134.567.845."),
        ("de", "beschränkt auf: Steuern, culture, Niederlassung 2.134.567.845."),
        ("en", "limited to: taxes, culture, establishment 2.134.567.845."),
    ],
)
def test_what_a_role_is_limited_to_is_said_where_it_is(mails, kind, language, limits):
    limited = {"procedure_categories": ["taxes", "culture"], "establishment_number": "2134567845"}

    assert limits in render(mails, kind, language, **limited).text
    assert limits[:9] not in render(mails, kind, language).text


@pytest.mark.parametrize(
    ("language", "first"), [("fr", "1er janvier"), ("nl", "1 januari"), ("de", "1. Januar"), ("en", "1 January")]
)
def test_the_first_of_a_month_is_written_as_on_the_pages(mails, language, first):
    noon = datetime(2025, 1, 1, 11, tzinfo=UTC)

    assert first in render(mails, RoleGranted, language, valid_until=noon.date()).text
    assert first in render(mails, ComplementRequested, language, complement_due_at=noon).text


@pytest.mark.parametrize(
    ("language", "consequence"), [("fr", "suspendu"), ("nl", "geschorst"), ("de", "ruht"), ("en", "suspended")]
)
def test_suspension_is_announced_where_it_follows_and_only_there(mails, language, consequence):
    assert consequence in render(mails, MandatesToConfirm, language).text
    assert consequence not in render(mails, MandatesToConfirm, language, will_suspend=False, count=1).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_access_manager_whose_role_ends_is_sent_to_another_or_to_csam(mails, language):
    assert "CSAM" in render(mails, MandateExpiring, language, permissions=["mandate.manage"]).text
    assert "CSAM" not in render(mails, MandateExpiring, language).text


@pytest.mark.parametrize(
    ("language", "prolonged", "suspended"),
    [
        ("fr", "prolong", "reste suspendu"),
        ("nl", "verleng", "blijft geschorst"),
        ("de", "verlänger", "ruht weiterhin"),
        ("en", "renew", "remains suspended"),
    ],
)
@pytest.mark.parametrize("kind", [MandateChanged, EnterpriseMandateRenewed])
def test_another_last_day_is_told_neither_as_longer_nor_as_a_resumption(mails, kind, language, prolonged, suspended):
    told = render(mails, kind, language)
    of_suspended = render(mails, kind, language, suspended_at=NOON)

    assert prolonged not in (told.subject + told.text).lower()
    assert suspended in of_suspended.text
    assert suspended not in told.text


@pytest.mark.parametrize(
    ("language", "renew", "ask"),
    [
        ("fr", "Prolongez ceux", "demandez-le-lui"),
        ("nl", "Verleng", "vraag het hem"),
        ("de", "Verlängern Sie", "Bitten Sie ihn"),
        ("en", "Renew those", "ask for it"),
    ],
)
def test_of_a_chain_that_ends_the_client_is_told_to_renew_it_and_the_office_to_ask(mails, language, renew, ask):
    for count in (1, 2):
        to_client, to_office = (
            render(mails, EnterpriseMandatesExpiring, language, told_as=side, count=count).text
            for side in ("client", "office")
        )
        assert (renew in to_client, ask in to_client) == (True, False)
        assert (renew in to_office, ask in to_office) == (False, True)


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("fr", "Un rôle que", "7 rôles que"),
        ("nl", "Een rol die", "7 rollen die"),
        ("de", "Eine Rolle, die", "7 Rollen, die"),
        ("en", "A role that", "7 roles that"),
    ],
)
def test_what_ended_with_an_office_is_counted(mails, language, one, many):
    assert one in render(mails, AssignmentsEnded, language, count=1).text
    assert many in render(mails, AssignmentsEnded, language, count=7).text


@pytest.mark.parametrize(
    ("language", "client", "office", "again"),
    [
        ("fr", "peut le rétablir ou y mettre fin", "Seul un gestionnaire", "n’est plus suspendu"),
        ("nl", "kan ze herstellen of beëindigen", "Alleen een toegangsbeheerder", "niet langer geschorst"),
        ("de", "wieder in Kraft setzen oder beenden", "Nur ein Zugangsverwalter", "ruht nicht mehr"),
        ("en", "can resume it or end it", "Only an access manager", "no longer suspended"),
    ],
)
def test_of_a_chain_that_rests_each_side_is_told_what_it_can_do(mails, language, client, office, again):
    assert client in render(mails, EnterpriseMandateChanged, language, told_bce_number=ATELIERS).text
    assert office in render(mails, EnterpriseMandateChanged, language).text
    assert again in render(mails, EnterpriseMandateChanged, language, change="resumed").text


@pytest.mark.parametrize(
    ("language", "decided", "unconfirmed"),
    [
        ("fr", "un gestionnaire d’accès de l’entreprise Ateliers du Hainaut l’a décidé", "personne n’a confirmé"),
        ("nl", "een toegangsbeheerder van Ateliers du Hainaut heeft dat beslist", "niemand heeft bevestigd"),
        ("de", "Ein Zugangsverwalter von Ateliers du Hainaut hat das entschieden", "Niemand hat bestätigt"),
        ("en", "an access manager of Ateliers du Hainaut decided so", "nobody confirmed"),
    ],
)
def test_why_an_offices_mandate_rests_is_told(mails, language, decided, unconfirmed):
    for by_client, told, untold in ((True, decided, unconfirmed), (False, unconfirmed, decided)):
        text = render(mails, EnterpriseMandateChanged, language, by_client=by_client).text
        assert told in text
        assert untold not in text


@pytest.mark.parametrize(
    ("language", "closed", "moved"),
    [
        ("fr", "est fermé", "appartient à une autre entreprise"),
        ("nl", "is gesloten", "behoort nu tot een andere onderneming"),
        ("de", "ist geschlossen", "gehört jetzt zu einem anderen Unternehmen"),
        ("en", "has closed", "belongs to another enterprise now"),
    ],
)
def test_a_lost_establishment_is_told_by_its_name_and_number_and_what_became_of_it(mails, language, closed, moved):
    of_closed, of_moved = (render(mails, EstablishmentLost, language, became=each) for each in ("closed", "moved"))

    assert closed in of_closed.subject
    assert moved in of_moved.subject
    assert "Atelier de Mons" in of_closed.text
    assert "2.134.567.845" in of_closed.text

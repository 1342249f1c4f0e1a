"""The sentence of each kind of message (``MessageView.kind``), with the facts it brings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext

from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.notifications import MessageView
from services.portal.languages import day, in_words
from services.portal.pages import words

_ = lazy_gettext

SENTENCES: dict[str, tuple[Any, Any]] = {
    "email_confirmation_requested": (
        _("Confirmez votre adresse e-mail"),
        _("Un lien vous a été envoyé par e-mail. Il est valable jusqu’au %(expires_at)s."),
    ),
    "email_confirmed": (
        _("Votre adresse e-mail a changé"),
        _("Nos messages arrivent désormais à la nouvelle adresse. L’ancienne en est avertie."),
    ),
    "account_deletion_requested": (
        _("Votre demande de suppression de compte"),
        _("Un agent examine votre demande. Il peut vous contacter."),
    ),
    "account_deletion_accepted": (
        _("Votre compte sera supprimé"),
        _("Il le sera le %(erases_at)s. Jusque-là, vous pouvez annuler la suppression."),
    ),
    "account_deletion_refused": (
        _("Votre compte n’est pas supprimé"),
        _("Un agent a refusé la suppression de votre compte. Sa réponse se trouve dans votre profil."),
    ),
    "account_deletion_cancelled": (
        _("La suppression de votre compte est annulée"),
        _("Vous gardez votre compte et vos données."),
    ),
    "account_deletion_discussed": (
        _("Un agent vous écrit à propos de la suppression de votre compte"),
        _("Son message vous a été envoyé par e-mail."),
    ),
    "european_identity_linked": (
        _("Votre identité européenne est liée à votre compte"),
        _("Votre moyen d’identification européen (%(country)s) suffit désormais."),
    ),
    "european_identity_contested": (
        _("Quelqu’un d’autre a donné votre numéro d’identification national"),
        _("Cette personne (%(country)s) n’a pas eu accès à votre compte. Un agent vérifie à qui le numéro revient."),
    ),
    "role_requested": (
        _("Demande de rôle pour %(enterprise_name)s"),
        _("Quelqu’un demande le rôle « %(role)s ». C’est à vous ou à un autre gestionnaire d’accès de répondre."),
    ),
    "role_refused": (
        _("Demande de rôle refusée par %(enterprise_name)s"),
        _("Votre demande du rôle « %(role)s » est refusée. Raison donnée : %(reason)s"),
    ),
    "role_request_expired": (
        _("Demande de rôle pour %(enterprise_name)s restée sans réponse"),
        _("Personne n’a répondu dans les 30 jours à votre demande du rôle « %(role)s ». Vous pouvez la refaire."),
    ),
    "role_granted": (
        _("Vous pouvez agir pour %(enterprise_name)s"),
        _("Vous avez le rôle « %(role)s » jusqu’au %(valid_until)s."),
    ),
    "mandate_changed": (
        _("Votre rôle pour %(enterprise_name)s a changé"),
        _("%(change)s Il s’agit du rôle « %(role)s »."),
    ),
    "mandate_expiring": (
        _("Votre rôle pour %(enterprise_name)s prend bientôt fin"),
        _("Le rôle « %(role)s » prend fin après le %(valid_until)s. Un gestionnaire d’accès peut le prolonger."),
    ),
    "mandates_expiring": (
        _("Des rôles accordés par %(enterprise_name)s prennent bientôt fin"),
        _("%(count)s au total, le premier après le %(first_on)s. Prolongez ceux qui sont encore nécessaires."),
    ),
    "mandates_to_confirm": (
        _("Des rôles accordés par %(enterprise_name)s sont à confirmer"),
        _("%(count)s au total, au plus tard le %(confirm_by)s. Dites lesquels sont encore nécessaires."),
    ),
    "mandate_revoked": (
        _("Votre rôle pour %(enterprise_name)s est retiré"),
        _("Vous n’avez plus le rôle « %(role)s »."),
    ),
    "access_manager_withdrawn": (
        _("Vous n’êtes plus gestionnaire d’accès pour %(enterprise_name)s"),
        _("Le registre de CSAM ne vous désigne plus. Les rôles que vous avez accordés restent en vigueur."),
    ),
    "enterprise_orphaned": (
        _("%(enterprise_name)s n’a plus de gestionnaire d’accès"),
        _("Un représentant légal doit en désigner un chez CSAM : jusque-là, personne n’accorde ni ne retire de rôle."),
    ),
    "establishment_lost": (
        _("%(enterprise_name)s : un établissement %(became)s"),
        _(
            "Un rôle limité à l’établissement %(establishment_number)s ne permet plus de commencer ni de soumettre de "
            "démarche. Un gestionnaire d’accès peut en donner un pour toute l’entreprise ou un autre établissement."
        ),
    ),
    "enterprise_mandated": (
        _("%(enterprise_name)s vous confie ses démarches"),
        _("%(office_name)s peut agir avec le rôle « %(role)s » jusqu’au %(valid_until)s. Désignez qui s’en charge."),
    ),
    "enterprise_mandate_renewed": (
        _("%(enterprise_name)s change la date de fin de votre mandat"),
        _("%(office_name)s peut agir avec le rôle « %(role)s » jusqu’au %(valid_until)s."),
    ),
    "enterprise_mandate_changed": (
        _("Le mandat entre %(enterprise_name)s et %(office_name)s a changé"),
        _("%(change)s Il s’agit du rôle « %(role)s »."),
    ),
    "enterprise_mandate_ended": (
        _("Fin du mandat entre %(enterprise_name)s et %(office_name)s"),
        _("Les personnes du mandataire, %(office_name)s, n’ont plus le rôle « %(role)s » pour %(enterprise_name)s."),
    ),
    "enterprise_mandates_expiring": (
        _("Des mandats entre %(enterprise_name)s et d’autres entreprises prennent bientôt fin"),
        _("%(count)s au total, le premier après le %(first_on)s. %(told_as)s"),
    ),
    "assignments_ended": (
        _("Fin de rôles confiés par %(enterprise_name)s"),
        _("%(count)s au total, pour des clients de cette entreprise. Vous ne pouvez plus agir avec eux."),
    ),
    "person_invited": (
        _("Invitation à agir pour %(enterprise_name)s"),
        _("Le rôle « %(role)s » vous est proposé jusqu’au %(expires_at)s."),
    ),
    "dossier_submitted": (
        _("Dossier %(reference)s bien reçu"),
        _("« %(title)s » a été soumis le %(submitted_at)s. L’accusé de réception se trouve dans le dossier."),
    ),
    "complement_requested": (
        _("Un complément est attendu pour le dossier %(reference)s"),
        _("« %(title)s » : répondez au plus tard le %(complement_due_at)s."),
    ),
    "dossier_reassigned": (
        _("Un dossier vous est confié"),
        _("« %(title)s », pour l’entreprise %(bce_number)s : c’est à vous de le suivre désormais."),
    ),
    "dossier_decided": (
        _("Décision prise pour le dossier %(reference)s"),
        _("« %(title)s » : la décision et sa motivation se trouvent dans le dossier."),
    ),
}
# Of a role that decides who acts: nobody renews his own.
OF_MANAGERS: dict[str, tuple[Any, Any]] = {
    "mandate_expiring": (
        _("Votre rôle pour %(enterprise_name)s prend bientôt fin"),
        _(
            "Le rôle « %(role)s » prend fin après le %(valid_until)s. Seul un autre gestionnaire d’accès peut le "
            "prolonger : s’il n’y en a pas, invitez-en d’abord un, ou faites-vous désigner via CSAM."
        ),
    ),
}
# Of what is suspended, and stays so.
OF_SUSPENDED: dict[str, tuple[Any, Any]] = {
    "enterprise_mandate_renewed": (
        _("%(enterprise_name)s change la date de fin de votre mandat"),
        _(
            "Le mandat du mandataire %(office_name)s, avec le rôle « %(role)s », vaut jusqu’au %(valid_until)s. "
            "Il reste suspendu jusqu’à ce qu’un gestionnaire d’accès du mandant le rétablisse."
        ),
    ),
}
CHANGES: dict[str, Any] = {
    "renewed": _("Sa date de fin a changé."),
    "suspended": _("Il est suspendu : vous ne pouvez pas l’utiliser pour le moment."),
    "resumed": _("Il n’est plus suspendu : vous pouvez l’utiliser."),
    "narrowed": _("Il ne vaut plus pour certaines démarches."),
}
CHANGES_OF_CHAINS: dict[str, Any] = {
    "suspended": _("Il est suspendu, car personne n’a confirmé qu’il est encore nécessaire."),
    "suspended_by_client": _("Il est suspendu : un gestionnaire d’accès du mandant l’a décidé."),
    "resumed": _("Il n’est plus suspendu."),
}
LOSSES: dict[str, Any] = {
    "closed": _("est fermé"),
    "moved": _("appartient à une autre entreprise"),
}
ADVICE: dict[str, Any] = {
    "client": _("Prolongez ceux qui sont encore nécessaires."),
    "office": _("Demandez à vos clients de prolonger ceux qui sont encore nécessaires."),
}
OTHER = (_("Nouveau message"), _("Ouvrez-le pour voir ce qu’il concerne."))


class Told(NamedTuple):
    title: str
    sentence: str


def tell(message: MessageView) -> Told:
    of_managers = OF_MANAGERS if "is_manager" in message.facts else {}
    of_suspended = OF_SUSPENDED if "rests" in message.facts else {}
    title, sentence = (SENTENCES | of_managers | of_suspended).get(message.kind, OTHER)
    facts = _Facts({name: _readable(name, value) for name, value in _facts_of(message).items()})
    return Told(str(title) % facts, str(sentence) % facts)


class _Facts(dict[str, str]):
    """A message written before a fact was told still has its sentence."""

    def __missing__(self, name: str) -> str:
        return "…"


def _facts_of(message: MessageView) -> dict[str, str]:
    titles = {name.removeprefix("title_"): value for name, value in message.facts.items() if name.startswith("title_")}
    change = {}
    if message.kind == "enterprise_mandate_changed":
        name = "suspended_by_client" if "by_client" in message.facts else message.facts["change"]
        change = {"change": str(CHANGES_OF_CHAINS.get(name, ""))}
    return message.facts | ({"title": in_words(titles)} if titles else {}) | change


def _readable(name: str, value: str) -> str:
    if name == "role":
        return words.role(value)
    if name == "change":
        return str(CHANGES.get(value, value))
    if name == "told_as":
        return str(ADVICE.get(value, ""))
    if name == "became":
        return str(LOSSES.get(value, value))
    if name == "establishment_number":
        return EstablishmentNumber(value).dotted
    if name == "bce_number":
        return BceNumber(value).dotted
    if name.endswith("_at"):
        return day(datetime.fromisoformat(value))
    if name in ("valid_until", "first_on", "confirm_by"):
        return day(date.fromisoformat(value))
    return value

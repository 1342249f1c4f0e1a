"""The words of the services in the language of the page: states, roles, steps, means."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from contracts.delegation import NO_END, EnterpriseMandateView, InvitationView, MandateView
from contracts.identifiers import EstablishmentNumber

_ = lazy_gettext

MEANS: dict[str, tuple[Any, Any]] = {
    "eid": (_("Carte d’identité électronique (eID)"), _("Avec un lecteur de carte. Aucune activation préalable.")),
    "itsme": (_("itsme"), _("Avec l’application itsme sur votre téléphone.")),
    "email": (_("Code de sécurité par e-mail"), _("Un code unique, envoyé à votre adresse e-mail.")),
    "sms": (_("Code de sécurité par SMS"), _("Un code unique, envoyé à votre téléphone.")),
    "app": (_("Application mobile"), _("Un code donné par une application d’authentification.")),
    "eidas": (_("Moyen d’identification européen (eIDAS)"), _("Pour les ressortissants d’un pays qui le propose.")),
}

EIDAS_COUNTRIES = _(
    "Allemagne, Autriche, Croatie, Danemark, Espagne, Estonie, Grand-Duché de Luxembourg, Italie, Lettonie, "
    "Liechtenstein, Lituanie, Malte, Pays-Bas, Pologne, Portugal, République tchèque, Slovaquie, Slovénie, Suède"
)

ROLES: dict[str, tuple[Any, Any]] = {
    "access_manager": (_("Gestionnaire d’accès"), _("Peut tout faire, et décide de qui agit pour l’entreprise.")),
    "signatory": (_("Signataire"), _("Prépare, signe et soumet les dossiers de l’entreprise.")),
    "contributor": (_("Contributeur"), _("Prépare les dossiers, sans les soumettre.")),
    "reader": (_("Lecteur"), _("Voit les dossiers, sans pouvoir les modifier.")),
}

DOSSIER_STATES: dict[str, Any] = {
    "draft": _("Brouillon"),
    "submitted": _("Soumis"),
    "in_treatment": _("En traitement"),
    "decided": _("Décidé"),
    "withdrawn": _("Retiré"),
}

REQUEST_STATES: dict[str, Any] = {
    "open": _("En attente"),
    "accepted": _("Acceptée"),
    "refused": _("Refusée"),
    "withdrawn": _("Retirée"),
    "expired": _("Expirée"),
}
INVITATION_STATES: dict[str, Any] = {
    "open": _("En attente"),
    "accepted": _("Acceptée"),
    "declined": _("Déclinée"),
    "withdrawn": _("Retirée"),
    "expired": _("Expirée"),
}
MANDATE_STATES: dict[str, Any] = {
    "active": _("En cours"),
    "suspended": _("Suspendu"),
    "expired": _("Expiré"),
    "revoked": _("Retiré"),
}
# In place of "active", where the establishment to which it is limited is the enterprise's no more.
LOST_ESTABLISHMENTS: dict[str, Any] = {
    "closed": _("Établissement fermé"),
    "moved": _("Établissement d’une autre entreprise"),
}
# Of the catalogue of procedures. One that is not among them is shown by its name there.
CATEGORIES: dict[str, Any] = {
    "elections": _("Élections"),
    "taxes": _("Fiscalité"),
    "economy": _("Économie et emploi"),
}
COMPLEMENT_STATES: dict[str, Any] = {
    "open": _("En attente de réponse"),
    "answered": _("Répondue"),
    "overdue": _("Échéance dépassée"),
}

# Lines of a dossier's history.
VERBS: dict[str, Any] = {
    "started": _("Brouillon commencé"),
    "validated": _("Formulaire validé, déclaration produite"),
    "submitted": _("Dossier soumis"),
    "claimed": _("Prise en charge par un agent"),
    "complement_requested": _("Demande de renseignement complémentaire (DRC)"),
    "complement_answered": _("Réponse à la demande de renseignement complémentaire"),
    "reassigned": _("Dossier confié à une autre personne de l’entreprise"),
    "decided": _("Décision prise"),
    "withdrawn": _("Dossier retiré"),
}
VERB_OTHER = _("Dossier mis à jour")
ACTORS: dict[str, Any] = {
    "administration": _("par l’administration"),
    "system": _("automatiquement"),
}

ACCOUNT_DELETED = _("Compte supprimé")
OF_THE_OFFICE = _("Personne du mandataire, dont le nom n’est pas connu ici")
DESIGNATED_BY_CSAM = _("Gestionnaire désigné via CSAM, dont le nom n’est pas connu ici")

PARTS: dict[str, Any] = {
    "identity": _("l’identification"),
    "csam": _("l’identification par CSAM"),
    "provider": _("l’identification par CSAM"),
    "national_register": _("le Registre national"),
    "register": _("le Registre national"),
    "delegation": _("les accès aux entreprises"),
    "dossiers": _("les démarches et les dossiers"),
    "scanner": _("le contrôle des fichiers"),
    "files": _("l’envoi des fichiers"),
    "notifications": _("les messages"),
    "broker": _("la liaison entre les services"),
}
PART_OTHER = _("une partie de Mon Espace")


def holder(mandate: MandateView) -> str:
    """Whose mandate it is: CSAM's registry tells no names, nor does an office; a deleted account has none any more."""
    if mandate.via_bce_number is not None:
        return mandate.person_name or str(OF_THE_OFFICE)
    return mandate.person_name or str(DESIGNATED_BY_CSAM if mandate.valid_until == NO_END else ACCOUNT_DELETED)


def mandate_state(mandate: MandateView | EnterpriseMandateView) -> str:
    if mandate.state == "active" and mandate.establishment_lost is not None:
        return str(LOST_ESTABLISHMENTS[mandate.establishment_lost])
    return str(MANDATE_STATES[mandate.state])


def invitation_state(invitation: InvitationView) -> str:
    if invitation.state == "open" and invitation.establishment_lost is not None:
        return str(LOST_ESTABLISHMENTS[invitation.establishment_lost])
    return str(INVITATION_STATES[invitation.state])


def category(name: str) -> str:
    return str(CATEGORIES.get(name, name))


def limits(mandate: MandateView | EnterpriseMandateView | InvitationView) -> str:
    """To which procedures and which establishment; empty: to none."""
    told = [category(name) for name in mandate.procedure_categories]
    if mandate.establishment_number is not None:
        told.append(establishment(mandate.establishment_number, mandate.establishment_name))
    return ", ".join(told)


def establishment(number: EstablishmentNumber, name: str = "") -> str:
    if not name:
        return str(_("établissement %(number)s", number=number.dotted))
    return str(_("établissement « %(name)s » (%(number)s)", name=name, number=number.dotted))


def role(name: str) -> str:
    return str(ROLES[name][0]) if name in ROLES else name


def verb(name: str) -> str:
    return str(VERBS.get(name, VERB_OTHER))


def part(*names: str | None) -> str:
    """The first of the names that says something to a person."""
    return str(next((PARTS[name] for name in names if name in PARTS), PART_OTHER))

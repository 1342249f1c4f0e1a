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


# Acts of the audit trail: events and commands by their names.
ACTS: dict[str, Any] = {
    "signed_in": _("Connexion"),
    "session_revoked": _("Déconnexion"),
    "email_confirmation_requested": _("Lien de confirmation demandé"),
    "email_confirmed": _("Adresse e-mail confirmée"),
    "language_chosen": _("Langue choisie"),
    "acknowledge_notice": _("Avis lu"),
    "account_deletion_requested": _("Suppression du compte demandée"),
    "account_deletion_accepted": _("Suppression du compte acceptée"),
    "account_deletion_refused": _("Suppression du compte refusée"),
    "account_deletion_cancelled": _("Suppression du compte annulée"),
    "account_deletion_discussed": _("Message d’un agent sur la suppression du compte"),
    "decide_account_deletion": _("Décision sur la suppression du compte"),
    "person_erased": _("Données effacées"),
    "european_identity_linked": _("Identité européenne liée"),
    "european_identity_contested": _("Numéro national réclamé par une autre identité européenne"),
    "european_identity_refused": _("Identité européenne refusée"),
    "decide_european_conflict": _("Décision sur une identité européenne"),
    "refer_to": _("Numéro national indiqué, pour désigner une personne"),
    "name_education_staff": _("Inscription parmi les personnels de l’Enseignement"),
    "release_education_staff": _("Retrait des personnels de l’Enseignement"),
    "set_education_staff": _("Appartenance aux personnels de l’Enseignement"),
    "role_requested": _("Rôle demandé"),
    "role_refused": _("Rôle refusé"),
    "role_request_withdrawn": _("Demande de rôle retirée"),
    "role_request_expired": _("Demande de rôle expirée"),
    "role_granted": _("Rôle donné"),
    "mandate_changed": _("Rôle prolongé, raccourci, confirmé, suspendu, rétabli ou réduit"),
    "mandate_expiring": _("Fin prochaine d’un rôle annoncée"),
    "mandates_expiring": _("Fin prochaine de rôles annoncée aux gestionnaires"),
    "mandates_to_confirm": _("Confirmation annuelle de rôles demandée aux gestionnaires"),
    "mandate_revoked": _("Rôle retiré"),
    "person_invited": _("Invitation envoyée"),
    "invitation_ended": _("Invitation déclinée ou retirée"),
    "enterprise_mandated": _("Mandat donné à un mandataire"),
    "enterprise_mandate_renewed": _("Date de fin du mandat d’un mandataire changée"),
    "enterprise_mandate_changed": _("Mandat d’un mandataire confirmé, suspendu ou rétabli"),
    "enterprise_mandate_ended": _("Fin du mandat d’un mandataire"),
    "enterprise_mandates_expiring": _("Fin prochaine de mandats annoncée aux gestionnaires"),
    "assignments_ended": _("Fin de rôles confiés par un mandataire"),
    "access_manager_designated": _("Désignation comme gestionnaire d’accès principal"),
    "establishment_lost": _("Fermeture ou départ d’un établissement annoncé"),
    "enterprise_orphaned": _("Entreprise restée sans gestionnaire d’accès"),
    "access_manager_withdrawn": _("Fin de la désignation comme gestionnaire d’accès principal"),
    "start_draft": _("Brouillon commencé"),
    "save_draft": _("Brouillon enregistré"),
    "validate_draft": _("Formulaire validé"),
    "follow_enterprise": _("Nouveau nom de l’entreprise repris dans un brouillon"),
    "begin_upload": _("Envoi d’un fichier commencé"),
    "add_file": _("Fichier ajouté"),
    "remove_attachment": _("Fichier retiré"),
    "dossier_submitted": _("Dossier soumis"),
    "dossier_claimed": _("Dossier pris en charge"),
    "complement_requested": _("Complément demandé"),
    "complement_answered": _("Complément envoyé"),
    "dossier_reassigned": _("Dossier confié à une autre personne de l’entreprise"),
    "dossier_decided": _("Décision prise"),
    "looked_at_dossier": _("Dossier consulté"),
    "looked_at_file": _("Fichier consulté"),
    "looked_at_account_deletion": _("Demande de suppression consultée"),
    "looked_at_european_conflict": _("Identité européenne consultée"),
    "remove_expired_draft": _("Brouillon expiré"),
    "remove_draft_of_erased": _("Brouillon supprimé avec le compte"),
    "give_email": _("Adresse e-mail donnée"),
    "mark_read": _("Message lu"),
}
ACT_OTHER = _("Autre action")
# A command that finds nothing left to announce is recorded by its own name.
_TOLD_AS = {
    "sign_out": "session_revoked",
    "end_session": "session_revoked",
    "sign_out_everywhere": "session_revoked",
    "create_citizen_space": "email_confirmation_requested",
    "resend_confirmation": "email_confirmation_requested",
    "confirm_email": "email_confirmed",
    "choose_language": "language_chosen",
    "request_account_deletion": "account_deletion_requested",
    "cancel_account_deletion": "account_deletion_cancelled",
    "write_about_deletion": "account_deletion_discussed",
    "request_role": "role_requested",
    "accept_role_request": "role_granted",
    "accept_invitation": "role_granted",
    "assign_person": "role_granted",
    "mandate_enterprise": "enterprise_mandated",
    "renew_enterprise_mandate": "enterprise_mandate_renewed",
    "confirm_enterprise_mandate": "enterprise_mandate_changed",
    "suspend_enterprise_mandate": "enterprise_mandate_changed",
    "resume_enterprise_mandate": "enterprise_mandate_changed",
    "end_enterprise_mandate": "enterprise_mandate_ended",
    "refuse_role_request": "role_refused",
    "revoke_mandate": "mandate_revoked",
    "revoke_mandates_of": "mandate_revoked",
    "renew_mandate": "mandate_changed",
    "suspend_mandate": "mandate_changed",
    "resume_mandate": "mandate_changed",
    "narrow_mandate": "mandate_changed",
    "confirm_mandates": "mandate_changed",
    "invite_person": "person_invited",
    "resend_invitation": "person_invited",
    "withdraw_invitation": "invitation_ended",
    "decline_invitation": "invitation_ended",
    "withdraw_role_request": "role_request_withdrawn",
    "designate_access_manager": "access_manager_designated",
    "withdraw_access_manager": "access_manager_withdrawn",
    "resend_role_request": "role_requested",
    "submit_dossier": "dossier_submitted",
    "claim_dossier": "dossier_claimed",
    "request_complement": "complement_requested",
    "answer_complement": "complement_answered",
    "reassign_dossiers": "dossier_reassigned",
    "decide_dossier": "dossier_decided",
}
# Where somebody else did one of these, he is an agent.
OF_AGENTS = {
    "account_deletion_accepted",
    "account_deletion_refused",
    "account_deletion_discussed",
    "decide_account_deletion",
    "european_identity_linked",
    "european_identity_refused",
    "decide_european_conflict",
    "name_education_staff",
    "release_education_staff",
    "set_education_staff",
    "dossier_claimed",
    "complement_requested",
    "dossier_decided",
    "looked_at_dossier",
    "looked_at_file",
    "looked_at_account_deletion",
    "looked_at_european_conflict",
}


def act(name: str) -> str:
    return str(ACTS.get(_told_as(name), ACT_OTHER))


def actor(told: dict[str, Any], me: Any) -> str:
    """Who acted, without a name: the person herself, an agent, one who acts for the enterprise, or a service."""
    if told["action"] == "european_identity_contested":
        # By somebody who is nobody here yet.
        return str(_("une autre personne"))
    if told.get("actor") is None:
        return str(_("automatiquement"))
    if told["actor"] == str(me):
        return str(_("vous"))
    if _told_as(told["action"]) in OF_AGENTS:
        return str(_("un agent de l’administration"))
    return str(_("une personne de l’entreprise")) if told.get("enterprise") else str(_("une autre personne"))


def _told_as(name: str) -> str:
    return _TOLD_AS.get(name, name)


def holder(mandate: MandateView) -> str:
    """Whose mandate it is: CSAM's registry tells no names, nor does an office; a deleted account has none any more."""
    if mandate.via_bce_number is not None:
        return mandate.person_name or str(OF_THE_OFFICE)
    return mandate.person_name or str(DESIGNATED_BY_CSAM if mandate.valid_until == NO_END else ACCOUNT_DELETED)


def mandate_state(mandate: MandateView | EnterpriseMandateView) -> str:
    if mandate.state == "active" and mandate.establishment_lost is not None:
        return str(LOST_ESTABLISHMENTS[mandate.establishment_lost])
    return str(MANDATE_STATES[mandate.state])


def category(name: str) -> str:
    return str(CATEGORIES.get(name, name))


def limits(mandate: MandateView | EnterpriseMandateView | InvitationView) -> str:
    """To which procedures and which establishment; empty: to none."""
    told = [category(name) for name in mandate.procedure_categories]
    if mandate.establishment_number is not None:
        told.append(establishment(mandate.establishment_number))
    return ", ".join(told)


def establishment(number: EstablishmentNumber) -> str:
    return str(_("établissement %(number)s", number=number.dotted))


def role(name: str) -> str:
    return str(ROLES[name][0]) if name in ROLES else name


def verb(name: str) -> str:
    return str(VERBS.get(name, VERB_OTHER))


def part(*names: str | None) -> str:
    """The first of the names that says something to a person."""
    return str(next((PARTS[name] for name in names if name in PARTS), PART_OTHER))

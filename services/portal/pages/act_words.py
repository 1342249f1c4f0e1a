"""What was done with somebody's data, and by whom, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

_ = lazy_gettext

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

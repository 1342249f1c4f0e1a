"""What a refusal means to a person, and what to do next: one sentence for each code of ``contracts``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Form

from contracts.errors import InvalidRequest, Refusal
from services.portal.languages import day, gettext, moment

_ = lazy_gettext

SENTENCES: dict[str, Any] = {
    # Of every service.
    "refused": _(
        "Cette demande a été refusée. Revenez à la page précédente et réessayez ; si cela continue, appelez le "
        "helpdesk."
    ),
    "invalid_request": _(
        "Certaines réponses ne conviennent pas. Corrigez les champs signalés, puis envoyez à nouveau."
    ),
    "not_found": _(
        "Cette page n’existe pas, ou elle ne vous est pas accessible. Vérifiez l’adresse ou repartez de l’accueil."
    ),
    "permission_missing": _(
        "Votre rôle dans cette entreprise ne permet pas de faire cela. Demandez un autre rôle à son gestionnaire "
        "d’accès principal (GAP)."
    ),
    "level_too_low": _(
        "Cette démarche demande un moyen d’identification plus sûr. Identifiez-vous à nouveau avec l’un de ceux qui "
        "sont proposés."
    ),
    "statement_missing": _("Nous ne savons plus qui vous êtes. Identifiez-vous à nouveau."),
    "statement_invalid": _("Votre identification n’a pas pu être vérifiée. Identifiez-vous à nouveau."),
    "statement_expired": _("Votre identification a expiré entre-temps. Envoyez à nouveau."),
    "statement_foreign": _("Votre identification n’a pas pu être vérifiée. Identifiez-vous à nouveau."),
    "session_revoked": _("Votre session a pris fin. Identifiez-vous à nouveau."),
    "session_unknown": _("Votre session a pris fin. Identifiez-vous à nouveau."),
    "scope_missing": _(
        "Le portail n’a pas le droit de poser cette question. Appelez le helpdesk : un réglage est à corriger chez "
        "nous."
    ),
    "too_many_attempts": _("Il y a eu trop d’essais. Réessayez dans quelques minutes."),
    "command_id_reused": _(
        "Ce formulaire a déjà été envoyé avec un autre contenu. Ouvrez à nouveau la page pour voir ce qui est "
        "enregistré, puis recommencez si nécessaire."
    ),
    "concurrent_change": _(
        "Quelqu’un a modifié la même chose au même moment. Ouvrez à nouveau la page, vérifiez, puis recommencez."
    ),
    "unknown_service": _("Un service est momentanément indisponible. Réessayez dans quelques minutes."),
    "unknown_method": _("Un service est en cours de mise à jour. Réessayez dans quelques minutes."),
    "deadline_passed": _("La réponse se fait attendre. Réessayez : ce qui a déjà été fait ne sera pas fait deux fois."),
    "unavailable": _("Un service est momentanément indisponible. Réessayez dans quelques minutes."),
    "internal_error": _(
        "Une erreur s’est produite chez nous. Réessayez ; si cela continue, donnez au helpdesk le numéro d’incident."
    ),
    # Of identity.
    "sign_in_unknown": _(
        "Cette identification a pris trop de temps, a déjà servi, ou a été commencée dans un autre navigateur. "
        "Recommencez-la ici."
    ),
    "means_unavailable": _(
        "Ce moyen d’identification est momentanément indisponible. Choisissez-en un autre ou réessayez plus tard."
    ),
    "provider_refused": _(
        "CSAM n’a pas confirmé votre identité. Recommencez ; si cela continue, essayez un autre moyen d’identification."
    ),
    "space_already_open": _("Votre espace citoyen existe déjà : vous pouvez continuer."),
    "address_unchanged": _("Cette adresse est déjà confirmée : il n’y a rien à changer."),
    "education_staff_stays": _(
        "Vous êtes membre des personnels de l’Enseignement : vous ne pouvez pas supprimer votre compte."
    ),
    "deletion_already_asked": _("Vous avez déjà demandé la suppression de votre compte."),
    "no_deletion_pending": _("Il n’y a pas de suppression en cours : elle a été annulée, décidée ou effectuée."),
    "own_deletion": _("On ne décide pas de la suppression de son propre compte. Un autre agent doit s’en charger."),
    "linking_unknown": _("Cette identification a pris trop de temps. Recommencez-la."),
    "number_not_hers": _(
        "Le Registre national ne vous connaît pas sous ce numéro. Vérifiez-le ; s’il est juste, appelez le helpdesk."
    ),
    "number_linked_already": _(
        "Ce numéro d’identification national est déjà lié à une autre identité européenne : un agent va décider."
    ),
    "no_conflict": _("Cette situation a déjà été décidée, ou elle n’existe plus."),
    "own_conflict": _("On ne décide pas de son propre numéro. Un autre agent doit s’en charger."),
    "no_address": _("Cette personne n’a confirmé aucune adresse e-mail : il n’est pas possible de lui écrire."),
    "link_invalid": _(
        "Ce lien n’est plus valable : il a déjà servi, un lien plus récent vous a été envoyé, ou il date de plus de "
        "24 heures. Demandez-en un nouveau."
    ),
    "asked_too_often": _(
        "Un lien a été demandé il y a peu. Regardez dans votre boîte aux lettres, courriers indésirables compris, "
        "avant d’en demander un autre."
    ),
    # Of delegation.
    "enterprise_unknown": _(
        "La Banque-Carrefour des Entreprises ne connaît pas d’entreprise active sous ce numéro. Vérifiez-le."
    ),
    "no_access_manager": _(
        "Aucun gestionnaire d’accès principal (GAP) n’est désigné pour cette entreprise. Un représentant légal doit "
        "d’abord en désigner un via CSAM."
    ),
    "already_requested": _(
        "Vous avez déjà une demande en cours pour ce rôle dans cette entreprise. Attendez la réponse du gestionnaire "
        "d’accès principal (GAP)."
    ),
    "already_invited": _(
        "Cette personne a déjà une invitation en cours pour ce rôle. Retrouvez-la dans la gestion des accès : vous "
        "pouvez la renvoyer, ou la retirer."
    ),
    "already_held": _(
        "Vous avez déjà ce rôle dans cette entreprise, peut-être suspendu : voyez la liste de vos entreprises."
    ),
    "already_decided": _(
        "Une décision a déjà été prise sur cette demande, peut-être par un autre gestionnaire d’accès."
    ),
    "own_request": _(
        "On ne décide pas de sa propre demande. Un autre gestionnaire d’accès principal (GAP) doit s’en charger."
    ),
    "not_of_the_office": _(
        "Cette personne n’a pas de rôle en cours dans votre entreprise. Un mandataire désigne ses propres personnes."
    ),
    "client_refuses": _(
        "Le mandant a retiré ce rôle à cette personne, ou l’a réduit. S’il le souhaite, il peut l’inviter lui-même."
    ),
    "own_mandate": _(
        "On ne prolonge, ne confirme et ne suspend pas son propre rôle. Un autre gestionnaire d’accès principal (GAP) "
        "doit s’en charger."
    ),
    "mandate_ended": _("Ce rôle a pris fin entre-temps. Il peut être donné à nouveau, par une invitation."),
    "invitation_for_another": _(
        "Cette invitation a été envoyée à une autre adresse que les vôtres. Confirmez d’abord cette adresse dans votre "
        "profil."
    ),
    "resent_too_often": _(
        "C’est trop tôt, ou une fois de trop : un rappel part une fois par jour, et trois fois en tout."
    ),
    "invitation_invalid": _(
        "Cette invitation n’est plus valable : elle a déjà servi, elle a expiré, ou elle s’adresse à quelqu’un "
        "d’autre. Demandez-en une nouvelle au gestionnaire d’accès principal (GAP)."
    ),
    "term_too_long": _("Un rôle se donne pour cinq ans au plus. Choisissez une date de fin plus proche."),
    "last_access_manager": _(
        "Le dernier gestionnaire d’accès principal (GAP) d’une entreprise ne peut pas être retiré. Faites d’abord "
        "désigner quelqu’un d’autre via CSAM."
    ),
    # Of dossiers.
    "procedure_unknown": _("Cette démarche n’existe pas ou n’existe plus. Cherchez-la dans le catalogue."),
    "procedure_closed": _("Cette démarche n’est pas ouverte aujourd’hui."),
    "wrong_audience": _("Cette démarche ne s’introduit pas depuis cet espace. Changez d’espace, puis recommencez."),
    "answers_invalid": _("Le formulaire n’est pas complet. Corrigez les champs signalés, puis validez à nouveau."),
    "not_a_draft": _("Ce dossier a déjà été soumis : il ne peut plus être modifié."),
    "not_validated": _(
        "Validez d’abord le formulaire. Ce qui a été modifié depuis la dernière validation doit être validé à nouveau."
    ),
    "late_filing_not_confirmed": _(
        "Le délai est dépassé. Vous pouvez encore introduire votre dossier, mais confirmez que vous savez qu’il est "
        "tardif."
    ),
    "file_refused": _("Ce fichier n’a pas pu être accepté."),
    "ticket_invalid": _("L’envoi du fichier a pris trop de temps. Envoyez-le à nouveau."),
    "complement_not_open": _("Cette demande de renseignement complémentaire n’attend plus de réponse."),
    "already_claimed": _("Un autre agent traite déjà ce dossier."),
    "looked_after_by_another": _(
        "Quelqu’un d’autre suit déjà ce dossier. Vérifiez la liste, puis recommencez si nécessaire."
    ),
    "may_not_take_over": _(
        "Le rôle de cette personne ne lui permet pas de suivre tous ces dossiers. Choisissez quelqu’un d’autre, ou "
        "laissez-les tels quels."
    ),
    "wrong_state": _("L’état du dossier ne le permet plus. Ouvrez-le à nouveau pour voir où il en est."),
}

FILE_REASONS: dict[str, Any] = {
    "too_large": _("il est trop volumineux"),
    "wrong_type": _("il n’est pas du type demandé"),
    "infected": _("un virus y a été trouvé"),
    "empty": _("il est vide"),
    "wrong_length": _("il est arrivé incomplet : envoyez-le à nouveau"),
    "wrong_digest": _("il est arrivé abîmé : envoyez-le à nouveau"),
    "too_many": _("il y a déjà trop de fichiers sous cet intitulé"),
}

# What a service says of a field is written for developers; this is what it means on the page.
FIELDS: dict[str, Any] = {
    "bce_number": _("Ce numéro d’entreprise n’est pas valable. Il compte dix chiffres, par exemple 0403.019.261."),
    "query": _("Donnez le numéro de l’entreprise, ou au moins deux lettres de son nom."),
    "email": _("Cette adresse e-mail n’est pas valable, par exemple nom@exemple.be."),
    "telephone": _("Ce numéro de téléphone n’est pas valable, par exemple +32 81 12 34 56."),
    "national_number": _("Ce numéro de registre national n’est pas valable. Il compte onze chiffres."),
    "person_id": _("Ce numéro est le vôtre : on ne s’invite pas soi-même. Donnez celui d’une autre personne."),
    "role": _("Choisissez un rôle de la liste."),
    "message": _("Ce message ne convient pas : il est vide ou trop long."),
    "reason": _("Donnez une raison, en quelques mots."),
    "valid_until": _("Cette date de fin ne convient pas : elle doit être à venir, dans les cinq ans."),
    "establishment_number": _("Cet établissement ne fait pas partie de l’entreprise, ou ne convient pas à ce rôle."),
    "procedure_categories": _("Un gestionnaire d’accès principal l’est pour toutes les démarches."),
    "category": _("Ce rôle ne vaut que pour une sorte de démarches : pour la retirer aussi, retirez le rôle."),
    "mandate_ids": _("Un rôle suspendu ne se confirme pas : rétablissez-le."),
    "mandate_id": _(
        "Ce rôle est suspendu avec le mandat de l’autre entreprise ou avec celui que la personne y a : il revient "
        "avec lui."
    ),
    "office_bce_number": _("Une entreprise n’a pas besoin de mandat pour elle-même. Donnez le numéro du mandataire."),
    "due_on": _("Cette échéance ne convient pas : elle doit être à venir."),
    "elements": _("Nommez au moins un élément demandé."),
    "motivation": _("Motivez la décision, en quelques phrases."),
    "outcome": _("Choisissez une décision de la liste."),
    "answer": _("Cette réponse ne convient pas : elle est vide ou trop longue."),
}
FIELD_WRONG = _("Cette réponse ne convient pas. Vérifiez-la.")


def sentence_of(refusal: Refusal) -> str:
    """What to tell a person; with the particulars that the refusal brought."""
    sentence = str(SENTENCES.get(refusal.code, SENTENCES["refused"]))
    if refusal.code == "file_refused" and refusal.details.get("reason") in FILE_REASONS:
        return str(
            _("Ce fichier n’a pas pu être accepté : %(reason)s.", reason=FILE_REASONS[refusal.details["reason"]])
        )
    if refusal.code == "procedure_closed":
        return _with_dates(sentence, refusal.details)
    if refusal.code == "too_many_attempts" and (again_at := _instant(refusal.details.get("again_at"))):
        return gettext("Il y a eu trop d’essais. Réessayez à partir du %(moment)s.", moment=moment(again_at))
    if refusal.code == "resent_too_often" and (again_at := _instant(refusal.details.get("again_at"))):
        return gettext(
            "Un envoi est parti il y a peu. Un rappel est possible à partir du %(moment)s.", moment=moment(again_at)
        )
    if refusal.code == "asked_too_often" and (again_at := _instant(refusal.details.get("again_at"))):
        return gettext(
            "Un lien a été demandé il y a peu : regardez dans votre boîte aux lettres, courriers indésirables compris. "
            "Vous pourrez en demander un autre à partir du %(moment)s.",
            moment=moment(again_at),
        )
    return sentence


def show_on(form: Form, refusal: Refusal) -> None:
    """Put a refusal where the person can mend it: at its field, or above the form."""
    if not isinstance(refusal, InvalidRequest):
        form.form_errors.append(sentence_of(refusal))
        return
    for name, sentence in _of_fields(refusal):
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)


def sentences_of(refusal: Refusal) -> str:
    """Of a form without fields to show them at."""
    told = [sentence for _name, sentence in _of_fields(refusal)] if isinstance(refusal, InvalidRequest) else []
    return " ".join(told) or sentence_of(refusal)


def _of_fields(refusal: InvalidRequest) -> list[tuple[str, str]]:
    names = dict.fromkeys(name.split(".")[0] for name in refusal.details.get("fields", {}))
    return [(name, str(FIELDS.get(name, FIELD_WRONG))) for name in names]


def _with_dates(sentence: str, details: dict[str, Any]) -> str:
    opens_at, closes_at = _instant(details.get("opens_at")), _instant(details.get("closes_at"))
    if opens_at and closes_at:
        return gettext(
            "Cette démarche n’est pas ouverte aujourd’hui : elle l’est du %(opens)s au %(closes)s.",
            opens=day(opens_at),
            closes=moment(closes_at),
        )
    return gettext("Cette démarche ouvre le %(opens)s.", opens=day(opens_at)) if opens_at else sentence


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

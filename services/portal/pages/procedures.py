"""The catalogue, the deep link to a procedure, and the way from « Remplir » to its form."""

from __future__ import annotations

from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contracts.delegation import EnterpriseAccess
from contracts.dossiers import DossierSummary, ProcedureSummary
from contracts.errors import InvalidRequest, NotFound
from contracts.identifiers import BceNumber, EstablishmentNumber
from services.portal import wishes
from services.portal.forms import command_id
from services.portal.forms.establishments import EstablishmentForm
from services.portal.languages import gettext as _
from services.portal.languages import in_words
from services.portal.neighbours import ActFor, neighbours
from services.portal.pages import words
from services.portal.pages.enterprises import find_access
from services.portal.pages.establishments import mandates_to_begin, parts_open_to
from services.portal.visitors import find_visitor, header_visitor, missing_for_space, signed_in, with_open_space

pages = Blueprint("procedures", __name__, url_prefix="/demarches")


@pages.get("")
def search_procedures() -> str:
    text = request.args.get("recherche", "").strip()
    audience = request.args.get("public") or None
    if audience not in (None, "citizen", "professional"):
        audience = None
    found = neighbours().catalogue().search_procedures(text=text, audience=audience)
    return render_template("procedures/search.html", procedures=found, text=text, audience=audience)


@pages.get("/<slug>")
def get_procedure(slug: str) -> str:
    procedure = neighbours().catalogue().get_procedure(slug=slug)
    return render_template("procedures/procedure.html", procedure=procedure, drafts=_drafts_of(procedure))


@pages.post("/<slug>/remplir")
def fill_in(slug: str) -> Response:
    """The wish for a new dossier; it waits in the cookie until the person may begin it."""
    procedure = neighbours().catalogue().get_procedure(slug=slug)
    wishes.wish_to_fill_in(slug, command_id(), title=in_words(procedure.title))
    return redirect(url_for("procedures.start_draft", slug=slug), 303)


@pages.get("/<slug>/commencer")
def start_draft(slug: str) -> Response:
    """Where a wish is fulfilled. Without one, this is only another address of the procedure."""
    wished = wishes.find_wish_to_fill_in(slug)
    if wished is None:
        return redirect(url_for("procedures.get_procedure", slug=slug), 303)
    procedure = neighbours().catalogue().get_procedure(slug=slug)
    if not procedure.is_open:
        wishes.forget_wish()
        return redirect(url_for("procedures.get_procedure", slug=slug), 303)
    present = find_visitor()
    if present is None or present.level < procedure.minimum_level:
        return redirect(url_for("sign_in.choose_means", niveau=procedure.minimum_level), 303)
    missing = missing_for_space(present)
    if missing is not None:
        return redirect(missing, 303)
    return _start(procedure, wished)


@pages.get("/<slug>/pour-qui")
@signed_in
@with_open_space
def choose_applicant(slug: str) -> str | Response:
    """For oneself, or for which enterprise."""
    if wishes.find_wish_to_fill_in(slug) is None:
        return redirect(url_for("procedures.get_procedure", slug=slug), 303)
    procedure = neighbours().catalogue().get_procedure(slug=slug)
    delegation = neighbours().delegation()
    accesses = delegation.list_my_enterprises() if "professional" in procedure.audiences else []
    enterprises = [access for access in accesses if _may_begin(access, procedure)]
    hindered = {access.bce_number: (access.name, _why_not(access)) for access in accesses if access not in enterprises}
    mine = delegation.list_my_mandates() if "professional" in procedure.audiences else []
    for mandate in mandates_to_begin(mine, procedure.category):
        if mandate.state == "suspended" and mandate.bce_number not in [each.bce_number for each in enterprises]:
            hindered[mandate.bce_number] = (mandate.enterprise_name, _("votre rôle y est suspendu"))
    return render_template(
        "procedures/applicant.html", procedure=procedure, enterprises=enterprises, hindered=hindered.values()
    )


@pages.post("/<slug>/pour-qui")
@signed_in
@with_open_space
def start_draft_for(slug: str) -> Response:
    applicant = request.form.get("applicant", "")
    if not applicant:
        flash(_("Choisissez pour qui vous introduisez cette démarche."), "warning")
        return redirect(url_for("procedures.choose_applicant", slug=slug), 303)
    bce_number = _enterprise(applicant)
    # Two choices on one page are two dossiers, each begun once.
    command = command_id(applicant)
    procedure = neighbours().catalogue().get_procedure(slug=slug)
    if bce_number is None:
        return _begin(procedure, None, command=command)
    parts = parts_open_to(_access(bce_number), procedure.category)
    if len(parts) > 1:
        return redirect(url_for("procedures.choose_establishment", slug=slug, bce_number=bce_number), 303)
    if not parts:
        flash(
            _(
                "Votre rôle ne permet pas de commencer cette démarche pour cette entreprise : il vaut pour d’autres "
                "démarches, ou pour un établissement qui n’y est plus ouvert."
            ),
            "warning",
        )
        return redirect(url_for("procedures.choose_applicant", slug=slug), 303)
    return _begin(procedure, bce_number, parts[0][0], command=command)


@pages.route("/<slug>/pour-qui/<bce:bce_number>", methods=["GET", "POST"])
@signed_in
@with_open_space
def choose_establishment(slug: str, bce_number: str) -> str | Response | tuple[str, int]:
    """For the enterprise as a whole, or for which of its establishments."""
    if request.method == "GET" and wishes.find_wish_to_fill_in(slug) is None:
        return redirect(url_for("procedures.get_procedure", slug=slug), 303)
    procedure, access = neighbours().catalogue().get_procedure(slug=slug), _access(bce_number)
    form = EstablishmentForm(parts=parts_open_to(access, procedure.category))
    if form.validate_on_submit():
        number = form.establishment_number.data
        return _begin(procedure, access.bce_number, number, command=command_id(number))
    page = render_template("procedures/establishment.html", procedure=procedure, access=access, form=form)
    return (page, 422) if request.method == "POST" else page


def _may_begin(access: EnterpriseAccess, procedure: ProcedureSummary) -> bool:
    """For the whole of it, or for some establishment."""
    return "dossier.draft" in access.permissions and bool(mandates_to_begin(access.mandates, procedure.category))


def _why_not(access: EnterpriseAccess) -> str:
    if access.state == "struck_off":
        return _("elle est radiée de la Banque-Carrefour des Entreprises")
    preparing = [mandate for mandate in access.mandates if "dossier.draft" in mandate.permissions]
    if not preparing:
        return _("votre rôle ne permet pas d’y remplir une démarche")
    if all(mandate.establishment_lost for mandate in preparing):
        return _("l’établissement auquel votre rôle y est limité est fermé, ou appartient à une autre entreprise")
    limits = [words.limits(mandate) for mandate in preparing if mandate.establishment_lost is None]
    return _("votre rôle y est limité à : %(limits)s", limits=", ".join(limits))


def _start(procedure: ProcedureSummary, wished: UUID) -> Response:
    if "professional" in procedure.audiences:
        return redirect(url_for("procedures.choose_applicant", slug=procedure.slug), 303)
    return _begin(procedure, None, command=uuid5(wished, "citizen"))


def _begin(
    procedure: ProcedureSummary, bce_number: BceNumber | None, establishment: str = "", *, command: UUID
) -> Response:
    number, act = EstablishmentNumber.parse(establishment) if establishment else None, None
    if bce_number is not None and number is not None:
        # Whether the establishment is the enterprise's today, delegation knows.
        act = ActFor(
            bce_number=bce_number, permission="dossier.draft", procedure=procedure.category, establishment=number
        )
    dossier = (
        neighbours()
        .dossiers(person=True, act=act)
        .start_draft(procedure=procedure.slug, bce_number=bce_number, establishment_number=number, command_id=command)
    )
    wishes.forget_wish()
    return redirect(url_for("drafts.resume", dossier_id=dossier.dossier_id), 303)


def _enterprise(applicant: str) -> BceNumber | None:
    if applicant == "citizen":
        return None
    try:
        return BceNumber.parse(applicant)
    except ValueError as error:
        raise InvalidRequest(fields={"applicant": ["unknown"]}) from error


def _access(bce_number: str) -> EnterpriseAccess:
    access = find_access(bce_number)
    if access is None:
        raise NotFound()
    return access


def _drafts_of(procedure: ProcedureSummary) -> list[DossierSummary]:
    """Drafts of one's own that could be gone on with, rather than begin another."""
    present = header_visitor()
    if present is None or "citizen" not in procedure.audiences:
        return []
    mine = neighbours().dossiers().list_dossiers(bce_number=None, text="")
    return [dossier for dossier in mine if dossier.procedure == procedure.slug and dossier.state == "draft"]

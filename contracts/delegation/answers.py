"""What delegation answers, and the questions that are asked many at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from contracts.identifiers import BceNumber, EstablishmentNumber

RoleName = Literal["access_manager", "signatory", "contributor", "reader"]
Permission = Literal["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", "mandate.manage"]

# The last day of a mandate that has none: an access manager's lasts as long as CSAM's registry designates him.
NO_END = date(9999, 12, 31)


@dataclass(frozen=True, kw_only=True)
class RoleView:
    name: RoleName
    permissions: list[Permission]


@dataclass(frozen=True, kw_only=True)
class Address:
    """As the Crossroads Bank has it: what is bilingual there twice, what it does not say empty."""

    street_fr: str = ""
    street_nl: str = ""
    house_number: str = ""
    box: str = ""
    zipcode: str = ""
    municipality_fr: str = ""
    municipality_nl: str = ""
    country_fr: str = ""
    country_nl: str = ""
    extra: str = ""


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A code of the Crossroads Bank, and what it means: {language: label}."""

    code: str
    labels: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class EnterpriseView:
    """``names``: {language: name}; ``seat`` None where the Crossroads Bank tells none, as of people who are
    self-employed."""

    bce_number: BceNumber
    name: str
    state: Literal["active", "struck_off"]
    has_access_manager: bool
    struck_off_on: date | None = None
    names: dict[str, str] = field(default_factory=dict)
    abbreviation: str | None = None
    seat: Address | None = None
    juridical_form: Coded | None = None
    main_activity: Coded | None = None


@dataclass(frozen=True, kw_only=True)
class EnterpriseMatch:
    """One that was looked for."""

    bce_number: BceNumber
    name: str
    state: Literal["active", "struck_off"]
    struck_off_on: date | None
    abbreviation: str | None
    seat: Address | None
    juridical_form: Coded | None


@dataclass(frozen=True, kw_only=True)
class EstablishmentView:
    """``name`` is empty where it has none of its own."""

    establishment_number: EstablishmentNumber
    bce_number: BceNumber
    name: str
    address: Address | None
    state: Literal["open", "closed"]


@dataclass(frozen=True, kw_only=True)
class EnterpriseAccess:
    """An enterprise for which the asker may act today, and what he may do there. One that is struck off does nothing
    any more; one without access manager is orphaned until its legal representative designates one through CSAM.
    ``mandates``: his, by which he may; each may be limited to some procedures or to one establishment. One whose
    establishment is lost leaves only the reading of what was submitted."""

    bce_number: BceNumber
    name: str
    roles: list[RoleName]
    permissions: list[Permission]
    state: Literal["active", "struck_off"] = "active"
    has_access_manager: bool = True
    mandates: list[MandateView] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RoleRequestView:
    """``requester_name`` is shown to the access managers who decide and to the requester. ``managers_without_address``:
    access managers who could not be reached by e-mail. ``has_access_manager``: somebody else, who may decide it today;
    told to who asked."""

    role_request_id: UUID
    person_id: UUID
    requester_name: str
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    message: str
    state: Literal["open", "accepted", "refused", "withdrawn", "expired"]
    requested_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    reason: str | None
    managers_without_address: int
    enterprise_state: Literal["active", "struck_off"] = "active"
    has_access_manager: bool = True


# Why a mandate ended or was suspended, where nobody gave a reason.
StopCause = Literal[
    "account_deleted",
    "designation_withdrawn",
    "office_ended",
    "role_in_office_ended",
    "unconfirmed",
    "office_rests",
    "role_in_office_rests",
]


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A mandate was ended or suspended: when, by whom and why, as far as the asker may know. ``by``: the asker himself,
    the holder, an access manager of the enterprise or of its office, CSAM's registry, or nobody. ``by_name``: of an
    access manager, to the others of his enterprise, and to the holder where it is the mandate's. ``reason``: the words
    of who did it, to the access managers of his enterprise and to himself; those of a holder who gave the mandate up,
    to those of the mandate's."""

    at: datetime
    by: Literal["asker", "holder", "enterprise", "office", "registry", "nobody"]
    by_name: str | None = None
    cause: StopCause | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class MandateView:
    """``valid_until`` is the last day, until 23:59:59 Europe/Brussels; ``NO_END`` when it has none.
    ``establishment_number`` None: for the whole enterprise; ``procedure_categories`` empty: for all procedures.
    ``is_designated``: by CSAM's registry, so that it is not renewed here. ``via_bce_number``: the office that assigned
    it; ``rests_with_office``: it is resumed with its holder's own role there. ``confirm_by``: the last day to say
    whether it is still needed, None when nobody asks. ``stop``: how it was revoked or suspended, told in lists.
    ``establishment_name``: empty where the Crossroads Bank knows none. ``establishment_lost``: it closed, or is another
    enterprise's now, so that nothing is begun or submitted by it."""

    mandate_id: UUID
    person_id: UUID
    person_name: str | None
    bce_number: BceNumber
    role: RoleName
    permissions: list[Permission]
    valid_from: date
    valid_until: date
    state: Literal["active", "suspended", "expired", "revoked"]
    establishment_number: EstablishmentNumber | None = None
    procedure_categories: list[str] = field(default_factory=list)
    suspended_at: datetime | None = None
    is_designated: bool = False
    via_bce_number: BceNumber | None = None
    confirm_by: date | None = None
    enterprise_name: str = ""
    rests_with_office: bool = False
    stop: Stop | None = None
    establishment_name: str = ""
    establishment_lost: Literal["closed", "moved"] | None = None


@dataclass(frozen=True, kw_only=True)
class EnterpriseMandateView:
    """The client ``bce_number`` has an office act for it; ``people``: who of the office does or did, the newest
    first. ``confirm_by``: the last day for the client to say whether it is still needed, None when nobody asks.
    ``stop``, ``establishment_name``, ``establishment_lost``: as of a ``MandateView``. ``refused_ids``: of those whom
    the office assigned for this client, whom it cannot assign by it, for the client took the role from them; listed for
    the office alone."""

    enterprise_mandate_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    office_bce_number: BceNumber
    office_name: str
    role: RoleName
    establishment_number: EstablishmentNumber | None
    procedure_categories: list[str]
    valid_from: date
    valid_until: date
    state: Literal["active", "suspended", "expired", "revoked"]
    people: list[MandateView]
    enterprise_state: Literal["active", "struck_off"] = "active"
    office_state: Literal["active", "struck_off"] = "active"
    confirm_by: date | None = None
    stop: Stop | None = None
    refused_ids: list[UUID] = field(default_factory=list)
    establishment_name: str = ""
    establishment_lost: Literal["closed", "moved"] | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationView:
    """``is_by_link``: sent to an address, for who confirmed it with identity; else to a known person.
    ``accepted_by_name`` is told to the access managers, who see it among the mandates too. ``address_hint``: enough of
    the address, ``k•••@example.org``, to tell it from others that they wrote to, in their list alone and until the
    address is forgotten; of a national number nothing is known here. ``establishment_lost``: as of a ``MandateView``,
    so that nobody takes it."""

    invitation_id: UUID
    bce_number: BceNumber
    enterprise_name: str
    role: RoleName
    state: Literal["open", "accepted", "declined", "withdrawn", "expired"]
    invited_at: datetime
    expires_at: datetime
    is_by_link: bool = True
    accepted_by_name: str | None = None
    establishment_number: EstablishmentNumber | None = None
    procedure_categories: list[str] = field(default_factory=list)
    enterprise_state: Literal["active", "struck_off"] = "active"
    address_hint: str | None = None
    establishment_name: str = ""
    establishment_lost: Literal["closed", "moved"] | None = None


@dataclass(frozen=True, kw_only=True)
class CheckQuestion:
    """One of ``check_many``, with the arguments of ``check``."""

    person_id: UUID
    bce_number: BceNumber
    permission: str
    procedure: str | None = None
    establishment: str | None = None


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """AuthZEN 1.0 evaluation in our words: the decision, the mandate that allows it or what is missing, until when."""

    decision: bool
    mandate_id: UUID | None
    missing: str | None
    holds_until: datetime | None

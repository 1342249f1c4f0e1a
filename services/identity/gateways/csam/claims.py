"""The claims of CSAM's FAS, or of another provider by the names of the standard, as ``Vouched``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, get_args

from contracts.identifiers import NationalNumber
from contracts.identity import Language, MeansName, ProviderRefused
from services.identity.domain.vouched import European, Vouched

LEVEL: Final = re.compile(r"^(?:urn:be:fedict:iam:fas:Level)?(\d{3})$")
ROLE: Final = re.compile(r"^[a-z][a-z0-9_]{0,49}$")
# "bmid", Belgian Mobile ID, is what FAS calls itsme; the others go by words that their amr holds.
MEANS: Final[tuple[tuple[str, MeansName], ...]] = (
    ("eidas", "eidas"),
    ("eid", "eid"),
    ("itsme", "itsme"),
    ("bmid", "itsme"),
    ("sms", "sms"),
    ("mail", "email"),
    ("app", "app"),
    ("totp", "app"),
)
LONGEST_NAME: Final = 200
# JSON can hold a NUL and half of a surrogate pair; the database cannot, and no name has a control character.
UNUSABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
NUMBER: Final = ("egovNRN", "egovnrn")
# Countries of origin and of destination, and what is unique in between (eIDAS SAML Attribute Profile 1.4, 2.2.3).
EUROPEAN: Final = re.compile(r"[A-Z]{2}/[A-Z]{2}/[\x21-\x7e]{1,256}")


def read_claims(
    id_token: dict[str, Any], userinfo: dict[str, Any], *, levels: Mapping[MeansName, int] | None = None
) -> Vouched:
    """``userinfo`` goes first. ``levels``: those of means, for a provider that tells the means but no level of FAS.
    Raises ProviderRefused when something needed is absent or wrong."""
    claims = id_token | {name: value for name, value in userinfo.items() if value is not None}
    european = _european(claims)
    return Vouched(
        national_number=None if european and _text(claims, *NUMBER) is None else _national_number(claims),
        european=european,
        given_name=_name(claims, "givenName", "given_name"),
        surname=_name(claims, "surname", "family_name"),
        email=_text(claims, "mail", "email"),
        language=_language(_text(claims, "prefLanguage", "locale")),
        roles=_roles(claims.get("roles")),
        level=_level(id_token, userinfo, levels or {}),
        # Whatever amr says, or where it is silent: what the number is linked to decides whose sessions these are.
        means="eidas" if european else _means(claims.get("amr")),
    )


def _national_number(claims: dict[str, Any]) -> NationalNumber:
    try:
        return NationalNumber.parse(_text(claims, *NUMBER) or "")
    except ValueError as error:
        # The sentence of the error says what is wrong with it, never the number.
        raise ProviderRefused(reason=f"no valid national number: {error}") from None


def _european(claims: dict[str, Any]) -> European | None:
    """By the names of eIDAS's attributes, and the date of birth as OpenID Connect has it."""
    identifier = _text(claims, "personIdentifier", "person_identifier")
    if identifier is None:
        return None
    if not EUROPEAN.fullmatch(identifier):
        raise ProviderRefused(reason="no valid identifier of eIDAS")
    try:
        birth_on = date.fromisoformat(_text(claims, "birthdate", "dateOfBirth") or "")
    except ValueError:
        raise ProviderRefused(reason="no valid date of birth") from None
    return European(identifier=identifier, birth_on=birth_on)


def _name(claims: dict[str, Any], *names: str) -> str:
    name = _text(claims, *names)
    if name is None or len(name) > LONGEST_NAME:
        raise ProviderRefused(reason=f"no usable {names[0]}")
    return name


def _text(claims: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = claims.get(name)
        if isinstance(value, str) and value.strip() and not UNUSABLE.search(value):
            return value.strip()
    return None


def _language(text: str | None) -> Language:
    for language in get_args(Language):
        if text is not None and text[:2].lower() == language:
            found: Language = language
            return found
    return "fr"


def _roles(value: Any) -> list[str]:
    """Texts, or objects with a ``roleName`` as FAS writes them; what is no name of a role is left out."""
    named = [item.get("roleName") if isinstance(item, dict) else item for item in _listed(value)]
    return sorted({role for role in named if isinstance(role, str) and ROLE.match(role)})


def _level(id_token: dict[str, Any], userinfo: dict[str, Any], levels: Mapping[MeansName, int]) -> int:
    """The lowest that is said anywhere: userinfo may be unsigned, and acr says how she signed in this time."""
    told = [claims.get(name) for claims in (id_token, userinfo) for name in ("assurance_level", "acr")]
    found = [LEVEL.match(str(value)) for value in told]
    said = [int(match[1]) for match in found if match and 100 <= int(match[1]) <= 500]
    if said:
        return min(said)
    # Not where a level was told that we do not understand: "0" is one, of who has not been authenticated.
    if all(value is None for value in told):
        # Only what was signed counts, by its whole name, and of several the weakest.
        methods = {str(method).lower() for method in _listed(id_token.get("amr"))}
        configured = [levels[means] for word, means in MEANS if word in methods and means in levels]
        if configured:
            return min(configured)
    raise ProviderRefused(reason="no assurance level")


def _means(amr: Any) -> MeansName | None:
    """``eidas`` is looked for before ``eid``, which is a part of it."""
    methods = [str(method).lower() for method in _listed(amr)]
    return next((means for word, means in MEANS if any(word in method for method in methods)), None)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

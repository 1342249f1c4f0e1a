"""Tables of identity. ``person_numbers`` holds everybody who was ever mentioned, without the number itself once she
was erased; ``people`` who has signed in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from contracts import wire
from contracts.identity import Domicile

metadata = sa.MetaData()
Instant = sa.DateTime(timezone=True)
Id = UUID(as_uuid=True)


class DomicileType(sa.TypeDecorator[Domicile]):
    """A ``Domicile`` as JSON."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Domicile | None, dialect: Any) -> Any:
        return None if value is None else wire.dump(value)

    def process_result_value(self, value: Any, dialect: Any) -> Domicile | None:
        return None if value is None else wire.load(Domicile, value)


person_numbers = sa.Table(
    "person_numbers",
    metadata,
    sa.Column("person_id", Id, primary_key=True),
    sa.Column("blind_index", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("key_id", sa.Text, index=True),
    sa.Column("sealed_number", sa.LargeBinary),
    sa.Column("mentioned_at", Instant, nullable=False),
    sa.Column("erasures", sa.Integer, nullable=False),
    sa.Column("erased_at", Instant),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person_numbers.person_id"), primary_key=True),
    sa.Column("given_name", sa.Text, nullable=False),
    sa.Column("surname", sa.Text, nullable=False),
    sa.Column("csam_email", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("language_chosen_at", Instant),
    sa.Column("birth_on", sa.Date),
    sa.Column("domicile", DomicileType),
    sa.Column("register_asked_at", Instant),
    sa.Column("register_read_at", Instant),
    sa.Column("is_in_register", sa.Boolean),
    sa.Column("first_signed_in_at", Instant, nullable=False),
    sa.Column("signed_in_at", Instant, nullable=False),
    sa.Column("is_education_staff", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("sign_in_id", Id, primary_key=True),
    sa.Column("state_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("browser_secret_hash", sa.LargeBinary, nullable=False),
    sa.Column("return_to", sa.Text, nullable=False),
    sa.Column("callback_url", sa.Text, nullable=False),
    sa.Column("means", sa.Text),
    sa.Column("minimum_level", sa.Integer, nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("code_hash", sa.LargeBinary),
    sa.Column("exchanging_since", Instant),
    sa.Column("failed_at", Instant),
    sa.Column("session_id", Id),
    sa.Column("linking_id", Id),
    sa.Column("version", sa.Integer, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session_id", Id, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("person_id", Id, sa.ForeignKey("people.person_id"), nullable=False, index=True),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("means", sa.Text),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False, index=True),
    sa.Column("ended_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("contact_id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("space", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("awaiting_email", sa.Text),
    sa.Column("confirmed_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("person_id", "space"),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("confirmation_id", Id, primary_key=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.contact_id"), nullable=False, index=True),
    sa.Column("person_id", Id, nullable=False, index=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("is_first", sa.Boolean, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("voided_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
)

european_identities = sa.Table(
    "european_identities",
    metadata,
    sa.Column("identity_id", Id, primary_key=True),
    sa.Column("identifier_index", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("given_name", sa.Text, nullable=False),
    sa.Column("surname", sa.Text, nullable=False),
    sa.Column("birth_on", sa.Date, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("seen_at", Instant, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person_numbers.person_id"), index=True),
    sa.Column("email", sa.Text),
    sa.Column("telephone", sa.Text),
    sa.Column("changed_at", Instant),
    sa.Column("decided_by", Id),
    sa.Column("decision_reason", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("state = 'unlinked' OR person_id IS NOT NULL", name="whose_number"),
    # To a number one identity.
    sa.Index("one_identity_linked", "person_id", unique=True, postgresql_where=sa.text("state = 'linked'")),
)

# Sign-ins that wait for a national number.
linkings = sa.Table(
    "linkings",
    metadata,
    sa.Column("linking_id", Id, primary_key=True),
    sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("identity_id", Id, sa.ForeignKey("european_identities.identity_id"), nullable=False, index=True),
    sa.Column("return_to", sa.Text, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("means", sa.Text),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("session_id", Id),
    sa.Column("version", sa.Integer, nullable=False),
)

deletions = sa.Table(
    "deletions",
    metadata,
    sa.Column("deletion_id", Id, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person_numbers.person_id"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("open_dossiers", sa.Integer, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("erases_at", Instant),
    sa.Column("decided_by", Id),
    sa.Column("decision_reason", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    # Of one person one at a time.
    sa.Index(
        "one_deletion_pending", "person_id", unique=True, postgresql_where=sa.text("state IN ('to_decide', 'accepted')")
    ),
    sa.Index("deletions_due", "erases_at", postgresql_where=sa.text("state = 'accepted'")),
)

# Whom an agent counts among the education staff, beside those of whom CSAM says so.
education_staff = sa.Table(
    "education_staff",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person_numbers.person_id"), primary_key=True),
)

# As dossiers announced them: people's own, not those of enterprises.
dossiers = sa.Table(
    "dossiers",
    metadata,
    sa.Column("dossier_id", Id, primary_key=True),
    sa.Column("person_id", Id, nullable=False, index=True),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

acknowledgements = sa.Table(
    "acknowledgements",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("people.person_id"), primary_key=True),
    sa.Column("notice", sa.Text, primary_key=True),
    sa.Column("acknowledged_at", Instant, nullable=False),
)

# What an operator says of a means; without a row it is available.
means_availability = sa.Table(
    "means_availability",
    metadata,
    sa.Column("means", sa.Text, primary_key=True),
    sa.Column("available", sa.Boolean, nullable=False),
)

"""Enterprises, roles, designations, role requests, invitations, mandates."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
ID = UUID(as_uuid=True)

ROLES = [
    ("access_manager", ["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", "mandate.manage"]),
    ("signatory", ["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign"]),
    ("contributor", ["dossier.read", "dossier.draft"]),
    ("reader", ["dossier.read"]),
]


def upgrade() -> None:
    create_chassis_tables()
    _create_registers()
    _create_role_requests()
    _create_invitations()
    _create_mandates()


def _create_registers() -> None:
    roles = op.create_table(
        "roles",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("permissions", ARRAY(sa.Text), nullable=False),
    )
    op.bulk_insert(
        roles,
        [
            {"name": name, "position": position, "permissions": permissions}
            for position, (name, permissions) in enumerate(ROLES, start=1)
        ],
    )
    op.create_table(
        "enterprises",
        sa.Column("bce_number", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("bce_number ~ '^[01][0-9]{9}$'", name="enterprises_number"),
        sa.CheckConstraint("state IN ('active', 'struck_off')", name="enterprises_state"),
    )
    op.create_table(
        "designations",
        sa.Column("designation_id", ID, primary_key=True),
        _enterprise(),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text),
        sa.Column("designated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("designations_one_each", "designations", ["bce_number", "person_id"], unique=True)
    op.create_table("reachable_people", sa.Column("person_id", ID, primary_key=True))


def _create_role_requests() -> None:
    op.create_table(
        "role_requests",
        sa.Column("role_request_id", ID, primary_key=True),
        _enterprise(),
        _role(),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("requester_name", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("manager_ids", ARRAY(ID), nullable=False),
        sa.Column("managers_without_address", sa.Integer, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", INSTANT),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name="role_requests_state"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="role_requests_decided"),
        sa.CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="role_requests_reason"),
    )
    op.create_index(
        "role_requests_one_open",
        "role_requests",
        ["person_id", "bce_number", "role_name"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("role_requests_of_person", "role_requests", ["person_id", "requested_at"])
    op.create_index("role_requests_of_enterprise", "role_requests", ["bce_number", "requested_at"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("invitation_id", ID, primary_key=True),
        _enterprise(),
        _role(),
        sa.Column("invited_by", ID, nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("person_id", ID),
        sa.Column("secret_hash", sa.Text),
        sa.Column("sealed", sa.Text),
        sa.Column("accepted_by", ID),
        sa.Column("accepted_at", INSTANT),
        sa.Column("version", sa.Integer, nullable=False),
        # To a person or to whoever holds the link, never both.
        sa.CheckConstraint("(person_id IS NULL) <> (secret_hash IS NULL)", name="invitations_to_whom"),
    )
    op.create_index("invitations_link", "invitations", ["secret_hash"], unique=True)
    op.create_index("invitations_to_person", "invitations", ["person_id", "invited_at"])
    op.create_index("invitations_of_enterprise", "invitations", ["bce_number", "invited_at"])


def _create_mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("mandate_id", ID, primary_key=True),
        _enterprise(),
        _role(),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("person_name", sa.Text),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("granted_by", ID),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("designation_id", ID, sa.ForeignKey("designations.designation_id")),
        sa.Column("role_request_id", ID, sa.ForeignKey("role_requests.role_request_id")),
        sa.Column("invitation_id", ID, sa.ForeignKey("invitations.invitation_id")),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", ID),
        sa.Column("revocation_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("valid_from <= valid_until", name="mandates_term"),
        sa.CheckConstraint("(granted_by IS NULL) = (designation_id IS NOT NULL)", name="mandates_granted"),
        sa.CheckConstraint(
            "num_nonnulls(designation_id, role_request_id, invitation_id) = 1", name="mandates_one_ground"
        ),
    )
    op.create_index("mandates_of_person", "mandates", ["person_id", "bce_number"])
    op.create_index("mandates_of_enterprise", "mandates", ["bce_number", "granted_at"])
    # One ground, one mandate; a designation gives a new one only after the former was revoked.
    op.create_index("mandates_of_role_request", "mandates", ["role_request_id"], unique=True)
    op.create_index("mandates_of_invitation", "mandates", ["invitation_id"], unique=True)
    op.create_index(
        "mandates_of_designation",
        "mandates",
        ["designation_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _enterprise() -> sa.Column[Any]:
    return sa.Column("bce_number", sa.Text, sa.ForeignKey("enterprises.bce_number"), nullable=False)


def _role() -> sa.Column[Any]:
    return sa.Column("role_name", sa.Text, sa.ForeignKey("roles.name"), nullable=False)

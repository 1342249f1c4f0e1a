"""How the dossier and its parts rest in the tables."""

from __future__ import annotations

from sqlalchemy.orm import registry, relationship

from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.parts import Attachment, Complement, Step
from services.dossiers.storage import tables

mapper = registry()

_OWNED = "all, delete-orphan"

mapper.map_imperatively(Attachment, tables.attachments)
mapper.map_imperatively(Complement, tables.complements)
mapper.map_imperatively(Step, tables.steps)
mapper.map_imperatively(
    Dossier,
    tables.dossiers,
    # Two who change a dossier at once cannot both win; the verbs count the version themselves.
    version_id_col=tables.dossiers.c.version,
    version_id_generator=False,
    properties={
        "attachments": relationship(Attachment, cascade=_OWNED, order_by=tables.attachments.c.attachment_id),
        # A list of dossiers shows where the person must act.
        "complements": relationship(
            Complement, cascade=_OWNED, order_by=tables.complements.c.complement_id, lazy="selectin"
        ),
        "steps": relationship(Step, cascade=_OWNED, order_by=tables.steps.c.number),
    },
)

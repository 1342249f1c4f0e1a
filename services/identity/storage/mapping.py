"""Which table holds which entity; a change that was overtaken fails by its version."""

from __future__ import annotations

from sqlalchemy.orm import registry

from services.identity.domain.contact import Contact, Link
from services.identity.domain.deletion import Deletion
from services.identity.domain.european import EuropeanIdentity
from services.identity.domain.linking import Linking
from services.identity.domain.person import Person
from services.identity.domain.session import Session
from services.identity.domain.sign_in import SignIn
from services.identity.storage import tables

mapper = registry(metadata=tables.metadata)

for entity, table in (
    (Person, tables.people),
    (SignIn, tables.sign_ins),
    (Session, tables.sessions),
    (Contact, tables.contacts),
    (Link, tables.links),
    (Deletion, tables.deletions),
    (EuropeanIdentity, tables.european_identities),
    (Linking, tables.linkings),
):
    mapper.map_imperatively(entity, table, version_id_col=table.c.version, version_id_generator=False)

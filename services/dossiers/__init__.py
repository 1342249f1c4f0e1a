"""Owns procedures, dossiers and their files; announces what becomes of a dossier; hears who may act for an enterprise.

announces: dossier_submitted, dossier_claimed, complement_requested, complement_answered, dossier_reassigned,
dossier_decided, dossiers_retold.
hears: delegation.role_granted, delegation.mandate_changed, delegation.mandate_revoked, delegation.enterprise_changed,
delegation.delegation_retold, identity.person_erased, identity.session_revoked.
"""

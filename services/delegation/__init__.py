"""For whom may you act.

Owns enterprises and their establishments, designations, role requests, invitations, mandates and roles, and signs
decisions; announces what becomes of each (``contracts.delegation``);
hears identity's EmailConfirmed (who can be reached), PersonErased, IdentityRetold and SessionRevoked.
"""

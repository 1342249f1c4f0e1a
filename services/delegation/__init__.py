"""For whom may you act.

Owns enterprises and their establishments, designations, role requests, invitations, mandates and roles, and signs
decisions; announces AccessManagerDesignated, RoleRequested, RoleRefused, RoleRequestWithdrawn, PersonInvited,
RoleGranted, MandateRevoked, EnterpriseChanged and DelegationRetold;
hears identity's EmailConfirmed (who can be reached), PersonErased, IdentityRetold and SessionRevoked.
"""

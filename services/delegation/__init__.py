"""For whom may you act.

Owns enterprises, designations, role requests, invitations, mandates and roles, and signs decisions; announces
AccessManagerDesignated, RoleRequested, RoleRefused, PersonInvited, RoleGranted and MandateRevoked; hears identity's
EmailConfirmed (who can be reached) and SessionRevoked.
"""

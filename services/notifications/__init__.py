"""Owns contacts (the only e-mail addresses of the system beside identity's and CSAM's), portal messages and mail
deliveries; announces nothing; hears identity (addresses, languages), delegation (designations, roles, invitations) and
dossiers (receipts, complements, reassignments, decisions), and when identity or delegation told all again after a
restore."""

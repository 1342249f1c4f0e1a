"""Everything here is deployed, and everything deployed is here."""

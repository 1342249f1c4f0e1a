"""The dashboard of Mon Espace."""

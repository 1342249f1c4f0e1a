"""What a procedure asks, what a dossier goes through, and who may do what. No framework, no clock, no database."""

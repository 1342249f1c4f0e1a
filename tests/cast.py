"""The sample people and enterprises, by name: ``AMELIE.national_number``, ``ATELIERS.bce_number``."""

from __future__ import annotations

from deploy.embedded.cast import load

CAST = load()

# Asks for access to an enterprise and files a dossier for it.
AMELIE = CAST.people["amelie"]
# Access managers of the Ateliers; Chantal has never signed in.
BERNARD = CAST.people["bernard"]
CHANTAL = CAST.people["chantal"]
# A colleague who may read.
DAVID = CAST.people["david"]
# Invited by e-mail.
ELODIE = CAST.people["elodie"]
# Agents of the administration.
FABIENNE = CAST.people["fabienne"]
IRENE = CAST.people["irene"]
# May see nothing.
GILLES = CAST.people["gilles"]
# Candidate in the communal election of Namur.
HUGO = CAST.people["hugo"]
# A German and her Austrian twin, whom CSAM knows by eIDAS alone.
JOHANNA = CAST.people["johanna"]
HANNA = CAST.people["hanna"]
# An accountant, access manager of an office that acts for others.
KARIM = CAST.people["karim"]

ATELIERS = CAST.enterprises["ateliers"]
# Has no access manager.
COMMUNE = CAST.enterprises["commune"]
FIDUCIAIRE = CAST.enterprises["fiduciaire"]

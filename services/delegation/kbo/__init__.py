"""Enterprises from the open data of the Crossroads Bank: https://kbopub.economie.fgov.be/kbo-open-data.

``import_enterprises`` reads a directory of CSV files, a full set or an update, into ``staged_entries``, and takes from
there a few thousand enterprises in each transaction. Killed anywhere, it goes on when it is run again: what was read
whole is not read again, and nothing is struck off before a set was read whole. The same set again changes nothing.

Announced (``EnterpriseChanged``) are those enterprises only that a mandate, a role request or an invitation names: two
million events of a first import would tell nobody anything, since who hears of an enterprise hears of it by these. Of
an establishment that closes or moves those are told who have a role limited to it (``EstablishmentLost``).
"""

from services.delegation.kbo.errors import KboError
from services.delegation.kbo.importing import Imported, import_enterprises

__all__ = ["Imported", "KboError", "import_enterprises"]

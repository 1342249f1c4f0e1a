"""Publishing: procedure files, checked, become immutable versions in the database.

publish_procedures(database_url, by=…) -> exit status   what ``python -m services publish-procedures`` calls
publish(engine, directory, by=…) -> [Published]         raises ProceduresWrong
read_procedure(path) -> Procedure                       raises ProceduresWrong
"""

from services.dossiers.publish.publishing import Published, publish, publish_procedures
from services.dossiers.publish.reading import ProceduresWrong, read_directory, read_procedure

__all__ = ["ProceduresWrong", "Published", "publish", "publish_procedures", "read_directory", "read_procedure"]

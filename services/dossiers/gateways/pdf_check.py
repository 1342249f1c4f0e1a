"""Is this file a PDF that opens? A program of its own, ``pdf_check.py FILE``: exit status 0 yes, 1 no.

The parser is Python: a file made for it can keep it busy for many seconds and fill the memory, and in a thread it would
keep all else in the service from running. Here the kernel ends it.
"""

import resource
import sys

PROCESSOR_SECONDS = 3
MEMORY = 1 << 30  # bytes


def main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import pypdf

    try:
        reader = pypdf.PdfReader(path)
        # One that asks for a password cannot be read by the agent.
        return 0 if not reader.is_encrypted and len(reader.pages) > 0 else 1
    except Exception:
        # Whatever a parser of foreign files trips over means the same to us: this is no PDF that can be opened.
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

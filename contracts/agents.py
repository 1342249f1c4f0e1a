"""What makes an agent of the administration, in every service."""

from __future__ import annotations

from typing import Final

AGENT: Final = "agent"  # a role that CSAM vouches for
# What agents see and decide of others asks for more than a code that was sent to a mailbox.
AGENT_LEVEL: Final = 400

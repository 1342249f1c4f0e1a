"""The audit trail of a service: who did what, for whom, when; and the proof that nobody changed it afterwards.

Acts are signed and stored in the transaction of what they tell of (``record``). A sealer then gives each its place in
a chain of digests (``seal``), whose head is signed once a day (``sign_head``); ``verify`` finds what was altered, taken
away or put in since. What is signed and chained is a salted commitment to the content, so that ``erase`` may remove
what an act says of a person and leave the chain whole.
"""

from chassis.audit.acts import OPERATOR, Operator, erase, list_acts, record, record_event
from chassis.audit.sealing import seal, sign_head
from chassis.audit.signing import KeysUnusable, TrailSigner
from chassis.audit.verifying import Verdict, list_heads, verify

__all__ = [
    "OPERATOR",
    "KeysUnusable",
    "Operator",
    "TrailSigner",
    "Verdict",
    "erase",
    "list_acts",
    "list_heads",
    "record",
    "record_event",
    "seal",
    "sign_head",
    "verify",
]

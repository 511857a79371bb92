"""What is hashed, byte by byte: the print of a row and the hash of a seal. Pure; changing it breaks every chain.

A row's text is ``duijie-audit-1`` and, for each field, a comma and ``length:field`` (``-`` for nothing), so that no
two rows have the same text. The database writes the print when a row comes (``audit_print``); here it is worked out
again from the fields, as a database that is not trusted must not vouch for itself.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

# The fields in the order of the print, as SQL that gives each as text.
FIELDS: Final = (
    "id", "(extract(epoch FROM at) * 1000000)::bigint", "user_id", "organisation_id", "act", "subject_kind",
    "subject_id", "reason", "detail", "people", "channel", "address", "request_id",
)  # fmt: skip
GENESIS: Final = bytes(32)  # stands before the first seal
GONE: Final = bytes(32)  # the leaf of a row that was taken away before it could be sealed


def row_print(fields: Sequence[str | None]) -> bytes:
    """The print of a row, 32 bytes, from its fields as texts."""
    parts = [b"duijie-audit-1"]
    for field in fields:
        if field is None:
            parts.append(b",-")
        else:
            text = field.encode()
            parts.append(b",%d:%b" % (len(text), text))
    return sha256(b"".join(parts)).digest()


def seal_hash(no: int, sealed_at_us: int, total: int, previous: bytes, ids: Sequence[int], leaves: bytes) -> bytes:
    """The hash of a seal: over the one before, its own place and time, and the rows under it in order."""
    digest = sha256(b"duijie-seal-1")
    for number in (no, sealed_at_us, total, len(ids)):
        digest.update(number.to_bytes(8, "big", signed=True))
    digest.update(previous)
    for place, audit_id in enumerate(ids):
        digest.update(audit_id.to_bytes(8, "big", signed=True))
        digest.update(leaves[32 * place : 32 * place + 32])
    return digest.digest()

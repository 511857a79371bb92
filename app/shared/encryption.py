"""Identity fields: encrypted one by one, found again by keyed hashes.

The keys live outside the database, in a key file of mode 0600. A cipher text is
``key number (2 bytes) · nonce (12 bytes) · AES-GCM``, bound to its field and row, so that a value moved to
another row or column does not open. A ring follows its file, so that a key added while the service runs is used by
every process within seconds. Nothing here knows a table; a column says with ``sealed`` how it is bound.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
INDEX_BYTES = 16
LOOK_SECONDS = 2  # how long a process may go on with the key before the newest


class KeyFileError(Exception):
    """The key file is missing, unreadable or not one of ours."""


@dataclass(frozen=True)
class Sealed:
    """How the ciphers of a column are bound: under which field name, to the number of which row."""

    field: str = ""  # table.column without _cipher, if not given
    through: str = ""  # a column that refers to the row whose number it is; this very row, if not given
    inside: str = ""  # a JSON path to the ciphers (in base64), where the column holds JSON


def sealed(field: str = "", *, through: str = "", inside: str = "") -> dict[str, Sealed]:
    """For ``mapped_column(..., info=sealed(...))``: re-sealing finds the column by it. See ``Sealed``.

    A column called ``…_cipher`` of a table with a ``uuid`` is found without, bound as ``table.column``.
    """
    return {"sealed": Sealed(field, through, inside)}


@dataclass
class KeyRing:
    """Encryption keys by number (the newest encrypts), and the keys of the blind index and of pseudonyms."""

    ciphers: dict[int, AESGCM] = field(repr=False)
    newest: int
    index_key: bytes = field(repr=False)
    pseudonym_key: bytes = field(repr=False)
    source: Path | None = None
    _stamp: tuple[int, int] = (0, 0)
    _looked_at: float = 0.0

    def encrypt(self, field: str, row: UUID, plain: str) -> bytes:
        """Cipher text of one field of one row."""
        return self.encrypt_bytes(field, row, plain.encode())

    def decrypt(self, field: str, row: UUID, cipher: bytes) -> str:
        """The text again. Raises ``cryptography.exceptions.InvalidTag`` where it was moved or altered."""
        return self.decrypt_bytes(field, row, cipher).decode()

    def encrypt_bytes(self, field: str, row: UUID, plain: bytes) -> bytes:
        if monotonic() - self._looked_at > LOOK_SECONDS:
            self.refresh()
        nonce, number = os.urandom(NONCE_BYTES), self.newest
        closed = self.ciphers[number].encrypt(nonce, plain, field.encode() + row.bytes)
        return number.to_bytes(2, "big") + nonce + closed

    def decrypt_bytes(self, field: str, row: UUID, cipher: bytes) -> bytes:
        number = key_number(cipher)
        if number not in self.ciphers:
            self.refresh()  # another process has put a newer key in use
        nonce, closed = cipher[2 : 2 + NONCE_BYTES], cipher[2 + NONCE_BYTES :]
        return self.ciphers[number].decrypt(nonce, closed, field.encode() + row.bytes)

    def refresh(self) -> None:
        """Take up what has changed in the key file; a file that cannot be read just now changes nothing."""
        self._looked_at = monotonic()
        if self.source is None:
            return
        try:
            stamp = _stamp_of(self.source)
            if stamp == self._stamp:
                return
            fresh = read_key_file(self.source)
        except (OSError, KeyFileError):
            return
        # In this order: whoever encrypts meanwhile finds the key of whichever number it reads.
        self.ciphers = self.ciphers | fresh.ciphers
        self.newest, self._stamp = fresh.newest, stamp
        self.ciphers = fresh.ciphers

    def blind_index(self, field: str, value: str) -> bytes:
        """Keyed hash under which a normalised value is found, and cannot be guessed without the key."""
        return hmac.digest(self.index_key, f"{field}\0{value}".encode(), hashlib.sha256)[:INDEX_BYTES]

    def token(self, kind: str, value: str) -> int:
        """Keyed 63-bit number of one search token (a character, a syllable)."""
        digest = hmac.digest(self.index_key, f"token:{kind}\0{value}".encode(), hashlib.sha256)
        return int.from_bytes(digest[:8], "big") >> 1

    def pseudonym(self, viewer: UUID, row: UUID) -> str:
        """What one viewing organisation calls one person; two organisations cannot join theirs."""
        digest = hmac.digest(self.pseudonym_key, viewer.bytes + row.bytes, hashlib.sha256)
        text = base64.b32encode(digest[:5]).decode()
        return f"{text[:2]}-{text[2:5]}-{text[5:8]}"


def key_number(cipher: bytes) -> int:
    """Which key a cipher text was made with."""
    return int.from_bytes(cipher[:2], "big")


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner alone; an existing one is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "format": 1,
        "encryption": {"1": new_key()},
        "index": new_key(),
        "pseudonym": new_key(),
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)


def read_key_file(path: Path) -> KeyRing:
    """The key ring. Raises ``KeyFileError`` with what to do."""
    try:
        stamp = _stamp_of(path)
        content = json.loads(path.read_text())
        keys = {int(number): base64.b64decode(text) for number, text in content["encryption"].items()}
        index, pseudonym = base64.b64decode(content["index"]), base64.b64decode(content["pseudonym"])
    except FileNotFoundError as error:
        raise KeyFileError(f"No key file at {path}. Set DUIJIE_KEY_FILE, or restore it from the backup.") from error
    except (ValueError, KeyError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a key file of Duijie; restore it from the backup.") from error
    if not keys or any(len(key) != KEY_BYTES for key in (*keys.values(), index, pseudonym)):
        raise KeyFileError(f"{path} holds a key of the wrong length; restore it from the backup.")
    ciphers = {number: AESGCM(key) for number, key in keys.items()}
    return KeyRing(ciphers, max(keys), index, pseudonym, path, stamp, monotonic())


def _stamp_of(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def new_key() -> str:
    """A key as it stands in the file."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()

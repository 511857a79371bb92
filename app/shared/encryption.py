"""Identity fields: encrypted one by one, found again by keyed hashes.

The keys live outside the database, in a key file of mode 0600. A cipher text is
``key number (2 bytes) · nonce (12 bytes) · AES-GCM``, bound to its field and row, so that a value moved to
another row or column does not open. Nothing here knows a table.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
INDEX_BYTES = 16


class KeyFileError(Exception):
    """The key file is missing, unreadable or not one of ours."""


@dataclass(frozen=True)
class KeyRing:
    """Encryption keys by number (the newest encrypts), and the keys of the blind index and of pseudonyms."""

    ciphers: dict[int, AESGCM]
    newest: int
    index_key: bytes
    pseudonym_key: bytes

    def encrypt(self, field: str, row: UUID, plain: str) -> bytes:
        """Cipher text of one field of one row."""
        return self.encrypt_bytes(field, row, plain.encode())

    def decrypt(self, field: str, row: UUID, cipher: bytes) -> str:
        """The text again. Raises ``cryptography.exceptions.InvalidTag`` where it was moved or altered."""
        return self.decrypt_bytes(field, row, cipher).decode()

    def encrypt_bytes(self, field: str, row: UUID, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self.ciphers[self.newest].encrypt(nonce, plain, field.encode() + row.bytes)
        return self.newest.to_bytes(2, "big") + nonce + sealed

    def decrypt_bytes(self, field: str, row: UUID, cipher: bytes) -> bytes:
        key = self.ciphers[int.from_bytes(cipher[:2], "big")]
        nonce, sealed = cipher[2 : 2 + NONCE_BYTES], cipher[2 + NONCE_BYTES :]
        return key.decrypt(nonce, sealed, field.encode() + row.bytes)

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


def make_key_file(path: Path) -> None:
    """Write a new key file, readable by its owner alone; an existing one is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "format": 1,
        "encryption": {"1": _new_key()},
        "index": _new_key(),
        "pseudonym": _new_key(),
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)


def read_key_file(path: Path) -> KeyRing:
    """The key ring. Raises ``KeyFileError`` with what to do."""
    try:
        content = json.loads(path.read_text())
        keys = {int(number): base64.b64decode(text) for number, text in content["encryption"].items()}
        index, pseudonym = base64.b64decode(content["index"]), base64.b64decode(content["pseudonym"])
    except FileNotFoundError as error:
        raise KeyFileError(f"No key file at {path}. Set DUIJIE_KEY_FILE, or restore it from the backup.") from error
    except (ValueError, KeyError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a key file of Duijie; restore it from the backup.") from error
    if not keys or any(len(key) != KEY_BYTES for key in (*keys.values(), index, pseudonym)):
        raise KeyFileError(f"{path} holds a key of the wrong length; restore it from the backup.")
    return KeyRing({number: AESGCM(key) for number, key in keys.items()}, max(keys), index, pseudonym)


def _new_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()

"""The signed head of the trail, outside the database: how far the chain goes, so that a cut tail is found.

The key (Ed25519) lies beside the key file. The newest head is ``head.json``; earlier ones, about one a minute, stay in
``heads.jsonl``, to which lines are only added. Give the folder to a place the database's administrator cannot write
(``DUIJIE_TRAIL_DIR``), and a copy of ``trail-public.pem`` to whoever verifies.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.settings import Settings
from app.shared.files import replace_file

LINE_EVERY_US: Final = 60 * 1_000_000
PRIVATE_KEY: Final = "trail-key.pem"
PUBLIC_KEY: Final = "trail-public.pem"


class TrailKeyError(Exception):
    """The signing key is missing or not usable; the message says what to do."""


@dataclass(frozen=True)
class Head:
    """What is signed: the newest seal, how many rows stand under it, its hash, and when (microseconds)."""

    no: int
    total: int
    hash: bytes
    sealed_at_us: int
    signed_at_us: int

    def message(self) -> bytes:
        numbers = (self.no, self.total, self.sealed_at_us, self.signed_at_us)
        return b"duijie-head-1:" + ":".join(map(str, numbers)).encode() + b":" + self.hash.hex().encode()

    def as_json(self, signature: bytes) -> str:
        return json.dumps({**asdict(self), "hash": self.hash.hex(), "signature": base64.b64encode(signature).decode()})


@dataclass(frozen=True)
class SignedHead:
    """A head as read again: None where the line is not one; ``is_signed`` says whether the key vouches for it."""

    where: str
    head: Head | None
    is_signed: bool


@dataclass(frozen=True)
class HeadBook:
    """The folder with the heads, and the keys."""

    folder: Path
    key_folder: Path
    public_key: Path | None = None  # the verifier's own copy

    @classmethod
    def of(cls, settings: Settings, public_key: Path | None = None) -> "HeadBook":
        return cls(settings.trail_dir, settings.key_file.parent, public_key)

    def read(self) -> Head | None:
        """The newest head, whoever signed it; None where there is none. Raises ``TrailKeyError`` for a broken file."""
        try:
            return _parsed((self.folder / "head.json").read_text())[0]
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise TrailKeyError(f"{self.folder / 'head.json'} is not a head of the trail.") from error

    def write(self, head: Head) -> None:
        """Sign a head and put it in place of the last. Raises ``TrailKeyError``."""
        line = head.as_json(self._private().sign(head.message()))
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / "head.json", line + "\n", mode=0o644)
        lines = self.folder / "heads.jsonl"
        if head.signed_at_us - self._last_line_at(lines) >= LINE_EVERY_US:
            with lines.open("a+b") as file:
                if file.tell() and not _ends_with_line(lines):  # a crash had cut the last one short
                    file.write(b"\n")
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())

    def signed(self) -> Iterator[SignedHead]:
        """Every head kept, oldest first, the newest last. Raises ``TrailKeyError`` without a public key."""
        public = self.public()
        texts: list[tuple[str, str]] = []
        with suppress(FileNotFoundError):
            for number, line in enumerate((self.folder / "heads.jsonl").read_text().splitlines(), start=1):
                texts.append((f"heads.jsonl, line {number}", line))
        with suppress(FileNotFoundError):
            texts.append(("head.json", (self.folder / "head.json").read_text()))
        for where, text in texts:
            try:
                head, signature = _parsed(text)
            except (ValueError, KeyError, TypeError):
                yield SignedHead(where, None, is_signed=False)
            else:
                yield SignedHead(where, head, _vouches(public, head, signature))

    def public(self) -> Ed25519PublicKey:
        """The key heads are judged by. Raises ``TrailKeyError``."""
        path = self.public_key or self.key_folder / PUBLIC_KEY
        try:
            key = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise TrailKeyError(
                f"There is no public key of the trail at {path}; name one with --public-key."
            ) from error
        if not isinstance(key, Ed25519PublicKey):
            raise TrailKeyError(f"{path} is not a public key of the trail.")
        return key

    def _private(self) -> Ed25519PrivateKey:
        path = self.key_folder / PRIVATE_KEY
        if not path.exists():
            if (self.folder / "head.json").exists():
                raise TrailKeyError(
                    f"There are heads in {self.folder} but no key at {path}: restore it from the backup."
                )
            self._make_keys(path)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise TrailKeyError(f"{path} cannot be read as the trail's key: restore it from the backup.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise TrailKeyError(f"{path} is not the trail's key: restore it from the backup.")
        return key

    def _make_keys(self, path: Path) -> None:
        """The first sealer makes them; one that comes at the same moment takes what it finds."""
        key = Ed25519PrivateKey.generate()
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.key_folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        replace_file(self.key_folder / PUBLIC_KEY, public.decode(), mode=0o644)

    @staticmethod
    def _last_line_at(lines: Path) -> int:
        try:
            with lines.open("rb") as file:
                file.seek(max(0, lines.stat().st_size - 2_000))
                return _parsed(file.read().splitlines()[-1].decode())[0].signed_at_us
        except (FileNotFoundError, IndexError):
            return 0
        except (ValueError, KeyError, TypeError):
            return 0  # a line cut short by a crash; verifying names it


def _ends_with_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _parsed(text: str) -> tuple[Head, bytes]:
    values: dict[str, Any] = json.loads(text)
    signature = base64.b64decode(values.pop("signature"))
    return Head(**{**values, "hash": bytes.fromhex(values["hash"])}), signature


def _vouches(public: Ed25519PublicKey, head: Head, signature: bytes) -> bool:
    try:
        public.verify(signature, head.message())
    except InvalidSignature:
        return False
    return True

"""Changing the key file: one change at a time, in one step, mode 0600. A key is added before anything uses it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from app.shared.encryption import KeyFileError, new_key, read_key_file
from app.shared.files import replace_file


def add_key(path: Path, now: datetime) -> int:
    """Add a key with the next number, which encrypts from now on; its number. Raises ``KeyFileError``."""
    with _changing(path) as content:
        number = max([int(one) for one in (*content["encryption"], *content.get("retired", ()))]) + 1
        content["encryption"][str(number)] = new_key()
        content.setdefault("since", {})[str(number)] = now.isoformat()
    return number


def drop_key(path: Path, number: int, now: datetime) -> None:
    """Take an older key out; what is still sealed with it can never be read again. Raises ``KeyFileError``."""
    with _changing(path) as content:
        if number == max(map(int, content["encryption"])):
            raise KeyFileError(f"Key {number} is the newest: it encrypts, so it cannot be taken out.")
        if content["encryption"].pop(str(number), None) is None:
            raise KeyFileError(f"There is no key {number} in {path}.")
        content.setdefault("since", {}).pop(str(number), None)
        content.setdefault("retired", {})[str(number)] = now.isoformat()  # so that no number is given twice


def key_days(path: Path) -> dict[int, datetime | None]:
    """The keys by number and since when each has been in use; the very first file did not say."""
    read_key_file(path)
    content = json.loads(path.read_text())
    since = content.get("since", {})
    return {
        int(number): datetime.fromisoformat(since[number]) if number in since else None
        for number in content["encryption"]
    }


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, Any]]:
    """The file's content, written back when the block ends well; a second change waits for the first."""
    read_key_file(path)  # what is damaged is not built upon
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        content: dict[str, Any] = json.loads(path.read_text())
        yield content
        replace_file(path, json.dumps(content, indent=1), mode=0o600)
    finally:
        os.close(lock)

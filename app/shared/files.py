"""Files that are read while they are replaced: whole before, whole after, never in between."""

import os
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, content: str, *, mode: int) -> None:
    """Write a file in one step and keep its owner; after a crash the old one stands or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w") as file:
            os.fchmod(file.fileno(), mode)
            with suppress(FileNotFoundError, PermissionError):  # a file root replaces stays readable for the service
                before = path.stat()
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""Runs the parsing process for one workbook and takes over its cells."""

import contextlib
import datetime
import json
import marshal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from app.intake.errors import FileRefused
from app.intake.reading.workbook import Limits, Sheet

_CHILD = Path(__file__).with_name("parse_child.py")
_MAX_FRAME_BYTES = 512 * 1024 * 1024
_ABORTED = {-6, -7, -11}
_OUT_OF_TIME = {-9, -24}  # killed by our clock, or SIGXCPU from the process's own limit


def read_spreadsheet(data: bytes, limits: Limits) -> list[Sheet]:
    """All worksheets of an xlsx, xls, xlsb or ods file. Raises FileRefused."""
    arguments = json.dumps({"memory_bytes": limits.memory_bytes, "seconds": limits.seconds, "cells": limits.cells})
    child = subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    clock = threading.Timer(limits.seconds, child.kill)
    clock.daemon = True
    clock.start()
    try:
        _feed(child, data)
        sheets, refusal = _collect(child.stdout)
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
    if sheets is None:
        raise refusal or _died(child.returncode)
    return sheets


def _feed(child: subprocess.Popen[bytes], data: bytes) -> None:
    if child.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError):  # it died at once; its exit code tells why
        child.stdin.write(data)
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()


def _died(code: int | None) -> FileRefused:
    """Why the process ended without an answer: out of time, or aborted as the parser does when memory runs out."""
    if code in _OUT_OF_TIME:
        return FileRefused("takes_too_long")
    return FileRefused("needs_too_much_memory" if code in _ABORTED else "broken")


def _frames(pipe: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    while True:
        head = pipe.read(8)
        if len(head) < 8:
            return
        (length,) = struct.unpack("<Q", head)
        if length > _MAX_FRAME_BYTES:
            return
        payload = pipe.read(length)
        if len(payload) < length:
            return
        yield marshal.loads(payload)  # noqa: S302 - plain data out of our own process; marshal runs nothing


def _collect(pipe: IO[bytes] | None) -> tuple[list[Sheet] | None, FileRefused | None]:
    """The sheets once the end frame has come, else what was said against the file."""
    if pipe is None:
        return None, None
    sheets: list[Sheet] = []
    for frame in _frames(pipe):
        match frame:
            case ("sheet", name, first_row, first_column, hidden, merged):
                sheets.append(Sheet(name, [], first_row, first_column, hidden, merged))
            case ("rows", rows, days):
                _put_days_back(rows, days)
                sheets[-1].rows.extend(rows)
            case ("refused", code, params):
                return None, FileRefused(code, **params)
            case ("end",):
                return sheets, None
    return None, None


def _put_days_back(rows: list[list[Any]], days: list[tuple[int, list[int], list[Any]]]) -> None:
    for column, at, values in days:
        for number, value in zip(at, values, strict=True):
            rows[number][column] = _day(value)


def _day(value: int | str) -> str | datetime.date:
    if isinstance(value, int):
        return datetime.date.fromordinal(value)
    return value[1:] if value.startswith("=") else datetime.datetime.fromisoformat(value)

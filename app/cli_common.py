"""What the commands share: exit codes, output for people and programs, input of any shape line by line."""

import csv
import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, Any, BinaryIO, TypeVar, cast

import typer

INPUT_PROBLEMS, SYSTEM = 1, 3
STDIN = "-"

Item = TypeVar("Item")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line, and nothing else.")]


class Format(StrEnum):
    TXT = "txt"
    CSV = "csv"
    JSONL = "jsonl"


class InputError(typer.Exit):
    """The input cannot be read any further; told, then exit code 1."""

    def __init__(self, message: str) -> None:
        remark(message)
        super().__init__(INPUT_PROBLEMS)


@dataclass(frozen=True)
class Entry:
    """One text of the input, where it stood, and (csv, jsonl) the record it came from."""

    line: int
    text: str
    record: dict[str, Any] | None = None


def remark(message: str) -> None:
    """For the person at the terminal, never part of the output."""
    typer.echo(message, err=True)


def put_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def explain(error: Exception) -> str:
    """An error of the system in a sentence; with DUIJIE_DEBUG set, where it came from as well."""
    from pydantic import ValidationError  # noqa: PLC0415 (start-up time)

    if os.environ.get("DUIJIE_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, ValidationError):  # of the settings
        wrong = [f"{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors()]
        return f"A setting is not right. {'; '.join(wrong)}"
    if isinstance(error, OSError) and error.filename is None:  # a socket's, not a file's
        return f"The database does not answer ({error}). See that PostgreSQL runs and that DATABASE_URL names it."
    return str(error).strip() or type(error).__name__


@contextmanager
def opened(file: str) -> Iterator[IO[bytes]]:
    """The file, or standard input for ``-``. A file that cannot be opened is wrong usage."""
    if file == STDIN:
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.") from error
        yield stream


def read_entries(
    stream: IO[bytes], name: str, shape: Format | None, column: str | None, usual: Sequence[str]
) -> Iterator[Entry]:
    """The texts of a stream one by one: plain lines, a column of a table, or a field of JSON lines.

    ``usual`` are the names a column has in the wild, tried in this order where ``column`` is not given. Empty lines are
    passed over. Raises ``InputError``.
    """
    lines = _decoded(stream)
    head: list[str] = []
    while not (head and head[-1].strip()) and (line := next(lines, None)) is not None:
        head.append(line)
    numbered = enumerate(chain(head, lines), start=1)
    shape = shape or _shape_of(name, head[-1] if head else "")
    if shape is Format.TXT:
        return (Entry(number, text) for number, line in numbered if (text := line.strip()))
    if shape is Format.JSONL:
        return _json_entries(numbered, column, usual)
    return _csv_entries((line for _, line in numbered), "\t" if name.endswith(".tsv") else ",", column, usual)


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    """Lines as text: UTF-8, and from the first line that is not, GB18030 (no line break hides in its characters)."""
    encoding = "utf-8-sig"
    for number, line in enumerate(stream, start=1):
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError:
            encoding = "gb18030"
            try:
                yield line.decode(encoding)
            except UnicodeDecodeError as error:
                raise InputError(f"Line {number} is neither UTF-8 nor GB18030 text: save the file as UTF-8.") from error
        else:
            encoding = "utf-8" if encoding == "utf-8-sig" else encoding


def _shape_of(name: str, first: str) -> Format:
    suffix = Path(name).suffix.lower()
    if suffix in (".csv", ".tsv"):
        return Format.CSV
    if suffix in (".jsonl", ".ndjson") or (name == STDIN and first.lstrip().startswith("{")):
        return Format.JSONL
    return Format.TXT


def _json_entries(lines: Iterable[tuple[int, str]], column: str | None, usual: Sequence[str]) -> Iterator[Entry]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise InputError(f"Line {number} is not JSON ({error}).") from error
        if isinstance(record, str):
            yield Entry(number, record)
        elif isinstance(record, dict):
            yield Entry(number, _text(record[_column(list(record), column, usual, number)]), record)
        else:
            raise InputError(f"Line {number} is neither a JSON object nor a text.")


def _csv_entries(lines: Iterable[str], delimiter: str, column: str | None, usual: Sequence[str]) -> Iterator[Entry]:
    rows = csv.reader(lines, delimiter=delimiter)
    header = [name.strip() for name in next(rows, [])]
    chosen = header.index(_column(header, column, usual, 1))
    for row in rows:
        if any(cell.strip() for cell in row):
            text = row[chosen] if chosen < len(row) else ""
            yield Entry(rows.line_num, text.strip(), dict(zip(header, row, strict=False)))


def _column(names: Sequence[str], column: str | None, usual: Sequence[str], line: int) -> str:
    """The column asked for, or the first usual name there is, or the only one there is."""
    wanted = [column] if column else [*usual, *(names if len(names) == 1 else ())]
    for name in wanted:
        if name in names:
            return name
    asked = f"no {column!r}" if column else "no column known as the text to read; name it with --column"
    raise InputError(f"Line {line}: {asked}. There is: {', '.join(names) or 'nothing'}.")


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


@contextmanager
def progress_of(stream: IO[bytes], label: str) -> Iterator[IO[bytes]]:
    """The stream again, with a bar on standard error while it is read, where a person is looking."""
    if not sys.stderr.isatty() or stream is sys.stdin.buffer:
        yield stream
        return
    from rich.console import Console  # noqa: PLC0415 (start-up time)
    from rich.progress import wrap_file  # noqa: PLC0415

    size = os.fstat(stream.fileno()).st_size
    with wrap_file(
        cast(BinaryIO, stream), size, description=label, console=Console(stderr=True), transient=True
    ) as wrapped:
        yield wrapped

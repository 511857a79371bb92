"""Commands that read outside data and say what Duijie makes of it, without a database: for trying and for judging."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli_common import (
    STDIN,
    AsJson,
    Entry,
    Format,
    opened,
    progress_of,
    put_json,
    read_entries,
)

commands = typer.Typer()

TITLE_COLUMNS = ("title", "岗位名称", "岗位", "职位", "职位名称", "工种", "从事工种", "意向工种", "occupation", "text")
PAY_COLUMNS = ("pay", "工资", "薪资", "薪酬", "工资待遇", "薪资待遇", "月薪", "salary", "wage", "text")

File = Annotated[str, typer.Argument(help="A text file (one per line), a csv or tsv, a jsonl; - is standard input.")]
Shape = Annotated[Format | None, typer.Option("--format", help="How to read it (default: by its name).")]
Column = Annotated[str | None, typer.Option(help="The column or field that holds the text.")]

Reading = dict[str, Any]


@commands.command()
def code_titles(file: File = STDIN, shape: Shape = None, column: Column = None, as_json: AsJson = False) -> None:
    """Say which trade family and occupation each title means, how surely, and what else it could be."""
    from app.occupations.coding import code_titles as read  # noqa: PLC0415 (start-up time)

    _read_each(file, shape, column, TITLE_COLUMNS, read, _title_line, as_json=as_json)


@commands.command()
def read_pay(file: File = STDIN, shape: Shape = None, column: Column = None, as_json: AsJson = False) -> None:
    """Say what each pay text means: minimum, maximum, period, basis."""
    from app.intake.values.pay.lines import read_pay_lines  # noqa: PLC0415 (start-up time)

    _read_each(file, shape, column, PAY_COLUMNS, read_pay_lines, _pay_line, as_json=as_json)


def _read_each(
    file: str,
    shape: Format | None,
    column: str | None,
    usual: Sequence[str],
    read: Callable[[Iterable[str]], Iterator[Reading]],
    line_of: Callable[[Reading], str],
    *,
    as_json: bool,
) -> None:
    """One output line per text, in the order of the input, as soon as it is read."""
    with opened(file) as stream, progress_of(stream, Path(file).name) as watched:
        under_way: deque[Entry] = deque()  # a reader may take several texts before it gives the first answer

        def texts() -> Iterator[str]:
            for entry in read_entries(watched, file, shape, column, usual):
                under_way.append(entry)
                yield entry.text

        for reading in read(texts()):
            entry = under_way.popleft()
            if as_json:
                source = {"input": entry.record} if entry.record else {}
                put_json({"line": entry.line} | reading | source)
            else:
                typer.echo(line_of(reading))


def _pay_line(reading: Reading) -> str:
    low, high, period = reading["min"], reading["max"], reading["period"]
    if low is None and high is None:
        amount = "negotiable" if reading["negotiable"] else "piece" if reading["piece"] else "?"
    elif high is None or low == high:
        amount = f"{low}{'+' if reading['open'] else ''}"
    else:
        amount = f"{'' if low is None else low}-{high}"
    return f"{amount}\t{period or ''}\t{reading['pay_basis'] or reading['basis'] or ''}\t{reading['text']}"


def _title_line(reading: Reading) -> str:
    names = [reading[name] or "?" for name in ("trade_family_name", "occupation_code", "occupation_name")]
    return "\t".join((f"{reading['confidence']:.2f}", *names, reading["text"]))

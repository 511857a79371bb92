"""A sheet of 100,000 people: checked, deduplicated and committed, beside what merely reads it.

The sheet is the sample generator's, written once and kept in the data folder. Every figure is of the same run on the
same file; the readers run in processes of their own, so that nobody works in another's memory.
"""

import argparse
import asyncio
import os
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas
from python_calamine import load_workbook

from app import models  # noqa: F401 (every table a row may refer to)
from app.accounts.models import Organisation, Post, PostScope, User
from app.accounts.passwords import hash_password
from app.database import make_engine, make_sessions
from app.demo.sample.generate import SampleOptions, write_demand
from app.intake.command import Asked, bring_in
from app.localities.service import load_reference as load_localities
from app.migrations import Server, database_server, upgrade
from app.occupations.service import load_reference as load_occupations
from app.settings import Settings
from app.shared.encryption import make_key_file, read_key_file
from app.wall import EVERYBODY
from scripts.benchmarks.report import machine, put_section

ON = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SEED = 1
PASSWORD = os.urandom(8).hex()  # of the one officer, for this run
FIRST = "Duijie: read, checked, deduplicated, committed"
AGAIN = "Duijie: the same sheet again, nothing changes"


@dataclass(frozen=True)
class Figure:
    """One measured row of the table."""

    what: str
    seconds: float
    rows: int
    cpu: float | None = None


def sheet_of(rows: int, folder: Path) -> Path:
    """The sample sheet of that many rows, written if it is not there yet."""
    path = folder / f"demand_{rows}_{SEED}.xlsx"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"Writing {path.name} once …", flush=True)
        draft = path.with_suffix(".draft.xlsx")
        write_demand(SampleOptions(on=ON.date(), labourers=rows, seed=SEED, template="duijie"), draft)
        draft.rename(path)
    return path


def read_with_pandas(path: Path) -> int:
    """``pandas.read_excel`` with its default engine."""
    warnings.simplefilter("ignore")  # it announces another default engine for later versions
    return len(pandas.read_excel(path, header=None, dtype=object))


def read_with_calamine(path: Path) -> int:
    """The bare reading of the library that Duijie's own reading stands on: cells and nothing more."""
    return len(load_workbook(path).get_sheet_by_index(0).to_python())


def timed(read: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    """Seconds, processor seconds and rows of a reader: to be run in a process of its own."""
    began, spent = time.perf_counter(), time.process_time()
    rows = read(path)
    return time.perf_counter() - began, time.process_time() - spent, rows


def measure(what: str, read: Callable[[Path], int], path: Path) -> Figure:
    """Run a reader in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(os.getpid).result()
        seconds, cpu, rows = pool.submit(timed, read, path).result()
    print(f"  {what}: {seconds:.1f} s", flush=True)
    return Figure(what, seconds, rows, cpu)


def measure_intake(path: Path, rows: int) -> tuple[list[Figure], dict[str, Any]]:
    """Bring the sheet into an empty database, then the same sheet again."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the server's account passes through
        make_key_file(folder / "keys.json")
        settings = Settings(data_dir=folder)
        keys = read_key_file(settings.key_file)
        with database_server(settings) as server:
            url = make_office(server)
            stages = Stages()
            for what in (FIRST, AGAIN):
                stages.begin(what)
                spent = cpu_of_children()
                began = time.perf_counter()
                asked = Asked(path.name, path.read_bytes(), "bench", "demand")
                found = bring_in(settings, url, keys, asked, stages.note, clock=lambda: ON)
                seconds = time.perf_counter() - began
                stages.end(seconds)
                figures.append(Figure(what, seconds, rows, cpu_of_children() - spent))
                print(f"  {what}: {seconds:.1f} s", flush=True)
    return figures, {"counts": found["counts"], "stages": stages.lines}


class Stages:
    """How long each step took, as the progress showed it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._what = ""
        self._steps: list[tuple[str, float]] = []
        self._began = 0.0

    def begin(self, what: str) -> None:
        self._what, self._steps, self._began = what, [], time.perf_counter()

    def note(self, _percent: int, stage: str) -> None:
        if stage and (not self._steps or self._steps[-1][0] != stage):
            self._steps.append((stage, time.perf_counter() - self._began))

    def end(self, seconds: float) -> None:
        ends = [at for _, at in self._steps[1:]] + [seconds]
        spans = [f"{stage} {end - at:.1f} s" for (stage, at), end in zip(self._steps, ends, strict=True)]
        self.lines.append(f"{self._what}: " + ", ".join(spans))


def cpu_of_children() -> float:
    """Processor seconds of this process and its ended children: parser and calculating processes, not the database."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def make_office(server: Server) -> str:
    """An empty, migrated database with the reference data and one county officer; its address."""
    upgrade(server.url("owner"), server.url("app"))

    async def fill() -> None:
        engine = make_engine(server.url("app"))
        async with make_sessions(engine, EVERYBODY)() as session, session.begin():
            await load_localities(session)
            await load_occupations(session)
            office = Organisation(name="枞阳县人社局", kind="county", locality_code="340722")
            officer = User(login="bench", display_name="程经办", password_hash=hash_password(PASSWORD))
            session.add_all((office, officer))
            await session.flush()
            post = Post(user_id=officer.id, organisation_id=office.id, role="county_officer")
            session.add(post)
            await session.flush()
            session.add(PostScope(post_id=post.id, locality_code="340722"))
        await engine.dispose()

    asyncio.run(fill())
    return server.url("app")


def table(figures: list[Figure], base: Figure) -> list[str]:
    """The table in Markdown; the ratio says how many times as fast as pandas merely reads."""
    lines = ["| what | seconds | rows/s | times as fast as pandas reads |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {one.what} | {one.seconds:.1f} | {one.rows / one.seconds:,.0f} | {base.seconds / one.seconds:.2f} |"
        for one in figures
    ]
    return lines


def report(figures: list[Figure], base: Figure, path: Path, about: dict[str, Any]) -> list[str]:
    """Everything measured, for the terminal and for the page."""
    size = path.stat().st_size / 1e6
    return [
        f"{base.rows:,} rows, {size:.1f} MB xlsx of the sample generator (seed {SEED}).",
        "",
        f"{machine()}, pandas {pandas.__version__}.",
        "",
        *table(figures, base),
        "",
        *(f"- {line}" for line in about["stages"]),
        f"- rows after the second time: {about['counts']}",
        "- processor seconds without the database: "
        + ", ".join(f"{one.what} {one.cpu:.1f}" for one in figures if one.cpu is not None),
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench intake", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="people in the sheet (default 100000)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--without-pandas", action="store_true", help="leave out the slow reader")
    options = parser.parse_args(arguments)
    path = sheet_of(options.rows, Settings().data_dir / "benchmarks")
    calamine = measure("calamine: bare reading", read_with_calamine, path)
    readers = [calamine]
    if not options.without_pandas:
        readers.insert(0, measure("pandas.read_excel, default engine: reading", read_with_pandas, path))
    own, about = measure_intake(path, options.rows)
    lines = report([*readers, *own], readers[0], path, about)
    print("\n".join(["", *lines]))
    if options.write:
        put_section("intake", "Intake: `scripts/bench intake`", lines)


if __name__ == "__main__":
    main()

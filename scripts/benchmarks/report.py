"""Where results go: docs/benchmarks.md, each benchmark between marks of its own, written by the benchmark itself."""

import os
import platform
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
TITLE = "# Benchmarks\n\nWritten by `scripts/bench`. Machines differ and are noisy: compare within one table.\n"


def machine() -> str:
    """The machine in a few words, without its name."""
    return f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"


def put_section(name: str, heading: str, lines: list[str]) -> None:
    """Put the lines between the benchmark's marks; the page is made if it is missing."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else TITLE
    section = "\n".join([begin, "", f"## {heading}", "", *lines, "", end])
    if begin in text:
        text = text[: text.index(begin)] + section + text[text.index(end) + len(end) :]
    else:
        text = text.rstrip() + "\n\n" + section + "\n"
    PAGE.write_text(text, encoding="utf-8")

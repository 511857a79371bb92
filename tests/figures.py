"""What tests have to tell, printed together at the end of a run, whichever worker they ran on."""

import os
from collections.abc import Callable

import pytest

FIGURE = "figure"
SECTIONS = {"attempt": "attempts against the invariants, and the wall that stopped each", FIGURE: "figures"}


def soak_size(name: str, whole: int) -> int:
    """How large the long run of something is: whole, unless ``scripts/soak`` was asked for another size."""
    return int(os.environ.get(f"SOAK_{name.upper()}", whole))


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Have a line printed at the end of the run."""
    return lambda line: record_property(FIGURE, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, of tests that passed or failed, and the attempts that were made."""
    reports = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    for kind, title in SECTIONS.items():
        told = [(line, report.outcome) for report in reports for name, line in report.user_properties if name == kind]
        lines = sorted({f"{line}{'' if outcome == 'passed' else '   (NOT STOPPED)'}" for line, outcome in told})
        if lines:
            terminalreporter.section(f"{title} ({len(lines)})" if kind == "attempt" else title)
            for line in lines:
                terminalreporter.write_line(line)

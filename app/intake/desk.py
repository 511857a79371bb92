"""One batch at work: how its rows are read, for whom, and what has been seen of it so far."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.intake.coding import code_titles
from app.intake.layout import Layout
from app.intake.office import KeySource, Office
from app.intake.titles import Coding

Run = Callable[..., Awaitable[Any]]
"""Calls a function in another process: ``TaskContext.run_in_process``, or one that calls it here."""
Decisions = Sequence[tuple[str, str | None, str | None]]


@dataclass
class Desk:
    """One batch at work: whose it is, how it is read, and what has been seen of it so far."""

    batch_id: int
    layout: Layout
    office: Office
    keys_from: KeySource
    run: Run
    decisions: Decisions
    titles: dict[str, Coding] = field(default_factory=dict)
    rows_of_key: dict[bytes, int] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    async def code(self, titles: Iterable[str]) -> None:
        """Code the titles not met yet."""
        new = sorted(set(titles) - self.titles.keys())
        if new:
            self.titles.update(await self.run(code_titles, new, self.decisions))

"""Where a person stands towards one post at this very read: for whoever acts on a candidate after the run."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from app.localities.reference import Localities, load_localities
from app.match_runs import snapshot
from app.match_runs.adapter import explain, problem
from app.match_runs.snapshot import Snapshot
from app.occupations.adapter import trade_affinity

# Of these the person is not asked to decide: law and consent. The others are wishes, which are their own to change.
LEGAL = ("declaration", "scope", "consent", "age", "legal_bar")


@dataclass(frozen=True)
class Fit:
    """What stands between a person and a post, and what nobody knows yet: gates by name, in the order tried."""

    failed: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def by_law(self) -> bool:
        """Whether law or consent stands in the way, and not a wish alone."""
        return any(gate in LEGAL for gate in self.failed)


@cache
def _localities() -> Localities:
    return load_localities()


async def fits(
    session: AsyncSession, organisation_id: int, labourer_ids: Sequence[int], vacancy_id: int, today: date
) -> dict[int, Fit]:
    """The fit of each of these people of an office with a post, today; who may not be matched at all is not in it.

    Whether openings are free is left to whoever asks: openings that others hold are no reason not to wait for one.
    """
    if not labourer_ids:
        return {}
    taken = snapshot.plain(await snapshot.take_some(session, organisation_id, today, labourer_ids, vacancy_id))
    return await asyncio.to_thread(_fits, taken)


def _fits(taken: Snapshot) -> dict[int, Fit]:
    for row in taken.vacancies:
        row.openings_free = max(row.openings_free, 1)
    prepared = problem.prepare(taken, _localities(), trade_affinity())
    found = {row.id: Fit(("place_excluded",), ()) for row in taken.labourers}  # refusing more places than are kept
    gates = explain.gates_of_each(prepared)
    return found | {one: Fit(tuple(failed), tuple(unknown)) for one, (failed, unknown) in gates.items()}

"""The calculation of a run, as one function of plain values: made to be sent to a process of its own."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.localities.reference import Localities, load_localities
from app.match_runs.adapter import problem, run
from app.match_runs.snapshot import Snapshot
from app.occupations.adapter import trade_affinity


@dataclass(frozen=True)
class Outcome:
    """Candidate rows ready to be stored, and what the run says of itself."""

    rows: list[tuple[Any, ...]]
    summary: dict[str, Any]
    affinity_version: str
    engine_version: str
    input_hash: bytes


@cache
def _localities() -> Localities:
    return load_localities()


def calculate(snapshot: Snapshot, run_id: int, params: dict[str, Any], k: int, seed: int) -> Outcome:
    """Match a snapshot: the best k both ways, each pair with its parts and weights."""
    prepared = problem.prepare(snapshot, _localities(), trade_affinity())
    found = run.match(prepared, params, k=k, seed=seed)
    matched = np.unique(found.labourer_ids)
    covered = np.unique(found.vacancy_ids)
    free = {row.id: row.openings_free for row in snapshot.vacancies}
    summary = {
        "labourers": len(snapshot.labourers),
        "left_out": prepared.left_out,
        "vacancies": len(snapshot.vacancies),
        "candidates": len(found.labourer_ids),
        "labourers_with_candidates": len(matched),
        "vacancies_with_candidates": len(covered),
        "openings": int(sum(free.values())),
        "openings_covered": int(
            sum(min(free[int(vacancy)], int(count)) for vacancy, count in _candidates_of(found.vacancy_ids))
        ),
    }
    rows = list(_rows(run_id, found))
    return Outcome(rows, summary, trade_affinity().version, found.engine_version, _hash_of(prepared))


def _candidates_of(vacancy_ids: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    values, counts = np.unique(vacancy_ids, return_counts=True)
    yield from zip(values.tolist(), counts.tolist(), strict=True)


def _rows(run_id: int, found: run.Found) -> Iterator[tuple[Any, ...]]:
    parts, weights = found.parts.tolist(), found.weights.tolist()
    columns = zip(
        found.labourer_ids.tolist(),
        found.vacancy_ids.tolist(),
        found.labourer_rank.tolist(),
        found.vacancy_rank.tolist(),
        found.scores.tolist(),
        found.unknown_parts.tolist(),
        found.unknown_gates.tolist(),
        strict=True,
    )
    for position, (labourer, vacancy, rank, vacancy_rank, scores, unknown, gates) in enumerate(columns):
        yield (
            run_id, labourer, vacancy, rank or None, vacancy_rank or None, *scores,
            parts[position], weights[position], unknown, gates,
        )  # fmt: skip


def _hash_of(prepared: problem.Prepared) -> bytes:
    """Equal for equal input, whatever machine: every array of the problem in order."""
    digest = hashlib.sha256()
    whole = prepared.problem
    for table in (whole.labourers, whole.vacancies, whole.sites, whole.trades, whole.townsfolk):
        for name in table.__dataclass_fields__:
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(getattr(table, name)).tobytes())
    digest.update(whole.travel_minutes.tobytes())
    return digest.digest()

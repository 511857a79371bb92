"""Explain one person's list: why the other posts are not on it, and what would change that. Read-only, on demand."""

import asyncio
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State

from app.labourers.models import Labourer
from app.match_runs import snapshot
from app.match_runs.adapter import explain, problem
from app.match_runs.words import FAILED_GATES, LEFT_OUT
from app.occupations.adapter import trade_affinity
from app.shared.i18n import LazyText, lazy
from app.shared.labels import category_label

Reasons = list[dict[str, Any]]


async def for_labourer(
    state: State, session: AsyncSession, labourer: Labourer, today: date
) -> tuple[Reasons, list[LazyText]]:
    """(first reasons of the posts that fail with their number, what would change it), as of today's lists."""
    taken = await snapshot.take_one(session, labourer.organisation_id, today, labourer.id)
    if not taken.labourers:
        return [], []
    return await asyncio.to_thread(_reasons, state, taken)


def _reasons(state: State, taken: snapshot.Snapshot) -> tuple[Reasons, list[LazyText]]:
    prepared = problem.prepare(taken, state.localities, trade_affinity())
    if prepared.left_out:
        return [{"text": LEFT_OUT[reason], "count": len(taken.vacancies)} for reason in prepared.left_out], []
    reasons = [{"text": FAILED_GATES[gate], "count": count} for gate, count in explain.first_gates(prepared)]
    return reasons, [_change(state, *one) for one in explain.changes(prepared)]


def _change(state: State, kind: str, detail: str, posts: int) -> LazyText:
    """One thing the person could say otherwise, and what it would bring. For their own thoughts only."""
    if kind == "floor":
        return lazy("%(yuan)s yuan less on the floor: %(n)s more", yuan=detail, n=posts)
    if kind == "place":
        return lazy("if %(place)s were all right: %(n)s more", place=state.localities.name(detail), n=posts)
    if kind == "trait":
        return lazy("if %(what)s were all right: %(n)s more", what=category_label(detail, "traits"), n=posts)
    return lazy("without needing lodging: %(n)s more", n=posts)

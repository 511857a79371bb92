"""A whole sheet checked: parts read in other processes, doubles named, compared with what is known, rows kept.

Everything of one check is written in one transaction, part by part while the next parts are still being read.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.background.context import TaskContext
from app.intake import comparing
from app.intake.desk import Desk
from app.intake.layout import Layout
from app.intake.models import ROW_STATES
from app.intake.parts import SheetPart
from app.intake.pipeline import in_order
from app.intake.preparing import Compared
from app.intake.row_texts import JsonProblem, causes, is_bad, says_the_same
from app.intake.staging import Staged, StagedRow, stage
from app.shared.copying import copy_rows

ROW_COLUMNS = (
    "uuid", "batch_id", "row_no", "state", "cells_cipher", "key_index", "causes", "problems", "changes",
    "labourer_id", "vacancy_id",
)  # fmt: skip

COUNTED = ROW_STATES


async def check(
    context: TaskContext, session: AsyncSession, desk: Desk, parts: Sequence[SheetPart], stage_name: str
) -> None:
    """Read, compare and keep all rows."""
    calls = (partial(desk.run, stage, part, desk.layout, desk.office, desk.keys_from) for part in parts)
    done = 0
    async for staged in in_order(calls):
        await keep_part(session, desk, staged)
        done += 1
        await context.report(20 + 75 * done // len(parts), stage_name)


async def keep_part(session: AsyncSession, desk: Desk, staged: Staged) -> None:
    """Settle the rows of one part and keep them."""
    desk.skipped.update(reason for _, reason in staged.skipped)
    await desk.code(staged.titles)
    name_repeats(desk, staged.rows)
    records = await settle(session, desk, staged.rows)
    desk.states.update(record[3] for record in records)
    await copy_rows(session, "import_row", ROW_COLUMNS, records)


def name_repeats(desk: Desk, rows: Sequence[StagedRow]) -> None:
    """Later rows about the same person name the first; the same post of one firm twice is two posts."""
    for row in rows:
        if row.key_index is None:
            continue
        if desk.layout.kind == "supply":
            row.key_index = comparing.next_free_key(row.key_index, desk.rows_of_key)
        first = desk.rows_of_key.setdefault(row.key_index, row.row_no)
        if first != row.row_no:
            row.problems = [problem for problem in row.problems if problem["code"] != "id_repeated"]
            row.problems.append(repeated(desk.layout, first))


def repeated(layout: Layout, first: int) -> JsonProblem:
    """The problem of a row about somebody whom an earlier row is about."""
    return {"level": "error", "field": "id_no", "column": layout.letters.get("id_no", ""), "code": "id_repeated",
            "params": {"row": first}}  # fmt: skip


async def settle(session: AsyncSession, desk: Desk, rows: Sequence[StagedRow]) -> list[tuple[Any, ...]]:
    """The rows with their states, as records of the table."""
    good = [row for row in rows if row.key_index and not is_bad(row.problems)]
    compare = comparing.compare_people if desk.layout.kind == "demand" else comparing.compare_posts
    found = await compare(session, desk, good)
    if desk.layout.kind == "demand":  # a row that would be bad anyhow may name somebody deleted too
        found |= await comparing.deleted_people(session, desk, [row for row in rows if row.row_no not in found])
    return [_record(desk, row, found.get(row.row_no)) for row in rows]


def _record(desk: Desk, row: StagedRow, found: comparing.Found | None) -> tuple[Any, ...]:
    if found is None and not row.problems:  # as nearly all rows of a new list
        return (row.uuid, desk.batch_id, row.row_no, "new", row.cells_cipher, row.key_index, [], "[]", "{}", None, None)
    compared = found.compared if found else Compared()
    if any(one["code"] == "erased_before" for one in compared.problems):
        return _of_deleted(desk, row, compared.problems)
    problems = row.problems + [
        one for one in compared.problems if not any(says_the_same(one, known) for known in row.problems)
    ]
    state = "bad" if is_bad(problems) else "new" if found is None else "changed" if compared.changes else "same"
    return (
        row.uuid, desk.batch_id, row.row_no, state, None if state == "same" else row.cells_cipher, row.key_index,
        causes(problems), json.dumps(problems, ensure_ascii=False), json.dumps(compared.changes, ensure_ascii=False),
        found.labourer_id if found else None, found.vacancy_id if found else None,
    )  # fmt: skip


def _of_deleted(desk: Desk, row: StagedRow, problems: Sequence[JsonProblem]) -> tuple[Any, ...]:
    """The row of somebody deleted: that it was there and why it is left out, and not a word of it."""
    return (
        row.uuid, desk.batch_id, row.row_no, "left_out", None, None, causes(problems),
        json.dumps(problems, ensure_ascii=False), "{}", None, None,
    )  # fmt: skip

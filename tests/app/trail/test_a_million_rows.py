"""Among a million rows one altered, one deleted and a cut tail are found, in the time a person waits."""

from collections.abc import Callable
from time import perf_counter

import pytest
from sqlalchemy import text

from tests.app.trail.conftest import Trail
from tests.figures import soak_size

FILL = """
INSERT INTO audit_event (act, subject_kind, subject_id, reason, detail, people, channel, address, request_id)
SELECT (ARRAY['labourer.open', 'labourer.reveal', 'labourers.list', 'vacancy.change'])[1 + n % 4],
       CASE WHEN n % 4 = 3 THEN 'vacancy' ELSE 'labourer' END, n % 100000,
       CASE WHEN n % 4 = 1 THEN '电话核对到岗时间' END, jsonb_build_object('field', 'phone', 'number', n),
       CASE WHEN n % 4 = 2 THEN ARRAY[n % 100000, (n + 1) % 100000, (n + 2) % 100000]::bigint[] END,
       'page', '10.20.0.' || n % 250, md5(n::text)
FROM generate_series(1, :rows) n
"""


@pytest.mark.parametrize("rows", [20_000, pytest.param(soak_size("rows", 1_000_000), marks=pytest.mark.soak)])
async def test_tampering_among_many_rows_is_found(trail: Trail, rows: int, figure: Callable[[str], None]) -> None:
    began = perf_counter()
    async with trail.sessions() as session, session.begin():
        await session.execute(text(FILL), {"rows": rows})
    written = perf_counter()
    assert await trail.seal() == rows
    sealed = perf_counter()
    assert (await trail.verify()).is_whole
    verified = perf_counter()
    async with trail.sessions() as session:
        lowest = await session.scalar(text("SELECT min(id) FROM audit_event"))
        (cut,) = await session.scalars(text("SELECT ids[1] FROM audit_seal ORDER BY no DESC LIMIT 1"))
    altered, deleted = lowest + rows // 3, lowest + rows // 2
    await trail.tamper(
        f"UPDATE audit_event SET reason = 'x' WHERE id = {altered}",
        f"DELETE FROM audit_event WHERE id = {deleted} OR id >= {cut}",
        "DELETE FROM audit_seal WHERE no = (SELECT max(no) FROM audit_seal)",
    )
    spoiled = perf_counter()
    verdict = await trail.verify()
    found = perf_counter()
    assert [(one.kind, one.row) for one in verdict.findings] == [
        ("altered", altered), ("deleted", deleted), ("cut_off", cut - 1),
    ]  # fmt: skip
    named = ", ".join(f"{one.kind} (row {one.row:,})" for one in verdict.findings if one.row is not None)
    for what, took in {
        "written": f"{written - began:.1f} s",
        "sealed": f"{sealed - written:.1f} s",
        "verified, whole": f"{verified - sealed:.1f} s",
        "verified after one row was altered, one deleted and the tail cut off": f"{found - spoiled:.1f} s",
        "found and named": named,
    }.items():
        figure(f"trail of {rows:>9,} rows | {what:<70} | {took}")

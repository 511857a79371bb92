"""How long what is kept, as dated and cited data, and the timed removal that follows from it.

The table is ``data/retention.yaml``. A pass over a class is dry (counts only) or real; both leave a row that only
grows. People are taken out one by one, each with the proof of any other deletion.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.limits import limited
from app.labourers.models import DemandListEntry, Labourer
from app.permissions import Actor, Permission
from app.rights import erasure
from app.rights.models import RetentionRun, RightsRequest
from app.shared.clock import SHANGHAI, day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import current_locale
from app.shared.strict_yaml import DataFileError, check_keys, load_strict
from app.wall import widened

DATA: Final = Path(__file__).parent / "data" / "retention.yaml"
PEOPLE_AT_A_TIME: Final = 100
KEEP: Final = "keep"
ERASE: Final = "erase_people"
STATUSES: Final = ("in_force", "project_choice", "no_table_yet")
OLD_BATCH: Final = "batch_id IN (SELECT id FROM import_batch WHERE uploaded_at < :before)"
STAGED: Final = f"(cells_cipher IS NOT NULL OR undo_cipher IS NOT NULL) AND {OLD_BATCH}"

# action → table → (what is due, what is done about it)
ACTIONS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "delete_candidates": {
        "candidate": (
            "run_id IN (SELECT id FROM match_run WHERE created_at < :before)",
            "DELETE FROM candidate WHERE",
        )
    },
    "clear_staged_rows": {
        "import_row": (
            STAGED,
            (
                "UPDATE import_row SET cells_cipher = NULL, undo_cipher = NULL, problems = '[]', changes = '{}', "
                "state = CASE WHEN state IN ('bad', 'new', 'changed') THEN 'left_out' ELSE state END WHERE"
            ),
        )
    },
    "delete_staged_files": {
        "import_file": (OLD_BATCH, "DELETE FROM import_file WHERE"),
        "import_part": (OLD_BATCH, "DELETE FROM import_part WHERE"),
    },
    "delete_sign_in_attempts": {"sign_in_attempt": ("at < :before", "DELETE FROM sign_in_attempt WHERE")},
    "delete_portal_attempts": {"portal_attempt": ("at < :before", "DELETE FROM portal_attempt WHERE")},
    "delete_complaint_tries": {"complaint_try": ("at < :before", "DELETE FROM complaint_try WHERE")},
    "forget_recipients": {
        "notice": (
            "recipient_cipher IS NOT NULL AND state NOT IN ('waiting', 'sending') AND created_at < :before",
            (
                "UPDATE notice SET recipient_cipher = NULL, recipient_index = NULL, secret_cipher = NULL, "
                "params = '{}' WHERE"
            ),
        )
    },
    "delete_erased_identities": {"erased_identity": ("erased_on < :day", "DELETE FROM erased_identity WHERE")},
}


@dataclass(frozen=True)
class Basis:
    """The clause a period rests on, and what it says."""

    title: str
    article: str
    says: dict[str, str]


@dataclass(frozen=True)
class DataClass:
    """One class of data: where it is, how long it stays, from when, on what ground."""

    code: str
    names: dict[str, str]
    tables: tuple[str, ...]
    days: int
    since: dict[str, str]
    action: str
    basis: Basis
    why: dict[str, str]
    status: str

    def cut_off(self, today: date) -> date:
        """What happened before this day is over its time."""
        return today - timedelta(days=self.days)


def in_words(texts: dict[str, str]) -> str:
    """A text of the table in the reader's language."""
    return texts["zh"] if current_locale().startswith("zh") else texts["en"]


@dataclass(frozen=True)
class Table:
    """The whole retention table, the day it was last read against its sources, and its print."""

    checked_on: date
    classes: tuple[DataClass, ...]
    version: str

    def one(self, code: str) -> DataClass:
        return next(found for found in self.classes if found.code == code)


def load_retention(path: Path = DATA) -> Table:
    """The retention table. Raises DataFileError for an unknown or missing key, action, status, or no period."""
    content = load_strict(path)
    check_keys(path.name, content, required=("checked_on", "classes"))
    classes = tuple(_read(f"{path.name}: {number}", entry) for number, entry in enumerate(content["classes"]))
    codes = [one.code for one in classes]
    if len(set(codes)) != len(codes):
        raise DataFileError(f"{path.name}: a code stands twice")
    if not isinstance(content["checked_on"], date):
        raise DataFileError(f"{path.name}: checked_on is a day such as 2026-01-01")
    return Table(content["checked_on"], classes, hashlib.sha256(path.read_bytes()).hexdigest()[:16])


def _read(where: str, entry: Any) -> DataClass:
    required = ("code", "zh", "en", "tables", "days", "from", "action", "basis", "why", "status")
    check_keys(where, entry, required=required)
    for name in ("from", "why"):
        check_keys(f"{where}: {name}", entry[name], required=("zh", "en"))
    check_keys(f"{where}: basis", entry["basis"], required=("title", "article", "says"))
    check_keys(f"{where}: says", entry["basis"]["says"], required=("zh", "en"))
    if not isinstance(entry["days"], int) or entry["days"] < 1:
        raise DataFileError(f"{where}: days is a whole number, at least 1")
    if entry["action"] not in {KEEP, ERASE, *ACTIONS}:
        raise DataFileError(f"{where}: unknown action {entry['action']!r}")
    if entry["status"] not in STATUSES:
        raise DataFileError(f"{where}: unknown status {entry['status']!r}")
    return DataClass(
        code=entry["code"],
        names={"zh": entry["zh"], "en": entry["en"]},
        tables=tuple(entry["tables"]),
        days=entry["days"],
        since=entry["from"],
        action=entry["action"],
        basis=Basis(entry["basis"]["title"], str(entry["basis"]["article"]), entry["basis"]["says"]),
        why=entry["why"],
        status=entry["status"],
    )


@lru_cache(maxsize=1)
def retention_table() -> Table:
    """The shipped table, read once."""
    return load_retention()


def _people_due(one: DataClass, today: date) -> Any:
    """Off the list for long enough, with nothing under way that asks to keep them: no limit, no open request."""
    asked = exists().where(RightsRequest.labourer_id == Labourer.id, RightsRequest.answered_at.is_(None))
    return (
        select(Labourer)
        .join(DemandListEntry, DemandListEntry.labourer_id == Labourer.id)
        .where(Labourer.erased_at.is_(None), DemandListEntry.left_on < one.cut_off(today))
        .where(~limited(Labourer.id), ~asked)
    )


def _moments(one: DataClass, today: date) -> dict[str, Any]:
    day = one.cut_off(today)
    return {"before": datetime(day.year, day.month, day.day, tzinfo=SHANGHAI), "day": day}


async def due(session: AsyncSession, one: DataClass, today: date) -> dict[str, int]:
    """Table → rows that are over their time."""
    if one.action == KEEP:
        return {}
    if one.action == ERASE:
        people = _people_due(one, today).with_only_columns(func.count())
        return {"labourer": await session.scalar(people) or 0}
    counts = {}
    for table, (condition, _) in ACTIONS[one.action].items():
        query = text(f"SELECT count(*) FROM {table} WHERE {condition}")  # noqa: S608 (words of this module)
        bound = {name: value for name, value in _moments(one, today).items() if f":{name}" in condition}
        counts[table] = await session.scalar(query, bound) or 0
    return counts


async def due_for(session: AsyncSession, actor: Actor, one: DataClass, today: date) -> dict[str, int]:
    """The same as the actor may count it: whoever can start the removal sees how many it takes in all."""
    if not actor.may(Permission.RETENTION_RUN):
        return await due(session, one, today)
    async with widened(session):
        return await due(session, one, today)


async def remove(session: AsyncSession, one: DataClass, today: date) -> dict[str, int]:
    """Table → rows removed or emptied; people apart."""
    done = {}
    for table, (condition, act) in ACTIONS.get(one.action, {}).items():
        bound = {name: value for name, value in _moments(one, today).items() if f":{name}" in condition}
        result: Any = await session.execute(text(f"{act} {condition}"), bound)
        done[table] = result.rowcount
    return done


async def erase_some(session: AsyncSession, keys: KeyRing, one: DataClass, now: datetime) -> int:
    """Take out the next people whose time is over; how many. Others at the same work are passed by."""
    locked = _people_due(one, day_of(now)).with_for_update(of=Labourer, skip_locked=True)
    found = list(await session.scalars(locked.order_by(Labourer.id).limit(PEOPLE_AT_A_TIME)))
    why = erasure.Why("period_over", f"{one.code}: {one.basis.title} {one.basis.article}")
    for labourer in found:
        await erasure.erase(session, keys, labourer, why, now=now)
    return len(found)


def keep_run(
    session: AsyncSession,
    one: DataClass,
    done: dict[str, int],
    *,
    due_rows: int,
    dry: bool,
    now: datetime,
    by: int | None,
) -> None:
    """Write down a pass over one class."""
    session.add(
        RetentionRun(
            class_code=one.code, data_version=retention_table().version, cut_off=one.cut_off(day_of(now)), at=now,
            by_user_id=by, dry=dry, due=due_rows, done=done,
        )
    )  # fmt: skip

"""What came back from the form of rows to mend: which cells were changed, and what is to be done with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Invalid
from app.intake import queries, service
from app.intake.models import ImportBatch
from app.intake.present_rows import MARK
from app.permissions import Actor
from app.shared.encryption import KeyRing
from app.shared.i18n import N_

PREFIX = "mend-"


@dataclass
class Done:
    """How many rows were checked again or left out, and why it went no further, if it did not."""

    rows: int = 0
    refused: Conflict | Invalid | None = None

    def __bool__(self) -> bool:
        return bool(self.rows) or self.refused is not None


@dataclass(frozen=True)
class Line:
    """One line of the form: a field of a row, and the text that came back."""

    row: UUID
    field: str
    text: str


async def take(
    session: AsyncSession, actor: Actor, keys: KeyRing, batch: ImportBatch, form: Mapping[str, Any], *, today: date
) -> Done:
    """Mend every changed cell; the button pressed may mend all rows alike, or leave its row out."""
    lines = list(_lines(form))
    alike, skip = _pressed(form, "alike"), _pressed(form, "skip")
    texts: dict[UUID, dict[str, str]] = {}
    for line in lines:
        if (line.row, line.field) != alike and (skip is None or line.row != skip[0]):
            texts.setdefault(line.row, {})[line.field] = line.text
    done = Done()
    try:
        for row, sent in texts.items():
            done.rows += await _mend(session, actor, keys, batch, row, sent, today)
        if alike is not None:
            text = next((line.text for line in lines if (line.row, line.field) == alike), "")
            row, field = alike
            done.rows += await service.mend_alike(session, actor, keys, batch.uuid, row, field, text, today=today)
        if skip is not None:
            done.rows += await service.leave_out(session, actor, batch.uuid, [skip[0]])
    except (Conflict, Invalid) as refused:  # what was mended before it stays mended
        done.refused = refused
    return done


def _lines(form: Mapping[str, Any]) -> Iterator[Line]:
    for name, value in form.items():
        if name.startswith(PREFIX):
            row, field = _place(name[len(PREFIX) :].rpartition("-")[0])
            yield Line(row, field, str(value).strip())


def _place(text: str) -> tuple[UUID, str]:
    """The row and the field a name or a button stands for. Raises Invalid (422) for one that is not ours."""
    row, _, field = text.partition(MARK)
    try:
        return UUID(row), field
    except ValueError:
        raise Invalid(N_("There is no such row in this sheet.")) from None


def _pressed(form: Mapping[str, Any], button: str) -> tuple[UUID, str] | None:
    return _place(str(form[button])) if button in form else None


async def _mend(
    session: AsyncSession, actor: Actor, keys: KeyRing, batch: ImportBatch, row_uuid: UUID, sent: Mapping[str, str],
    today: date,
) -> int:  # fmt: skip
    row = await queries.row(session, batch, row_uuid)
    shown = {cell.field: "" if cell.masked else cell.text for cell in service.cells_of(keys, batch, row)}
    # An empty answer where nothing was shown, or where one chooses among places, is no answer.
    changed = {
        key: text
        for key, text in sent.items()
        if text != shown.get(key, "") and (text or (shown.get(key) and key != "township"))
    }
    if not changed:
        return 0
    await service.mend(session, actor, keys, batch.uuid, row_uuid, changed, today=today)
    return 1


def way_back(address: Mapping[str, str]) -> str:
    """The view, cause and page the form was sent from."""
    kept = {name: address.get(name, "") for name in ("view", "cause", "page")}
    return "&".join(f"{name}={value}" for name, value in kept.items() if value.replace("_", "").isalnum())

"""Sheets, their rows and adverts as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from app.intake.fields import SheetKind
from app.shared.bounds import Number

FieldKey = Annotated[str, StringConstraints(max_length=40)]
CellText = Annotated[str, StringConstraints(max_length=2000)]


class ImportOut(BaseModel):
    """A sheet on its way in."""

    uuid: UUID
    file_name: str = Field(examples=["会宫镇台账.xlsx"])
    kind: SheetKind | None = Field(description="null until the columns tell")
    state: str = Field(
        description="reading, mapping, checking, ready, applying, applied, undoing, undone or failed",
        examples=["ready"],
    )
    counts: dict[str, int] = Field(
        description="rows by state: bad, new, changed, same, loaded, left_out, undone",
        examples=[{"new": 2141, "changed": 12, "same": 0, "bad": 43}],
    )
    task: UUID | None = Field(description="what is at work on it: ask /api/v1/tasks/{uuid}")
    uploaded_at: datetime
    applied_at: datetime | None


class ImportsOut(BaseModel):
    """A stretch of the list, newest first; ``next`` is the cursor of the following one, absent at the end."""

    items: list[ImportOut]
    next: str | None = None


class ColumnOut(BaseModel):
    """A column of the sheet and what it was taken for."""

    index: int
    letter: str = Field(examples=["C"])
    header: str = Field(examples=["证件号码"])
    action: str = Field(description="take, ask, ignore or drop", examples=["take"])
    field: str | None = Field(examples=["id_no"])
    confidence: float = Field(examples=[1.0])
    suggestions: list[tuple[str, float]]
    samples: list[str] = Field(description="three values, masked", examples=[["3407***********215"]])


class CauseOut(BaseModel):
    """Something wrong, and in how many rows."""

    code: str = Field(examples=["id_checksum"])
    level: str = Field(description="error: the row waits; ask: it loads without the value; note", examples=["error"])
    field: str | None
    column: str
    cause: str
    mend: str
    rows: int


class FailureOut(BaseModel):
    """Why a file was refused."""

    code: str
    cause: str
    mend: str


class ImportDetailOut(ImportOut):
    """One sheet with its columns and what is wrong in its rows."""

    columns: list[ColumnOut]
    missing: list[str] = Field(description="required fields the sheet does not have")
    causes: list[CauseOut]
    failure: FailureOut | None


class ProblemOut(BaseModel):
    """What is wrong with a cell or a row, and how to mend it."""

    level: str
    field: str | None
    column: str = Field(examples=["C"])
    code: str = Field(examples=["id_checksum"])
    cause: str
    mend: str


class RowOut(BaseModel):
    """A row that is not settled yet, identity masked unless it is what has to be mended."""

    uuid: UUID
    row: int = Field(description="as numbered in the sheet")
    state: str
    cells: dict[str, str]
    problems: list[ProblemOut]
    changes: dict[str, Any] = Field(description="field → [before, after]; identity fields by name only")


class RowsOut(BaseModel):
    """A stretch of rows; ``next`` is the cursor of the following one, absent at the end."""

    items: list[RowOut]
    next: str | None = None


class ColumnsIn(BaseModel):
    """What the columns asked about mean; those not named are ignored."""

    kind: SheetKind | None = None
    columns: dict[int, FieldKey] = Field(
        description="column index → field, or ignore", examples=[{"3": "village", "7": "ignore"}], max_length=400
    )


class MendIn(BaseModel):
    """New texts for fields of one row; with ``alike`` the one text goes into every row with the same trouble."""

    row: UUID
    texts: dict[FieldKey, CellText] = Field(examples=[{"township": "会宫镇"}], min_length=1, max_length=80)
    alike: bool = False


class MendedOut(BaseModel):
    """How many rows were checked again, and the sheet's counts after it."""

    rows: int
    counts: dict[str, int]


class ApplyIn(BaseModel):
    """What was reviewed: loading is refused where it is not what stands there any more."""

    new: Number = Field(examples=[2141])
    changed: Number = Field(examples=[12])


class AdvertIn(BaseModel):
    """An advert as it travels."""

    text: str = Field(min_length=1, max_length=6000, examples=["昆山岚溪电子厂招普工50人，26元/小时，包住"])


class SourceOut(BaseModel):
    """A stretch of the text."""

    start: int
    end: int
    words: str


class DraftFieldOut(BaseModel):
    """A field, its value where its words have one, and the words."""

    text: str = Field(examples=["26元/小时"])
    value: Any
    sources: list[SourceOut]


class MissingOut(BaseModel):
    """A required field the advert does not tell."""

    key: str
    question: str


class WarningOut(BaseModel):
    """What the law has against the words."""

    code: str = Field(examples=["deposit"])
    effect: str = Field(description="block or flag")
    clause: str
    text: str
    mend: str
    start: int
    end: int
    words: str


class DraftOut(BaseModel):
    """One draft vacancy; nothing in it that the text does not say."""

    fields: dict[str, DraftFieldOut]
    pay: dict[str, Any] | None
    missing: list[MissingOut]
    warnings: list[WarningOut]
    blocked: bool
    unread: list[SourceOut]
    public_text: str

"""Small sample lists for the tests, and their sheets read back as a stranger would read them."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from app.demo.sample import SampleOptions
from app.demo.sample.demand import DemandList, DemandRow
from app.demo.sample.places import DIVISIONS_PATH, county_of

ON = date(2026, 11, 21)
COUNTY = "340722"


def options(**changes: Any) -> SampleOptions:
    return SampleOptions(**{"on": ON, "county": COUNTY, "labourers": 900, "vacancies": 520, "seed": 7, **changes})


@cache
def people(count: int = 20_000, seed: int = 3, template: str = "duijie") -> list[DemandRow]:
    """Rows of the demand list before any is spoiled."""
    return list(DemandList(county_of(COUNTY), count, seed, ON, template, DIVISIONS_PATH))


def read_xlsx(path: Path) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


def read_csv(path: Path, encoding: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def by_field(rows: list[list[Any]], part: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Cells by field for each row number of the manifest."""
    fields = [column["field"] for column in part["columns"]]
    first = part["first_row"]
    return {number: dict(zip(fields, rows[number - 1], strict=True)) for number in range(first, part["last_row"] + 1)}

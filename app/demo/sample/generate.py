"""Write the two lists and the manifest of what was planted in them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.demo.sample import demand_flaws, supply_flaws
from app.demo.sample.chance import Chance
from app.demo.sample.demand import DemandList, DemandRow
from app.demo.sample.places import DIVISIONS_PATH, County, county_of
from app.demo.sample.sheets import FORMATS, Append, sheet
from app.demo.sample.supply import SupplyList, SupplyRow
from app.demo.sample.templates import DEMAND, SUPPLY, Template

DEMAND_NOTE = (
    "填表说明：1.带*的为必填项；2.身份证号请以文本格式填写18位；3.就业意愿须由本人陈述，并写明记录人和日期，未问到本人的请留空；"
    "4.日期格式为2026-01-31；5.本表为演示数据，姓名、号码均为虚构。"
)
SUPPLY_NOTE = (
    "填表说明：1.带*的为必填项；2.薪资请写明单位（元/月、元/天、元/小时）及底薪；3.不得收取押金、扣押证件，不得限制性别、民族、地域；"
    "4.本表为演示数据，企业均为虚构。"
)


@dataclass(frozen=True)
class SampleOptions:
    """What to make. The same options give the same cells; ``on`` is the day the lists are written."""

    on: date
    county: str = "340722"
    labourers: int = 2400
    vacancies: int = 600
    seed: int = 1
    format: str = "xlsx"
    template: str = "national"
    bad_share: float = 0.025
    odd_share: float = 0.05
    violation_share: float = 0.07
    divisions: Path = DIVISIONS_PATH

    def __post_init__(self) -> None:
        if self.labourers < 1 or self.vacancies < 1:
            raise ValueError("Both lists need at least one row.")
        if self.format not in FORMATS or self.template not in DEMAND:
            raise ValueError(f"Known formats: {', '.join(FORMATS)}; known templates: {', '.join(DEMAND)}.")
        if not all(0 <= share <= 0.5 for share in (self.bad_share, self.odd_share, self.violation_share)):
            raise ValueError("Shares of planted rows lie between 0 and 0.5.")


def write_sample(options: SampleOptions, folder: Path) -> dict[str, Any]:
    """Write demand list, supply list and ``manifest.json`` into a folder (made if missing); returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "about": "Invented lists of Duijie's sample. Rows are counted from 1, titles included, as a spreadsheet does.",
        "options": {
            "on": options.on.isoformat(),
            "county": options.county,
            "seed": options.seed,
            "format": options.format,
            "template": options.template,
            "labourers": options.labourers,
            "vacancies": options.vacancies,
        },
        "demand": write_demand(options, folder / f"demand_list{FORMATS[options.format]}"),
        "supply": write_supply(options, folder / f"supply_list{FORMATS[options.format]}"),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return manifest


def write_demand(options: SampleOptions, path: Path) -> dict[str, Any]:
    """Write the demand list; returns its part of the manifest."""
    county = county_of(options.county, options.divisions)
    template = DEMAND[options.template]
    rows = DemandList(county, options.labourers, options.seed, options.on, options.template, options.divisions)
    title = f"{county.name}农村劳动力就业需求清单（{options.on.year}年{options.on.month}月）"
    planted = _Planted(template, path)
    spoiler = demand_flaws.Spoiler(
        options.on, Chance("bad", options.seed), rows.neighbourhood, {t.name for t in county.townships}
    )
    plan = planned(
        options.labourers, options.bad_share, demand_flaws.kinds_for(template.fields), options.seed, first=45
    )
    with sheet(path, options.format, template, title, DEMAND_NOTE) as append:
        _fill_demand(rows, append, plan, spoiler, planted, options)
    return {**planted.part(), "bulk_recorder": rows.bulk}


def _fill_demand(
    rows: DemandList,
    append: Append,
    plan: Mapping[int, str],
    spoiler: demand_flaws.Spoiler,
    planted: "_Planted",
    options: SampleOptions,
) -> None:
    chance = Chance("odd", options.seed)
    for place, row in enumerate(rows):
        number = planted.template.header_row + 1 + place
        kind = plan.get(place)
        if kind:
            planted.bad.append(spoiler.spoil(kind, row, number))
        else:
            odd = demand_flaws.oddity(row, number, chance) if chance.hit(options.odd_share) else None
            if odd:
                planted.odd.append(odd)
            else:
                spoiler.remember(row, number)
            planted.declare(row, number)
        _check_place(append(row.cells), number)
        planted.rows += 1


def write_supply(options: SampleOptions, path: Path) -> dict[str, Any]:
    """Write the supply list; returns its part of the manifest."""
    county = county_of(options.county, options.divisions)
    template = SUPPLY[options.template]
    rows = SupplyList(county, options.vacancies, options.seed, options.on, options.template, options.divisions)
    planted = _Planted(template, path)
    bad = planned(options.vacancies, options.bad_share, list(supply_flaws.FLAWS), options.seed, first=3)
    unlawful = planned(
        options.vacancies, options.violation_share, list(supply_flaws.VIOLATIONS), options.seed + 1, first=3
    )
    with sheet(path, options.format, template, _supply_title(county, options.on), SUPPLY_NOTE) as append:
        _fill_supply(rows, append, bad, unlawful, planted, options)
    return {**planted.part(), "employers": len(rows.employers), **planted.supply}


def _supply_title(county: County, on: date) -> str:
    return f"{on.year}年{on.month}月岗位供给清单（{county.name}劳务协作）"


def _fill_supply(
    rows: SupplyList,
    append: Append,
    bad: Mapping[int, str],
    unlawful: Mapping[int, str],
    planted: "_Planted",
    options: SampleOptions,
) -> None:
    chance = Chance("unlawful", options.seed)
    for place, row in enumerate(rows):
        number = planted.template.header_row + 1 + place
        if place in bad:
            planted.bad.append(supply_flaws.spoil_vacancy(bad[place], row, number, options.on, chance))
        elif place in unlawful:
            planted.supply["violations"].append(supply_flaws.break_law(unlawful[place], row, number, chance))
        planted.vacancy(row, number)
        _check_place(append(row.cells), number)
        planted.rows += 1


def _check_place(written: int, expected: int) -> None:
    if written != expected:
        raise AssertionError(f"The manifest speaks of row {expected}, the sheet wrote row {written}.")


def planned(rows: int, share: float, kinds: list[str], seed: int, *, first: int) -> dict[int, str]:
    """Which places (from 0) are planted with which kind: every kind in turn, at least once where there is room.

    Rows before ``first`` stay sound, so that a row that repeats another finds one.
    """
    if share <= 0 or rows <= first:
        return {}
    count = min(max(round(rows * share), len(kinds)), (rows - first) // 2)
    chance = Chance("plan", seed, *kinds)
    places = sorted({first + int((rows - first) * (slot + chance.random()) / max(count, 1)) for slot in range(count)})
    return {place: kinds[turn % len(kinds)] for turn, place in enumerate(places)}


class _Planted:
    """What was planted in one sheet."""

    def __init__(self, template: Template, path: Path) -> None:
        self.template, self.path = template, path
        self.rows = 0
        self.bad: list[dict[str, Any]] = []
        self.odd: list[dict[str, Any]] = []
        self.states: dict[str, list[int]] = {}
        self.scopes: Counter[str] = Counter()
        self.supply: dict[str, list[Any]] = {"violations": [], "flags": [], "pay": [], "headcount_words": []}

    def declare(self, row: DemandRow, number: int) -> None:
        """Note how a sound row stands towards consent."""
        self.states.setdefault(row.state, []).append(number)

    def vacancy(self, row: SupplyRow, number: int) -> None:
        """Note the reading of a vacancy's pay, its flags and a head count in words."""
        cells = row.cells
        if cells.get("v_wage") is not None:
            self.supply["pay"].append(
                {"row": number, "text": str(cells["v_wage"]), "unit": cells.get("v_wage_unit"), **row.pay.reading()}
            )
        for flag in row.flags:
            if cells.get(flag["field"]) is not None:
                self.supply["flags"].append({"row": number, **flag})
        if row.openings is None:
            self.supply["headcount_words"].append({"row": number, "value": cells["v_headcount"]})

    def part(self) -> dict[str, Any]:
        """This sheet's part of the manifest."""
        template = self.template
        part: dict[str, Any] = {
            "file": self.path.name,
            "header_row": template.header_row,
            "first_row": template.header_row + 1,
            "last_row": template.header_row + self.rows,
            "rows": self.rows,
            "columns": [{"header": column.header, "field": column.field} for column in template.columns],
            "bad_rows": self.bad,
            "bad_by_kind": _counts(entry["kind"] for entry in self.bad),
            "oddities": self.odd,
        }
        if self.states:
            part["declarations"] = {state: len(numbers) for state, numbers in sorted(self.states.items())}
            part["declaration_rows"] = {
                state: numbers for state, numbers in sorted(self.states.items()) if state != "stated"
            }
        return part


def _counts(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))

"""The sheets on disk: shape, determinism, and a manifest that tells the truth about every row."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.demo.sample import SampleOptions, write_demand, write_sample
from app.demo.sample.demand_flaws import FLAWS, ODDITIES, kinds_for
from app.demo.sample.generate import planned
from app.demo.sample.places import divisions
from app.demo.sample.sheets import groups
from app.demo.sample.templates import DEMAND, SUPPLY
from app.shared.identity_numbers import IdNumber, age_on, check_id_number, tidy_number
from tests.app.demo.lists import COUNTY, ON, by_field, options, read_csv, read_xlsx

Cells = dict[str, Any]


@pytest.fixture(scope="module", params=["national", "duijie"])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    folder = tmp_path_factory.mktemp(request.param)
    return write_sample(options(template=request.param, labourers=2400, vacancies=600), folder), folder


@pytest.fixture
def demand(sample: tuple[dict, Path]) -> tuple[dict, dict[int, Cells]]:
    manifest, folder = sample
    part = manifest["demand"]
    return part, by_field(read_xlsx(folder / part["file"]), part)


def test_the_sheet_is_kept_as_a_county_keeps_it(sample: tuple[dict, Path]) -> None:
    manifest, folder = sample
    rows = read_xlsx(folder / "demand_list.xlsx")
    template = DEMAND[manifest["options"]["template"]]
    assert rows[0][0] == "枞阳县农村劳动力就业需求清单（2026年11月）"
    assert rows[1][0].startswith("填表说明")
    assert not any(rows[0][1:] + rows[1][1:])
    assert rows[template.header_row - 1] == [column.header for column in template.columns]
    assert len(rows) == template.header_row + 2400
    if template.grouped:
        assert [cell for cell in rows[2] if cell] == [name for _, _, name in groups(template.columns)]


def test_headers_carry_stars_units_and_line_breaks() -> None:
    headers = [column.header for column in DEMAND["national"].columns]
    assert any("\n" in header and "（" in header for header in headers)
    for template in (*DEMAND.values(), *SUPPLY.values()):
        assert sum("*" in column.header for column in template.columns) >= 3
        assert any(re.search(r"[(（].+[)）]", column.header) for column in template.columns)
        assert len({column.field for column in template.columns}) == len(template.columns)
        assert len({column.header for column in template.columns}) == len(template.columns)


def test_the_national_sheet_holds_every_column_of_the_monitoring_export_in_order() -> None:
    listed = [
        "省",
        "市",
        "县",
        "乡",
        "村",
        "户编号",
        "人口编号",
        "姓名",
        "性别",
        "出生日期",
        "证件类型",
        "证件号码",
        "民族",
    ]
    headers = [re.sub(r"[\s*]", "", column.header) for column in DEMAND["national"].columns]
    assert headers[:13] == listed
    assert headers.index("识别标准") == 46


def test_columns_that_nobody_may_keep_are_filled(demand: tuple[dict, dict[int, Cells]]) -> None:
    _, rows = demand
    for field in ("drop_nation", "drop_politics"):
        assert all(cells[field] for cells in rows.values())
        assert len({cells[field] for cells in rows.values()}) > 1


def test_the_manifest_quotes_every_planted_cell(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, rows = demand
    assert len(part["bad_rows"]) == 60
    for entry in part["bad_rows"] + part["oddities"]:
        written = rows[entry["row"]][entry["field"]]
        written = written.isoformat() if isinstance(written, date) else written
        assert written == (entry["value"] if entry["value"] is not None else ""), entry


def test_every_kind_a_template_can_show_is_planted(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, _ = demand
    fields = frozenset(column["field"] for column in part["columns"])
    assert set(part["bad_by_kind"]) == set(kinds_for(fields))
    assert {entry["kind"] for entry in part["oddities"]} == set(ODDITIES)
    assert {flaw.expect for flaw in FLAWS.values()} == {"refuse", "name"}


def _checked_id(cells: Cells) -> IdNumber | str:
    found = check_id_number(cells["id_no"], ON)
    return found if isinstance(found, IdNumber) else found.code


EXPECTED_ID_CODES = {
    "id_scientific": "id_digits_lost",
    "id_15_digits": "id_15_digits",
    "id_17_digits": "id_17_digits",
    "id_20_digits": "id_disability_card",
    "id_checksum": "id_checksum",
    "id_birth_impossible": "id_birth_date",
    "id_missing": "id_missing",
}


def test_broken_numbers_are_broken_in_the_way_they_say(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, rows = demand
    for entry in part["bad_rows"]:
        if entry["kind"] in EXPECTED_ID_CODES:
            assert _checked_id(rows[entry["row"]]) == EXPECTED_ID_CODES[entry["kind"]], entry
        if entry["kind"] == "id_scientific":
            assert isinstance(rows[entry["row"]]["id_no"], float)
        if entry["kind"] == "under_16":
            found = _checked_id(rows[entry["row"]])
            assert isinstance(found, IdNumber)
            assert age_on(found.birth_on, ON) < 16


def test_other_bad_rows_are_bad_in_the_way_they_say(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, rows = demand
    townships = {division.name for division in divisions().below(COUNTY)}
    wrong = {
        "township_unknown": lambda c: c["township"] and c["township"] not in townships,
        "phone_short": lambda c: len(c["phone"]) < 11,
        "birth_date_differs": lambda c: c["birth_date"] != _checked_id(c).birth_on,
        "birth_date_impossible": lambda c: not _is_day(c["birth_date"]),
        "available_impossible": lambda c: not _is_day(c["available_from"]),
        "sex_differs": lambda c: (c["sex"] == "男") != (_checked_id(c).sex == "male"),
        "stated_in_future": lambda c: c["stated_on"] > ON,
        "collected_in_future": lambda c: c["collected_on"] > ON,
        "work_place_without_months": lambda c: c["work_place"] and c["work_months"] == "",
        "months_without_work_place": lambda c: c["work_months"] and c["work_place"] == "",
        "wage_out_of_range": lambda c: not 100 <= c["monthly_wage"] <= 30000,
        "end_before_start": lambda c: c["end"] < c["start"],
        "head_id_17_digits": lambda c: len(c["head_id_no"]) == 17,
    }
    seen = Counter()
    for entry in part["bad_rows"]:
        if entry["kind"] in wrong:
            assert wrong[entry["kind"]](rows[entry["row"]]), entry
            seen[entry["kind"]] += 1
    assert len(seen) >= 11


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def test_a_repeated_person_names_the_first_row(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, rows = demand
    repeats = [entry for entry in part["bad_rows"] if "first_row" in entry]
    assert {entry["kind"] for entry in repeats} == {"duplicate_row", "duplicate_person"}
    for entry in repeats:
        first, again = rows[entry["first_row"]], rows[entry["row"]]
        assert entry["first_row"] < entry["row"]
        assert first["id_no"] == again["id_no"]
        assert (first == again) == (entry["kind"] == "duplicate_row")


def test_rows_the_manifest_does_not_name_are_sound(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, rows = demand
    named = {entry["row"] for entry in part["bad_rows"] + part["oddities"]}
    townships = {division.name for division in divisions().below(COUNTY)}
    seen = set()
    for number, cells in rows.items():
        if number in named:
            continue
        found = check_id_number(cells["id_no"], ON)
        assert isinstance(found, IdNumber), number
        assert (found.birth_on, found.sex == "male") == (cells["birth_date"], cells["sex"] == "男")
        assert age_on(found.birth_on, ON) >= 16
        assert cells["township"] in townships
        assert cells["name"]
        assert bool(cells["work_months"]) == bool(cells["work_place"])
        assert cells["phone"] == "" or len(cells["phone"]) == 11
        assert found.number not in seen
        seen.add(found.number)


def test_oddities_read_as_the_manifest_says(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, _ = demand
    for entry in part["oddities"]:
        if entry["field"] == "id_no":
            assert tidy_number(entry["value"]) == entry["reads_as"]
        elif entry["field"] == "birth_date":
            digits = [int(part) for part in re.findall(r"\d+", entry["value"])]
            read = date.fromisoformat(entry["value"]) if len(digits) == 1 else date(*digits)
            assert read.isoformat() == entry["reads_as"]
        elif entry["field"] == "phone":
            assert re.sub(r"\D", "", str(entry["value"])) == entry["reads_as"]


def test_rows_without_recorder_or_date_are_listed(demand: tuple[dict, dict[int, Cells]]) -> None:
    part, rows = demand
    assert sum(part["declarations"].values()) == part["rows"] - len(part["bad_rows"])
    for number in part["declaration_rows"]["no_recorder"]:
        assert not rows[number].get("recorder")
        assert not rows[number]["collector"]
    for number in part["declaration_rows"]["no_date"]:
        assert not rows[number].get("stated_on")
        assert not rows[number]["collected_on"]
    for number in part["declaration_rows"]["not_stated"]:
        assert rows[number]["wish_work"] == ""


def test_the_manifest_on_disk_is_the_one_returned(sample: tuple[dict, Path]) -> None:
    manifest, folder = sample
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8")) == json.loads(json.dumps(manifest))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name, changes in (
        ("one", {}),
        ("two", {}),
        ("other_seed", {"seed": 8}),
        ("other_day", {"on": date(2026, 12, 1)}),
    ):
        write_sample(options(labourers=200, vacancies=60, **changes), tmp_path / name)
    for file in ("demand_list.xlsx", "supply_list.xlsx", "manifest.json"):
        first = (tmp_path / "one" / file).read_bytes()
        assert first == (tmp_path / "two" / file).read_bytes()
        assert first != (tmp_path / "other_seed" / file).read_bytes()
        assert first != (tmp_path / "other_day" / file).read_bytes()


@pytest.mark.parametrize(("kind", "encoding"), [("csv-gb18030", "gb18030"), ("csv-utf8", "utf-8-sig")])
def test_csv_holds_the_same_rows(tmp_path: Path, kind: str, encoding: str) -> None:
    part = write_demand(options(format=kind), tmp_path / "list.csv")
    same = write_demand(options(), tmp_path / "list.xlsx")
    text, cells = read_csv(tmp_path / "list.csv", encoding), read_xlsx(tmp_path / "list.xlsx")
    assert part["bad_rows"] == same["bad_rows"]
    assert len(text) == len(cells)
    assert [row[7] for row in text[4:]] == [row[7] for row in cells[4:]]
    broken = next(entry["row"] for entry in part["bad_rows"] if entry["kind"] == "id_scientific")
    assert re.fullmatch(r"\d\.\d{5}E\+17", by_field(text, part)[broken]["id_no"])


def test_a_character_outside_the_basic_plane_survives_gb18030(tmp_path: Path) -> None:
    """枞阳 has a township whose first character needs four bytes in GB18030."""
    part = write_demand(options(format="csv-gb18030"), tmp_path / "list.csv")
    rows = by_field(read_csv(tmp_path / "list.csv", "gb18030"), part)
    assert "𠙶山镇" in {cells["township"] for cells in rows.values()}


def test_no_bad_rows_on_request(tmp_path: Path) -> None:
    part = write_demand(options(bad_share=0, odd_share=0, labourers=100), tmp_path / "list.xlsx")
    assert part["bad_rows"] == part["oddities"] == []


def test_planted_places_are_spread_and_take_kinds_in_turn() -> None:
    plan = planned(1000, 0.02, ["a", "b", "c"], 1, first=45)
    assert len(plan) == 20
    assert min(plan) >= 45
    assert max(plan) > 900
    assert [plan[place] for place in sorted(plan)][:4] == ["a", "b", "c", "a"]
    assert len(planned(1000, 0.001, ["a", "b", "c"], 1, first=45)) == 3
    assert planned(40, 0.1, ["a"], 1, first=45) == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labourers": 0}, "at least one row"),
        ({"format": "xls"}, "Known formats"),
        ({"template": "other"}, "known templates"),
        ({"bad_share": 0.9}, "between 0 and 0.5"),
    ],
)
def test_options_that_cannot_be_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SampleOptions(**{"on": ON, **changes})

"""From bytes to kept rows: parts, ciphers, columns asked about, and every planted bad row named."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app.demo.sample.generate import write_demand, write_supply
from app.errors import Forbidden, Invalid
from app.intake import service
from app.intake.layout import Layout, RowTexts
from app.intake.models import ImportFile, ImportPart, ImportRow, RememberedHeader
from app.intake.parts import cut, open_part, seal_part
from app.intake.reading.header_rows import HeaderBlock
from app.intake.reading.mapping import Column, HeaderName
from app.intake.reading.workbook import Sheet
from app.intake.row_texts import alike, open_texts, seal_texts
from app.shared.encryption import KeyRing
from tests.app.demo.lists import options
from tests.app.intake.sheets import Intake, codes, counted, demand, person_cells, supply
from tests.app.intake.workbooks import xlsx

LAYOUT = Layout("demand", tuple(Column(n, HeaderName(key), "take", key) for n, key in enumerate(("name", "id_no"))))


def block(width: int) -> HeaderBlock:
    return HeaderBlock(0, 0, tuple(HeaderName(str(n)) for n in range(width)), 1, width)


def test_a_sheet_is_cut_into_parts_with_the_numbers_of_its_rows() -> None:
    sheet = Sheet("s", [["h"], *[[f"r{n}"] for n in range(10)]], first_row=3)
    parts = list(cut(sheet, block(1), rows=4))
    assert [len(part.sheet.rows) for part in parts] == [4, 4, 2]
    assert [part.sheet.row_number(0) for part in parts] == [5, 9, 13]


def test_merged_cells_stay_together() -> None:
    sheet = Sheet("s", [["h"], *[[f"r{n}"] for n in range(10)]], merged=[(3, 0, 6, 0), (9, 0, 10, 0)])
    parts = list(cut(sheet, block(1), rows=4))
    assert [len(part.sheet.rows) for part in parts] == [6, 4]
    assert [part.sheet.merged for part in parts] == [[(3, 0, 6, 0)], [(9, 0, 10, 0)]]


def test_a_sealed_part_keeps_the_type_of_its_cells(keys: KeyRing) -> None:
    rows: list[Any] = [["张小梅", 138.5, True, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), ""]]  # noqa: DTZ001
    part = next(cut(Sheet("s", [[], *rows], first_row=2, merged=[(3, 0, 3, 1)]), block(6)))
    batch = uuid4()
    sealed = seal_part(keys, batch, part)
    assert "张小梅".encode() not in sealed
    assert open_part(keys, batch, sealed) == part


def test_sealed_texts(keys: KeyRing) -> None:
    uuid = uuid4()
    texts = RowTexts({"name": "张小梅", "id_no": "1", "phone": "2"}, frozenset({"phone"}), "head")
    assert open_texts(keys, uuid, LAYOUT, seal_texts(keys, uuid, LAYOUT, texts)) == texts
    plain = RowTexts({"name": "张小梅"})
    assert open_texts(keys, uuid, LAYOUT, seal_texts(keys, uuid, LAYOUT, plain)) == plain


def test_like_causes_are_marked_alike_and_do_not_tell_the_text(keys: KeyRing) -> None:
    mark = alike(keys, "township_unknown", "township", "青峰岭镇")
    assert mark == alike(keys, "township_unknown", "township", "青峰岭镇")
    assert mark != alike(keys, "township_unknown", "township", "双溪口乡")
    assert mark != alike(keys, "township_unknown", "village", "青峰岭镇")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sheets")


@pytest.mark.parametrize(("template", "shape"), [("national", "xlsx"), ("duijie", "csv-gb18030")])
async def test_every_planted_person_is_named(county: Intake, folder: Path, template: str, shape: str) -> None:
    path = folder / f"{template}.{shape}"
    part = write_demand(options(template=template, format=shape), path)
    batch = await county.check(path.read_bytes())
    assert batch.state == "ready", batch.failure
    assert sum(batch.counts.values()) == part["rows"]
    rows = {row.row_no: row for row in await county.rows(batch)}
    refused = {entry["row"] for entry in part["bad_rows"] if entry["expect"] == "refuse"}
    assert {number for number, row in rows.items() if row.state == "bad"} >= refused
    _assert_named(rows, part)
    odd = {entry["row"] for entry in part["oddities"]}
    assert [number for number in sorted(odd) if rows[number].state == "bad"] == []
    letters = {str(one["field"]): str(one["letter"]) for one in batch.columns if one["action"] == "take"}
    for row in rows.values():
        for problem in row.problems:
            assert problem["column"] == letters.get(problem["field"], ""), problem


def _assert_named(rows: dict[int, ImportRow], part: dict[str, Any]) -> None:
    """Each planted row carries a problem in its column; a birth is told by the number, whose column is named too."""
    also = {"id_no": {"id_no", "birth_date"}, "stated_on": {"stated_on", "wish_work"}}
    for entry in part["bad_rows"]:
        fields = {problem["field"] for problem in rows[entry["row"]].problems}
        assert fields & also.get(entry["field"], {entry["field"]}), (entry, rows[entry["row"]].problems)
    for entry in part["bad_rows"]:
        if entry["kind"].startswith("duplicate"):
            assert {"row": entry["first_row"]} in [one["params"] for one in rows[entry["row"]].problems]


async def test_every_planted_post_is_named(city: Intake, folder: Path) -> None:
    path = folder / "supply.xlsx"
    part = write_supply(options(template="national"), path)
    batch = await city.check(path.read_bytes(), "supply")
    rows = {row.row_no: row for row in await city.rows(batch)}
    refused = {entry["row"] for entry in part["bad_rows"] if entry["expect"] == "refuse"}
    assert {number for number, row in rows.items() if row.state == "bad"} >= refused - _headcount_only(part)
    _assert_named(rows, part)


def _headcount_only(part: dict[str, Any]) -> set[int]:
    """A post without a number of openings loads as a draft: it cannot open before somebody has asked."""
    return {entry["row"] for entry in part["bad_rows"] if entry["kind"] == "headcount_missing"}


async def test_later_rows_of_one_person_name_the_first(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1), person_cells(2), person_cells(1), person_cells(1, phone="")))
    rows = await county.rows(batch)
    assert [row.state for row in rows] == ["new", "new", "bad", "bad"]
    assert [problem["params"] for row in rows[2:] for problem in row.problems if problem["level"] == "error"] == [
        {"row": 2}, {"row": 2},
    ]  # fmt: skip


async def test_later_rows_name_the_first_across_parts(county: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.intake.tasks.cut", lambda sheet, block: cut(sheet, block, rows=2))
    batch = await county.check(demand(*(person_cells(n) for n in (1, 2, 3, 4, 1))))
    last = await county.row(batch, 5)
    assert [(problem["code"], problem["params"]) for problem in last.problems] == [("id_repeated", {"row": 2})]


async def test_the_list_is_found_out_by_its_columns(county: Intake) -> None:
    assert (await county.check(demand(person_cells(1)), None)).kind == "demand"
    assert (
        await county.check(supply({"v_company": "甲厂", "v_title": "普工", "v_place": "苏州市"}), None)
    ).kind == "supply"


async def test_nothing_forbidden_and_no_file_is_kept(county: Intake) -> None:
    headers = ["乡镇", "姓名", "身份证号", "民族", "政治面貌", "宗教信仰", "婚姻状况", "健康状况", "与户主关系", "备注"]
    cells = [
        "会宫镇",
        "张小梅",
        person_cells(1)["id_no"],
        "土家族",
        "中共党员",
        "佛教",
        "已婚",
        "长期慢性病",
        "配偶",
        "信佛",
    ]
    batch = await county.check(xlsx([headers, cells]))
    assert batch.state == "ready"
    session = county.session
    assert await session.scalar(select(func.count()).select_from(ImportFile)) == 0
    row = await county.row(batch, 1)
    assert row.cells_cipher is not None
    await session.refresh(batch, ["titles"])
    kept = [cell.text for cell in service.cells_of(county.keys, batch, row)]
    whole = " ".join([*kept, str(batch.columns), str(row.problems), str(batch.titles)])
    for word in ("土家", "党员", "佛", "已婚", "慢性", "配偶"):
        assert word not in whole
    await county.apply(batch)
    tables = ["labourer", "demand_list_entry", "household", "labourer_skill", "import_row", "import_batch"]
    for table in tables:
        dump = str(await session.scalar(text(f"SELECT string_agg(to_jsonb(t)::text, ' ') FROM {table} t")))
        assert not [word for word in ("土家", "党员", "佛", "已婚", "慢性", "配偶") if word in dump], table


async def test_cells_are_unreadable_in_the_database(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    row = await county.row(batch, 1)
    assert row.cells_cipher is not None
    assert "张小兰".encode() not in row.cells_cipher
    assert "12345" not in str(row.problems)


HEADERS = ["乡镇", "姓名", "身份证号", "联络人号码甲", "预期待遇几何"]


def asked_sheet() -> bytes:
    cells = person_cells(1)
    return xlsx([HEADERS, [cells["township"], cells["name"], cells["id_no"], cells["phone"], "4800"]])


async def test_a_column_that_is_asked_about_waits_and_is_remembered(county: Intake) -> None:
    headers = ["乡镇", "姓名", "身份证号", "电话", "电话"]
    cells = person_cells(1)
    content = xlsx([headers, [cells["township"], cells["name"], cells["id_no"], cells["phone"], ""]])
    batch = await county.check(content)
    assert batch.state == "mapping"
    asked = [one["index"] for one in batch.columns if one["action"] == "ask"]
    assert asked
    kept = await county.session.scalar(select(func.count()).select_from(ImportPart))
    assert kept == 1
    assert await county.session.scalar(select(func.count()).select_from(ImportFile)) == 0
    await service.choose_columns(county.session, county.actor, batch.uuid, {asked[0]: "phone"})
    await county.run()
    batch = await county.batch(batch)
    assert batch.state == "ready"
    assert await county.session.scalar(select(func.count()).select_from(ImportPart)) == 0
    row = await county.row(batch, 1)
    assert {cell.field for cell in service.cells_of(county.keys, batch, row)} >= {"phone"}
    assert await county.session.scalar(select(func.count()).select_from(RememberedHeader)) == 1


async def test_what_was_left_in_the_sheet_cannot_be_taken_afterwards(county: Intake) -> None:
    headers = ["乡镇", "姓名", "身份证号", "电话", "电话", "完全不懂的一栏"]
    rows = [["会宫镇", "张小梅", person_cells(1)["id_no"], "1", "2", "3"]]
    batch = await county.check(xlsx([headers, *rows]))
    unknown = batch.columns[-1]["index"]
    await service.choose_columns(county.session, county.actor, batch.uuid, {unknown: "village"})
    batch = await county.batch(batch)
    assert batch.state == "failed"
    assert batch.failure is not None
    assert (batch.failure["code"], batch.failure["params"]) == ("column_left_in_sheet", {"column": "F"})
    again = await county.check(xlsx([headers, *rows]))
    assert again.columns[-1]["field"] == "village"


@pytest.mark.parametrize(
    "choices",
    [{0: "v_title"}, {0: "nation"}, {99: "name"}, {0: "no_such_field"}],
    ids=["other list", "forbidden", "no column", "no field"],
)
async def test_odd_choices_are_refused(county: Intake, choices: dict[int, str]) -> None:
    batch = await county.check(xlsx([["电话", "电话", "乡镇"], ["1", "2", "会宫镇"]]))
    assert batch.state == "mapping"
    with pytest.raises(Invalid):
        await service.choose_columns(county.session, county.actor, batch.uuid, choices)


async def test_a_sheet_without_people_goes_no_further(county: Intake) -> None:
    batch = await county.check(xlsx([["乡镇", "姓名", "本人电话"], ["会宫镇", "张小梅", "15400000001"]]))
    assert batch.state == "mapping"
    assert batch.about["missing"] == ["id_no"]
    with pytest.raises(Invalid, match="Without this column"):
        await service.choose_columns(county.session, county.actor, batch.uuid, {})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 600, "is_picture"),
        (b"%PDF-1.7 ...", "is_pdf"),
        (b"PK\x03\x04 not a zip", "broken"),
    ],
)
async def test_a_hostile_file_fails_with_a_reason(county: Intake, content: bytes, code: str) -> None:
    batch = await county.check(content)
    assert batch.state == "failed"
    assert batch.failure is not None
    assert batch.failure["code"] == code
    assert batch.failure["mend"]
    assert await county.session.scalar(select(func.count()).select_from(ImportFile)) == 0


async def test_an_empty_file_and_anothers_list_are_refused_at_once(county: Intake, city: Intake) -> None:
    with pytest.raises(Invalid):
        await county.check(b"")
    with pytest.raises(Forbidden):
        await city.check(demand(person_cells(1)), "demand")


async def test_a_list_that_is_none_of_theirs_goes_no_further(city: Intake) -> None:
    """Brought in without saying which list it is: the receiving office keeps no demand list."""
    batch = await city.check(demand(person_cells(1)), None)
    assert batch.state in ("mapping", "failed")
    assert await city.session.scalar(select(func.count()).select_from(ImportRow)) == 0


async def test_problems_and_counts(county: Intake) -> None:
    batch = await county.check(
        demand(person_cells(1), person_cells(2, township="双溪口乡"), person_cells(3, wish_wage=99999))
    )
    assert counted(batch) == {"new": 2, "bad": 1}
    rows = await county.rows(batch)
    assert codes(rows[1]) == ["township_unknown"]
    assert codes(rows[2], "ask") == ["wish_wage_unlikely"]

"""What a message quotes of a cell is encrypted as the cell is, and read by those who may read the row."""

import pytest
from sqlalchemy import text

from app.intake import present_rows, queries
from app.intake.models import ImportBatch
from app.shared.pagination import Paging
from tests.app.intake.sheets import Intake, codes, demand, person_cells, post_cells, supply

PEOPLE = demand(
    person_cells(1, township="青山坳老屋"),
    person_cells(2, name="李二狗3号", id_no="34072219860315", village="拔茅村"),
    person_cells(3, wish_place="苏州、大表姐家", wish_wage="看着给吧", skill_months="好几个年头"),
    person_cells(4, township="双溪口"),
    more=("village", "sex"),
)
POSTS = supply(post_cells(1, v_place="河西老厂隔壁"), post_cells(2, v_lodging="跟老板挤挤"), more=("v_lodging",))


async def stored(county: Intake) -> str:
    """All columns of all rows, as the database has them."""
    await county.session.flush()
    return str(await county.session.scalar(text("SELECT string_agg(to_jsonb(r)::text, ' ') FROM import_row r")))


async def problems_shown(county: Intake, batch: ImportBatch, level: str) -> str:
    page = await queries.rows(county.session, batch, paging=Paging(1, 50))
    lines = present_rows.lines_to_mend(county.keys, batch, page.rows, level, {}, ())
    return " ".join(line["problem"] for line in lines)


async def test_no_word_of_a_bad_sheet_stands_in_plain(county: Intake) -> None:
    batch = await county.check(PEOPLE)
    assert [row.state for row in await county.rows(batch)] == ["bad", "bad", "new", "bad"]
    dump = await stored(county)
    words = [
        "青山坳",
        "李二狗",
        "340722",
        "拔茅",
        "大表姐",
        "看着给",
        "好几个",
        "双溪口",
        "苏州",
        "缝纫",
        "程经办",
        "张小",
    ]
    assert not [word for word in words if word in dump]
    assert "sealed" in dump


async def test_nor_of_a_sheet_of_posts(county: Intake) -> None:
    await county.check(POSTS, "supply")
    dump = await stored(county)
    assert not [word for word in ("河西", "隔壁", "老板", "吴江", "锦华", "平缝") if word in dump]
    assert "sealed" in dump


async def test_whoever_may_read_the_row_reads_the_words(county: Intake) -> None:
    batch = await county.check(PEOPLE)
    errors, asks = await problems_shown(county, batch, "error"), await problems_shown(county, batch, "ask")
    assert "青山坳老屋" in errors
    assert "双溪口" in errors
    for quoted in ("大表姐家", "看着给吧", "好几个年头"):
        assert quoted in asks
    assert "苏州" not in asks  # only what was not understood is quoted
    causes = {one.code: one for one in await queries.causes(county.session, county.keys, batch)}
    assert causes["township_unknown"].params["value"] in ("青山坳老屋", "双溪口")


async def test_of_a_loaded_row_they_are_still_read(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1, wish_wage="看着给吧")))
    row = await county.row(batch, 1)
    assert (row.state, row.cells_cipher) == ("loaded", None)
    assert "看着给吧" in await problems_shown(county, batch, "ask")
    assert "看着给" not in await stored(county)


async def test_a_mended_row_quotes_its_new_words(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, township="青山坳老屋")))
    row = await county.mend(batch, await county.row(batch, 1), township="白水塘下首")
    assert codes(row) == ["township_unknown"]
    shown = await problems_shown(county, batch, "error")
    assert "白水塘下首" in shown
    assert "青山坳" not in shown
    assert "白水塘" not in await stored(county)


@pytest.mark.parametrize("kind", ["demand", "supply"])
async def test_a_row_that_is_compared_says_nothing_twice(county: Intake, kind: str) -> None:
    content = demand(person_cells(1, wish_wage="看着给吧"))
    if kind == "supply":
        content = supply(post_cells(1, v_lodging="跟老板挤挤"), more=("v_lodging",))
    await county.load(content, kind)  # type: ignore[arg-type]
    row = await county.row(await county.check(content, kind), 1)  # type: ignore[arg-type]
    said = [(one["code"], one["field"]) for one in row.problems]
    assert row.state == "same"
    assert said
    assert len(said) == len(set(said))

"""The ways a sheet and an advert come in."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
from playwright.sync_api import Page

from app.demo.sample import SampleOptions, write_demand
from app.demo.sample.identities import id_check_digit
from app.shared.clock import day_of, system_clock
from scripts.screenshots.shots import Shot

TASK_MILLISECONDS = 120_000
OWN_HEADER = "想去哪"  # a county's own word for the places wished, near enough to ask about
ADVERT = """【太仓急招】
企业：太仓岚溪精密电子有限公司
岗位：电子厂普工 50人，26元/小时，满勤奖300元/月
上班：两班倒，每天10小时，月休4天
住宿：6人间空调宿舍，住宿费100元/月，宿舍押金200元
用餐：免费工作餐两餐；每月15号发上月工资
要求：18-45岁，能适应穿无尘服
地址：江苏省苏州市太仓市青石路88号
联系人：王经理 19900000011
"""


def imports(page: Page, base: str, folder: Path) -> Iterator[Shot]:
    """A sheet with errors from the file to the list, and the same sheet with changes a month later."""
    first = _sheet(folder / "会宫镇务工人员台账 11月.xlsx", rows=150, header=OWN_HEADER)
    _bring_in(page, base, first)
    asked = page.locator('form[action*="/columns"]')
    if asked.count():
        yield Shot("import-columns", page.url)
        page.get_by_role("row").filter(has_text=OWN_HEADER).get_by_role("combobox").select_option("wish_place")
        asked.locator("[type=submit]").click()
    page.locator("table.mend").wait_for(timeout=TASK_MILLISECONDS)
    address = page.url.split("?")[0]
    yield Shot("import-mend", f"{address}?view=mend")
    yield Shot("import-changes", f"{address}?view=changes")
    _load(page, address)
    yield Shot("import-done", address)
    _bring_in(page, base, _sheet(folder / "会宫镇务工人员台账 12月.xlsx", rows=150, more_pay=300))
    page.locator("table.mend, .changes").first.wait_for(timeout=TASK_MILLISECONDS)
    yield Shot("import-differences", f"{page.url.split('?')[0]}?view=changes&size=25")
    yield Shot("imports", f"{base}/imports")


def _sheet(path: Path, rows: int, header: str = "", more_pay: int = 0) -> Path:
    """A sheet of the sample with one header in the county's own words, or with more pay asked for."""
    options = SampleOptions(on=day_of(system_clock()), labourers=rows, seed=7, bad_share=0.06, template="duijie")
    planted = write_demand(options, path)
    book = openpyxl.load_workbook(path)
    page = book.active
    fields = [column["field"] for column in planted["columns"]]
    for row in range(planted["first_row"], planted["last_row"] + 1):
        for field in ("id_no", "head_id_no"):
            cell = page.cell(row, fields.index(field) + 1)
            cell.value = _another(cell.value)
        for field in ("household_no", "person_no"):
            cell = page.cell(row, fields.index(field) + 1)
            cell.value = f"9{cell.value}" if cell.value else None
    if header:
        page.cell(planted["header_row"], fields.index("wish_place") + 1).value = header
    if more_pay:
        for row in range(planted["first_row"], planted["first_row"] + 12):
            cell = page.cell(row, fields.index("wish_wage") + 1)
            cell.value = cell.value + more_pay if isinstance(cell.value, int) else cell.value
    book.save(path)
    return path


def _another(number: object) -> object:
    """The number of somebody the demo's own sheet does not hold, as all its numbers are of one province."""
    text = str(number)
    if not re.fullmatch(r"\d{17}[\dX]", text) or id_check_digit(text[:17]) != text[17]:
        return number
    elsewhere = f"320000{text[6:17]}"
    return elsewhere + id_check_digit(elsewhere)


def _bring_in(page: Page, base: str, path: Path) -> None:
    page.goto(f"{base}/imports?kind=demand")
    page.locator('input[type="file"]').set_input_files(path)
    page.locator('form[action="/imports"] [type=submit]').click()
    page.locator('form[action*="/columns"], table.mend, .changes').first.wait_for(timeout=TASK_MILLISECONDS)


def _load(page: Page, address: str) -> None:
    page.goto(f"{address}?view=changes")
    page.locator('form[action$="/apply"] [type=submit]').click()
    page.locator(".note-good").first.wait_for(timeout=TASK_MILLISECONDS)


def adverts(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    paste = Shot("advert-paste", f"{base}/adverts/new", lambda page: page.locator("textarea").first.fill(ADVERT))
    yield paste
    yield replace(paste, name="advert-review", act=_paste_and_read)


def _paste_and_read(page: Page) -> None:
    page.locator("textarea").first.fill(ADVERT)
    page.locator('form[action="/adverts/new"] [type=submit]').first.click()
    page.locator(".advert-text").wait_for()

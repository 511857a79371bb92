"""From a sheet with errors to an explained match, as an officer does it: in a browser, against everything that runs."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.demo.sample import SampleOptions, write_demand
from app.demo.sample.identities import id_check_digit
from app.shared.clock import day_of, system_clock
from tests.journeys.conftest import TASK_SECONDS, SignIn

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ROWS, BAD = 60, 7
OWN_HEADER = "想去哪"  # the county's own word for the places wished, near enough to ask about


@dataclass(frozen=True)
class Sheet:
    """A sheet of the county with errors, and the person whose identity number has a wrong check digit."""

    path: Path
    row: int
    name: str
    right_number: str


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    path = tmp_path / "枞阳台账.csv"
    options = SampleOptions(
        on=day_of(system_clock()), labourers=ROWS, seed=3, bad_share=0.1, format="csv-utf8", template="duijie"
    )
    planted = write_demand(options, path)
    assert len(planted["bad_rows"]) == BAD
    wrong = next(one for one in planted["bad_rows"] if one["kind"] == "id_checksum")
    text = path.read_text(encoding="utf-8-sig")
    header, *rows = list(csv.reader(text.splitlines()))[planted["header_row"] - 1 :]
    person = dict(zip(header, rows[wrong["row"] - planted["first_row"]], strict=True))
    path.write_text(text.replace("意向地点", OWN_HEADER), encoding="utf-8-sig")
    first_17 = person["身份证号*"][:17]
    return Sheet(path, wrong["row"], person["姓名*"], first_17 + id_check_digit(first_17))


def test_a_county_from_its_sheet_to_an_explained_match(sign_in: SignIn, sheet: Sheet, complaints: list[str]) -> None:
    page = sign_in("county")
    bring_in(page, sheet)
    mend_one(page, sheet)
    load(page)
    find_on_the_list(page, sheet)
    match(page)
    read_an_explanation(page)
    read_it_in_chinese(page)
    assert complaints == []


def heading(page: "Page", text: str) -> "Locator":
    return page.get_by_role("heading", level=1).filter(has_text=text)


def bring_in(page: "Page", sheet: Sheet) -> None:
    page.get_by_role("link", name="Demand list").click()
    expect(page.locator("main")).to_contain_text("The demand list is empty")
    page.locator(".page-head").get_by_role("link", name="Import a sheet").click()
    page.get_by_label("The sheet").set_input_files(sheet.path)
    page.get_by_role("button", name="Read the sheet").click()
    expect(page.get_by_text("Please decide about some columns")).to_be_visible(timeout=TASK_SECONDS * 1000)
    column = page.get_by_role("row").filter(has_text=OWN_HEADER)
    expect(column).to_contain_text("please decide")
    expect(page.get_by_role("row").filter(has_text="民族")).to_contain_text("must not be kept")
    column.get_by_role("combobox").select_option(label="Places wished")
    page.get_by_role("button", name="Save and check the rows").click()
    expect(page.get_by_text(f"{ROWS - BAD} good rows")).to_be_visible(timeout=TASK_SECONDS * 1000)


def mend_one(page: "Page", sheet: Sheet) -> None:
    """Every bad row is named with cause and remedy; the one with the wrong check digit is put right in its place."""
    rows = page.locator("table.mend tbody tr")
    expect(rows).to_have_count(BAD)
    row = rows.filter(has_text="The last character does not fit the others")
    expect(row).to_contain_text(str(sheet.row))
    expect(row).to_contain_text("Compare the number with the card digit by digit.")
    row.get_by_role("textbox").fill(sheet.right_number)
    page.get_by_role("button", name="Save and check again").click()
    expect(page.locator("[data-flash]")).to_contain_text(f"1 row checked again, {BAD - 1} left to mend.")
    expect(rows).to_have_count(BAD - 1)


def load(page: "Page") -> None:
    good = ROWS - BAD + 1
    page.get_by_role("link", name="What will change").first.click()
    expect(page.locator("main")).to_contain_text(f"Load {good} rows")
    page.get_by_role("button", name="Load them now").click()
    done = page.get_by_text(f"{good} rows are on the list; 0 were there already.")
    expect(done).to_be_visible(timeout=TASK_SECONDS * 1000)
    expect(page.locator("main")).to_contain_text(f"{BAD - 1} rows are still to be mended")


def find_on_the_list(page: "Page", sheet: Sheet) -> None:
    page.keyboard.press("/")
    page.keyboard.type(sheet.name)
    page.keyboard.press("Enter")
    expect(heading(page, "Demand list")).to_be_visible()
    page.get_by_role("rowheader").get_by_role("link", name=sheet.name, exact=True).click()
    expect(heading(page, sheet.name)).to_be_visible()
    masked = sheet.right_number[:3] + "*" * 11 + sheet.right_number[-4:]
    expect(page.locator("#person")).to_contain_text(masked)


def match(page: "Page") -> None:
    page.get_by_role("link", name="Match runs").click()
    expect(page.locator("main")).to_contain_text("No run yet")
    page.get_by_role("button", name="Match now").click()
    expect(heading(page, "Match of")).to_be_visible()
    flow = page.locator("#flow .flow-step")
    expect(flow.filter(has_text="people with a suitable post")).to_be_visible(timeout=TASK_SECONDS * 1000)
    expect(flow.filter(has_text="open posts").locator(".flow-count")).to_have_text("6")


def read_an_explanation(page: "Page") -> None:
    """The parts add up to the scores, and every other post has its reason."""
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(heading(page, "Posts that suit")).to_be_visible()
    hit = page.locator(".hit").first
    hit.get_by_text("How it was scored").click()
    expect(hit.locator(".gate-passed").filter(has_text="own statement is current")).to_be_visible()
    overall = 0.0
    for group in hit.locator(".parts").all():
        score = number(group.locator("caption strong"))
        share = number(group.locator("caption .unit"))
        rows = [row for row in group.locator("tbody tr").all() if "%" in row.inner_text()]
        parts = [(number(row.locator(".bars-value")), number(row.locator("td.num"))) for row in rows]
        assert sum(value * weight for value, weight in parts) / 100 == pytest.approx(score, abs=0.03)
        overall += score * share / 100
    assert overall == pytest.approx(number(hit.locator(".hit-overall")), abs=0.02)
    suitable = page.locator(".hit").count()
    refused = [number(cell) for cell in page.locator("#why-not td.num").all()]
    assert suitable + sum(refused) == 6, "each open post either suits or has a reason"


def number(element: "Locator") -> float:
    """The figure in a text such as ``0.75 Overall`` or ``weight 40 % of the whole``."""
    return float("".join(one for one in element.inner_text().split("×")[0] if one.isdigit() or one == "."))


def read_it_in_chinese(page: "Page") -> None:
    page.get_by_role("link", name="中文").click()
    expect(heading(page, "适合")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".hit").first).to_contain_text("得分怎么来的")

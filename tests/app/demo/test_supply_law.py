"""In the sample the law's checks stop what was planted against the law, and nothing else."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from app.demo.sample import write_supply
from app.demo.sample.places import destinations
from app.demo.show import SEED, VACANCIES
from app.intake import posts
from app.intake.layout import Layout, RowTexts
from app.intake.office import Office
from app.intake.screening import screen
from app.localities.reference import load_localities
from app.policy.models import LocalFigure
from app.policy.store import store
from app.vacancies.floors import Floors
from app.vacancies.schemas import VacancyFacts
from tests.app.demo.lists import COUNTY, ON, by_field, options, read_xlsx

FOUND_AS: Final = {
    "bond": {"bond", "deposit"},
    "sex_limit": {"discrimination"},
    "region_limit": {"discrimination"},
    "hepatitis": {"discrimination"},
    "disability": {"discrimination"},
    "dispatch_unnamed": {"hidden_dispatch"},
}
"""Where what was planted has another name among the findings."""
OFFICE: Final = Office(1, 1, "320500", ("320500",), ON)


def entered_by_the_demo() -> list[LocalFigure]:
    """The illustrative minimum wages: what the demo's receiving office enters."""
    places = {code: figures["base_pay"] for code, figures in destinations()["prefectures"].items()}
    places |= {COUNTY: destinations()["home"]["base_pay"]}
    first, last = date(ON.year, 1, 1), date(ON.year, 12, 31)
    return [
        LocalFigure(
            code="minimum_wage.month", locality_code=code, amount=Decimal(amount), from_on=first, stale_after=last
        )
        for code, amount in places.items()
    ]


def facts_by_row(rows: dict[int, dict[str, Any]]) -> dict[int, VacancyFacts]:
    """The terms of each row that can be read; the others are refused at the door."""
    every = frozenset(field for field in next(iter(rows.values())) if field.startswith("v_"))
    texts = [
        RowTexts({key: as_text(value) for key, value in cells.items() if value != ""}, every) for cells in rows.values()
    ]
    context = OFFICE.context()
    found = {}
    for number, row in zip(rows, Layout("supply", ()).read_again(texts, context), strict=True):
        looked = posts.look(row, context.resolve_place)
        if not (row.is_bad or looked.is_bad):
            found[number] = posts.post_of(row, looked, {}).facts
    return found


def as_text(value: Any) -> str:
    """A cell as intake reads it: whole numbers without a point, days as such."""
    return f"{value:g}" if isinstance(value, float) else value.isoformat() if isinstance(value, date) else str(value)


@pytest.mark.parametrize(("template", "seed"), [("national", SEED), ("duijie", 7)])
def test_what_is_planted_against_the_law_is_stopped_and_nothing_else(template: str, seed: int, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    part = write_supply(options(vacancies=VACANCIES, template=template, seed=seed), path)
    floors = Floors(store(), entered_by_the_demo(), load_localities(), ON)
    blocked = {
        number: {one.code for one in (*screen(facts), *floors.findings(facts)) if one.effect == "block"}
        for number, facts in facts_by_row(by_field(read_xlsx(path), part)).items()
    }
    planted = {entry["row"]: FOUND_AS.get(entry["kind"], {entry["kind"]}) for entry in part["violations"]}

    assert len(planted) > VACANCIES // 20
    assert {number: codes for number, codes in blocked.items() if codes and number not in planted} == {}
    assert {number: kind for number, kind in planted.items() if not kind & blocked[number]} == {}

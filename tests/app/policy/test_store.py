"""Dated figures: read strictly, used only on their days, and never closer than they are known."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.policy.minimum_wage import MONTH
from app.policy.store import read_store, store
from app.shared.strict_yaml import DataFileError

DAY = date(2026, 11, 21)
GOOD = """
description: A figure
unit: CNY a month
jurisdiction: "320000"
checked_on: 2026-08-20
parameters:
  month:
    all_areas_known: true
    values:
      - from_on: 2024-01-01
        to_on: null
        stale_after: 2026-12-31
        status: in_force
        amounts: {first: "2490", third: "2010"}
        source: {title: a notice, issuer: an office, clause: an article}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "minimum_wage").mkdir()
    (folder / "minimum_wage" / "place.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_province_of_several_classes_is_known_by_its_bounds() -> None:
    known = store().get(MONTH, ("320509", "320500", "320000"), DAY)
    assert known.lowest
    assert known.highest
    assert (known.lowest.amount, known.highest.amount, known.exact) == (Decimal(2010), Decimal(2490), False)


def test_a_city_named_by_its_code_has_its_own_figure() -> None:
    known = store().get(MONTH, ("440300", "440000"), DAY)
    assert known.exact
    assert known.highest
    assert known.highest.amount == Decimal(2520)


def test_where_lower_classes_are_not_known_there_is_no_lower_bound() -> None:
    known = store().get(MONTH, ("441900", "440000"), DAY)
    assert known.lowest is None
    assert known.highest
    assert known.highest.amount == Decimal(2500)


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1)])
def test_before_its_day_and_after_it_is_stale_a_figure_is_not_known(day: date) -> None:
    known = store().get(MONTH, ("320000",), day)
    assert known.lowest is None
    assert known.highest is None


def test_a_place_without_a_figure_is_not_known() -> None:
    assert store().get(MONTH, ("340000",), DAY).highest is None


def test_every_shipped_figure_names_its_source_and_its_end() -> None:
    for figure in store().figures():
        assert figure.source.title
        assert figure.source.issuer
        assert figure.source.clause
        assert figure.stale_after > figure.from_on


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"2490"', "2490.10"),
        ('"2490"', '"-1"'),
        ('"2490"', '"much"'),
        ("status: in_force", "status: hopefully"),
        ("status: in_force", "status: in_force\n        colour: red"),
        ("stale_after: 2026-12-31", "stale_after: 2023-12-31"),
        ("stale_after: 2026-12-31", "stale_after: soon"),
        (", clause: an article", ""),
        ("unit: CNY a month\n", ""),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, good: str, bad: str) -> None:
    assert good in GOOD
    with pytest.raises(DataFileError):
        read_store(written(tmp_path, GOOD.replace(good, bad)))


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert [figure.amount for figure in read_store(written(tmp_path, GOOD)).figures()] == [Decimal(2490), Decimal(2010)]

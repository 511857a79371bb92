"""Abolished county codes and the key counties known."""

import pytest

from app.localities.history import county_ever, county_now, key_counties, load_history
from app.localities.reference import COUNTY, load_localities


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("341822", "341882"),  # 广德县 became a city
        ("320684", "320614"),  # 海门市 became a district
        ("340722", "340722"),  # in force
        ("340208", None),  # merged, successor not known: nobody guesses
        ("999999", None),
    ],
)
def test_an_old_code_leads_to_the_present_one(old: str, now: str | None) -> None:
    assert county_now(old) == now


def test_a_code_keeps_the_name_of_its_time() -> None:
    history = load_history()
    assert history.name("341822") == "广德县"
    assert history.name("341822", 2005) == "广德县"
    assert history.name("341822", 1900) == "广德县"  # before the first year seen: the last name known
    assert history.name("999999") is None


def test_successors_are_in_force() -> None:
    divisions = load_localities().divisions
    entries = load_history().entries()
    assert len(entries) == 3929  # 3,930 rows, one of them empty
    assert all(entry.successor is None or entry.successor in divisions for entry in entries)
    assert all(entry.first_year <= entry.last_year for entry in entries)


def test_what_an_id_number_may_begin_with() -> None:
    assert county_ever("340722")
    assert county_ever("341822")
    assert not county_ever("999999")


def test_key_counties_are_a_part_and_say_so() -> None:
    known = key_counties()
    assert len(known.codes) == 90
    assert not known.complete
    assert "530627" in known
    assert "320583" not in known
    assert all(load_localities().divisions[code].level == COUNTY for code in known.codes)

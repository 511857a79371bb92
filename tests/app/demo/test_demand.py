"""Households, wishes and the standing of each row towards consent."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from app.demo.sample.demand import DemandList
from app.demo.sample.places import county_of, divisions, shortened
from app.demo.sample.wishes import VALID_DAYS
from tests.app.demo.lists import COUNTY, ON, people


def test_members_of_a_household_share_number_head_and_village() -> None:
    houses = defaultdict(list)
    for row in people():
        houses[row.cells["household_no"]].append(row)
    assert max(len(members) for members in houses.values()) == 3
    assert sum(len(members) > 1 for members in houses.values()) > len(houses) / 5
    for members in houses.values():
        shared = {
            (r.cells["head_name"], r.cells["head_id_no"], r.cells["village"], r.cells["head_phone"]) for r in members
        }
        assert len(shared) == 1
        heads = [r for r in members if r.cells["relation"] == "户主"]
        assert len(heads) <= 1
        for head in heads:
            assert (head.cells["name"], head.cells["id_no"]) == (head.cells["head_name"], head.cells["head_id_no"])
        assert len({r.cells["person_no"] for r in members}) == len(members)


def test_a_head_who_is_not_on_the_list_stands_in_the_row_with_an_id_of_their_own() -> None:
    listed = {row.cells["id_no"] for row in people()}
    elders = [row for row in people() if row.cells["head_id_no"] not in listed]
    assert len(elders) > 1000
    for row in elders[:500]:
        assert int(row.cells["head_id_no"][6:10]) < row.person.born_on.year - 18
        assert row.cells["head_name"][0] == row.cells["name"][0]


def test_townships_are_the_countys_own_and_villages_many() -> None:
    names = {division.name for division in divisions().below(COUNTY)}
    assert {row.cells["township"] for row in people()} == names
    villages = {(row.cells["township"], row.cells["village"]) for row in people()}
    assert len(villages) > 100


@pytest.mark.parametrize("county_code", ["522326", "320722", "500235"])
def test_any_county_can_be_the_exporting_one(county_code: str) -> None:
    rows = list(DemandList(county_of(county_code), 120, 1, ON, "national"))
    line = divisions().line(county_code)
    assert len(rows) == 120
    assert {row.cells["province"] for row in rows} == {line[0].name}
    assert all(row.cells["id_no"].startswith(county_code[:2] + "0000") for row in rows)


@pytest.mark.parametrize("code", ["340700", "340722106", "999999", "34"])
def test_what_is_no_county_is_refused_with_a_hint(code: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        county_of(code)


def test_ages_hold_on_the_day_of_the_list() -> None:
    for row in people():
        born = row.person.born_on
        age = ON.year - born.year - ((ON.month, ON.day) < (born.month, born.day))
        assert age == row.person.age


def test_a_list_written_on_a_leap_day_has_ages_too() -> None:
    rows = list(DemandList(county_of(COUNTY), 200, 1, date(2028, 2, 29), "duijie"))
    assert min(row.person.age for row in rows) >= 16


def test_each_state_of_a_declaration_is_what_it_says() -> None:
    current_from = ON - timedelta(days=VALID_DAYS)
    states = Counter()
    for row in people():
        cells = row.cells
        said_on = cells.get("stated_on") or cells.get("collected_on")
        recorder = cells.get("recorder") or cells.get("collector")
        states[row.state] += 1
        if row.state == "not_stated":
            assert "wish_work" not in cells
        elif row.state == "stale":
            assert said_on < current_from
        elif row.state == "no_date":
            assert said_on is None
        elif row.state == "no_recorder":
            assert recorder is None
        else:
            assert said_on >= current_from
            assert recorder
            assert (cells["wish_work"] == "暂不") == (row.state == "not_now")
    assert set(states) == {"stated", "stale", "no_recorder", "no_date", "not_stated", "not_now"}
    assert 0.55 < states["stated"] / len(people()) < 0.75


def test_the_registers_own_pair_stands_for_recorder_and_date_in_some_rows_never_both() -> None:
    assert any(row.cells.get("collector") for row in people())
    assert not [row for row in people() if row.cells.get("collector") and row.cells.get("recorder")]


def test_the_national_sheet_has_wishes_without_a_scope() -> None:
    rows = people(3000, 3, "national")
    assert any(row.state == "no_scope" for row in rows)
    assert all(row.cells["wish_work"] == "是" for row in rows if row.state == "no_scope")
    assert not any(row.cells.get("recorder") for row in rows)


def test_one_seed_is_one_county_on_either_sheet() -> None:
    kept = ("name", "id_no", "phone", "village", "trade", "monthly_wage", "wish_place", "wish_wage", "matters_most")
    national = [tuple(row.cells.get(field) for field in kept) for row in people(3000, 3, "national")]
    own = [tuple(row.cells.get(field) for field in kept) for row in people(3000, 3, "duijie")]
    assert national == own


def test_recorders_are_few_and_one_village_was_written_up_in_a_day() -> None:
    rows = DemandList(county_of(COUNTY), 2000, 3, ON, "duijie")
    per_day = Counter()
    for row in rows:
        if row.state == "stated":
            pair = (row.cells.get("recorder") or row.cells.get("collector"),
                    row.cells.get("stated_on") or row.cells.get("collected_on"))  # fmt: skip
            per_day[pair] += 1
    (recorder, day), most = per_day.most_common(1)[0]
    assert rows.bulk is not None
    assert (recorder, day.isoformat()) == (rows.bulk["recorder"], rows.bulk["stated_on"])
    assert most >= 12
    assert sorted(per_day.values())[-2] < most


def test_places_are_written_as_village_staff_write_them() -> None:
    places = {row.cells["wish_place"] for row in people() if row.cells.get("wish_place")}
    assert {"长三角", "省外不限", "县内", "不限", "省内都行"} <= places
    assert any(place.endswith("均可") and "、" in place for place in places)
    assert any(place.startswith("首选") for place in places)
    assert len(places) > 500


@pytest.mark.parametrize(
    ("name", "short"),
    [("昆山市", "昆山"), ("沛县", "沛县"), ("江苏省", "江苏"), ("上海市", "上海"), ("浦东新区", "浦东")],
)
def test_short_names(name: str, short: str) -> None:
    assert shortened(name) == short

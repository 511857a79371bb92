"""The shipped divisions: whole, with parents from the column, and the deltas."""

from collections import Counter

import pytest

from app.localities.reference import CITY, COUNTY, PROVINCE, REGIONS, TOWNSHIP, load_localities


def test_the_table_is_whole() -> None:
    levels = Counter(division.level for division in load_localities().divisions.values())
    assert levels == {PROVINCE: 33, CITY: 333, COUNTY: 2845, TOWNSHIP: 38723}


def test_every_division_leads_up_to_a_province() -> None:
    known = load_localities()
    for code, division in known.divisions.items():
        chain = known.ancestors(code)
        assert chain[0] == code
        assert known.divisions[chain[-1]].level == PROVINCE
        assert (division.parent_code is None) == (division.level == PROVINCE)
    assert known.ancestors("000000") == ()


@pytest.mark.parametrize(
    ("code", "name", "lineage"),
    [
        ("340722113", "安徽省铜陵市枞阳县会宫镇", (340722113, 340722, 340700, 340000)),
        ("310117107", "上海市松江区九亭镇", (310117107, 310117, 310000, 310000)),  # a municipality is its own city
        ("441900119", "广东省东莞市长安镇", (441900119, 441900, 441900, 440000)),  # no counties: the city is its county
        ("429004", "湖北省仙桃市", (0, 429004, 429004, 420000)),  # directly under the province
        ("320583", "江苏省苏州市昆山市", (0, 320583, 320500, 320000)),
        ("440000", "广东省", (0, 0, 0, 440000)),
    ],
)
def test_names_and_lineage(code: str, name: str, lineage: tuple[int, int, int, int]) -> None:
    known = load_localities()
    assert known.full_name(code) == name
    assert known.lineage(code) == lineage


def test_the_deltas_hold_what_plans_name() -> None:
    known = load_localities()
    assert all(code in known.divisions for members in REGIONS.values() for code in members)
    assert known.in_class(known.lineage("320583"), "yangtze_delta")
    assert known.in_class(known.lineage("441900119"), "pearl_delta")
    assert not known.in_class(known.lineage("440507"), "pearl_delta")  # Shantou lies in Guangdong, not in the delta


def test_a_place_without_a_point_takes_that_of_what_it_lies_in() -> None:
    known = load_localities()
    assert known.point("340722113") == known.point("340722")
    assert known.point("000000") is None

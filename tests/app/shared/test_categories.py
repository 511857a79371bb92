"""The category lists: complete, strict, and able to read what sheets write."""

from datetime import date
from pathlib import Path

import pytest

from app.shared.categories import Category, CategoryList, categories, category_lists, comparable, load_categories
from app.shared.strict_yaml import DataFileError

CODES_USED_IN_CODE = {
    "scope": "leave_province other_city home_county at_home not_now not_stated",
    "lodging": "none allowance companions single room_2_4 room_5_8 site_hut",
    "meals": "none allowance one two three",
    "pay_basis": "base_plus_overtime all_in_hourly daily piece_guaranteed piece_open flat_monthly commission",
    "pay_cycle": "daily weekly half_monthly next_month milestone",
    "shift": "days nights two_shifts three_shifts four_crews",
    "rest": "one_day two_days alternating rotating",
    "hours_regime": "standard averaged flexible part_time",
    "contract_kind": "direct dispatch outsourced part_time over_age public_post home_piece construction",
    "traits": "sitting standing clean_suit microscope smell noise heat height heavy_load night",
    "matters_most": "net_pay hours lodging townsfolk distance early_pay shift trade companions length meals",
    "place_classes": "in_township home_county other_county_in_city other_city_in_province out_of_province "
    "yangtze_delta pearl_delta any",
}


@pytest.mark.parametrize(("name", "codes"), CODES_USED_IN_CODE.items())
def test_codes_that_code_relies_on_stand_in_their_order(name: str, codes: str) -> None:
    assert list(categories(name).codes) == codes.split()


def test_every_value_has_both_labels_and_is_in_use() -> None:
    for name, values in category_lists().items():
        for value in values.values:
            assert value.zh, (name, value.code)
            assert value.en.isascii(), (name, value.code)
            assert value.in_use(date(2026, 11, 21)), (name, value.code)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("shift", "两班倒（12小时）", "two_shifts"),
        ("shift", "四班三运转", "four_crews"),
        ("lodging", "4 人间，有空调", "room_2_4"),
        ("lodging", "８人间", "room_5_8"),
        ("lodging", "Single room", "single"),
        ("meals", "包两餐", "two"),
        ("education", "初中毕业", "junior"),
        ("scope", "省外", "leave_province"),
        ("scope", "有转移就业意愿", "not_stated"),
        ("contract_kind", "劳务派遣（某人力公司）", "dispatch"),
        ("place_classes", "乡（镇）外县内", "home_county"),
        ("place_classes", "江浙沪一带", "yangtze_delta"),
        ("work_ability", "弱劳动力", "weak"),
    ],
)
def test_words_of_sheets_are_read(name: str, text: str, code: str) -> None:
    assert categories(name).resolve(text) == code


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shift", "不上夜班"),  # a refusal is not a wish
        ("shift", "白班或夜班"),  # two values: ask
        ("shift", "看情况"),
        ("shift", ""),
        ("traits", "、"),
    ],
)
def test_what_is_not_said_is_not_guessed(name: str, text: str) -> None:
    assert categories(name).resolve(text) is None


def test_a_cell_with_several_values_gives_all_and_names_the_rest() -> None:
    codes, unknown = categories("traits").resolve_all("坐班、无尘服，要看显微镜 / 地面湿滑")
    assert codes == ("sitting", "clean_suit", "microscope")
    assert unknown == ("地面湿滑",)


def test_labels_follow_the_locale() -> None:
    assert categories("meals")["two"].label("zh_Hans") == "包两餐"
    assert categories("meals")["two"].label("en") == "Two meals"
    assert categories("meals").label("en") == "Meals"


def test_a_value_out_of_use_is_known_but_not_offered() -> None:
    old = Category("old", "旧", "Old", date(2020, 1, 1), date(2021, 12, 31))
    new = Category("new", "新", "New", date(2022, 1, 1))
    values = CategoryList("demo", "例", "Demo", [old, new])
    assert "old" in values
    assert [value.code for value in values.in_use(date(2021, 12, 31))] == ["old"]
    assert [value.code for value in values.in_use(date(2022, 1, 1))] == ["new"]


def test_comparison_ignores_width_space_and_marks() -> None:
    assert comparable(" 5–8 人间（ＡＢ）") == "58人间ab"


GOOD = "demo: {zh: 例, en: Demo, first_on: 2020-01-01, values: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (GOOD.replace("en: B", "en: B, colour: red"), "unknown key colour"),
        (GOOD.replace(", en: Demo", ""), "missing en"),
        (GOOD.replace("code: b", "code: a"), "twice"),
        (GOOD.replace("en: B", "en: B, synonyms: [甲]"), "stands under a and b"),
        (GOOD.replace("en: B", "en: B, zh: 丙"), "stands twice"),
        (GOOD.replace("en: B", "en: B, last_on: 2019-01-01"), "before first_on"),
        (GOOD.replace("first_on: 2020-01-01", "first_on: soon"), "are days"),
        (GOOD.replace("code: b", "code: B-1"), "lower case"),
        (GOOD.replace("code: b", "code: no"), "quote"),
        ("[1, 2]", "lists by name"),
        ("demo: [", "categories.yaml"),
    ],
)
def test_a_broken_file_is_refused_with_its_cause(tmp_path: Path, broken: str, says: str) -> None:
    path = tmp_path / "categories.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(load_categories(path)) == ["demo"]
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(DataFileError, match=says):
        load_categories(path)

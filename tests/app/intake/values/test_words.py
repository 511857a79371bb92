"""Words of sheets → codes; and what a person said about going, never made more of than was said."""

from typing import Any

import pytest

from app.intake.values.board import parse_board_lodging, parse_board_meals, parse_lodging, parse_meals
from app.intake.values.choices import (
    Preference,
    choice_parser,
    choices_parser,
    matters_most_parser,
    parse_excluded,
    parse_relation,
    parse_skill_level,
    preference_parser,
)
from app.intake.values.issues import Parser
from app.intake.values.lists import parse_list
from app.intake.values.masking import mask
from app.intake.values.texts import parse_name, parse_number_text, parse_text
from app.intake.values.wishes import Places, Willingness, own_scope, parse_willingness, places_parser
from app.intake.values.yes_no import parse_sex, parse_yes_no

KNOWN_PLACES = {
    "苏州": "320500",
    "宁波": "330200",
    "广东": "440000",
    "福建": "350000",
    "兰州": "620100",
    "靖远": "620421",
}
HOME = "620421"


def answer(parse: Parser, cell: Any) -> tuple[Any, str | None]:
    value, issue = parse(cell)
    return value, issue.code if issue else None


def test_yes_no_and_sex() -> None:
    assert [parse_yes_no(c)[0] for c in ("是", "√", "Y", 1.0, True, "否", "×", "无", 0.0, "", "/")] == [
        *[True] * 5,
        *[False] * 4,
        None,
        None,
    ]
    assert answer(parse_yes_no, "可能") == (None, "yes_no_unreadable")
    assert [parse_sex(c)[0] for c in ("男", "女性", "1-男", 2.0, "未知")] == ["male", "female", "male", "female", None]
    assert answer(parse_sex, "公") == (None, "sex_unreadable")


def test_choices() -> None:
    education = choice_parser("education")
    assert answer(education, "初中毕业") == ("junior", None)
    assert answer(education, "上过几天") == (None, "choice_unknown")
    assert answer(education, "") == (None, None)
    traits = choices_parser("traits")
    assert answer(traits, "站班、有异味") == (("standing", "smell"), None)
    assert answer(traits, "站班、会飞") == (("standing",), "choices_unknown")
    assert answer(matters_most_parser(), "工资、住宿、老乡、离家") == (
        ("net_pay", "lodging", "townsfolk"),
        "choices_too_many",
    )


def test_a_relation_says_head_or_member_and_nothing_closer() -> None:
    assert [parse_relation(c)[0] for c in ("户主", "本人", "配偶", "之子", "儿媳", "")] == [
        "head",
        "head",
        "member",
        "member",
        "member",
        None,
    ]


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("三级/高级工", "senior"),
        ("中级", "middle"),
        ("五级", "junior"),
        ("技师", "technician"),
        ("高级技师", "senior_technician"),
        ("高级电工证", "senior"),
        ("职业技能等级（四级）", "middle"),
        ("无", None),
    ],
)
def test_skill_levels(cell: str, level: str | None) -> None:
    assert answer(parse_skill_level, cell) == (level, None)
    assert answer(parse_skill_level, "中级、高级") == (None, "level_unknown")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("包住", Preference(needed=True)),
        ("单间，4人间也可", Preference(True, ("single",), ("room_2_4",))),
        ("要求夫妻房", Preference(True, ("companions",))),
        ("不住工棚", Preference(refused=("site_hut",))),
        ("自己租房", Preference(needed=False)),
        ("不需要", Preference(needed=False)),
        ("不限", None),
    ],
)
def test_lodging_asked_for(cell: str, wanted: Preference | None) -> None:
    assert answer(preference_parser("lodging"), cell) == (wanted, None)


def test_shifts_asked_for_and_refused() -> None:
    shift = preference_parser("shift")
    assert answer(shift, "长白班，两班倒可接受") == (Preference(True, ("days",), ("two_shifts",)), None)
    assert answer(shift, "不上夜班") == (Preference(refused=("nights",)), None)
    assert answer(shift, "随缘") == (None, "choices_unknown")
    assert answer(parse_excluded, "夜班、不要高空、派遣") == (("night", "height", "dispatch"), None)


@pytest.mark.parametrize(
    ("cell", "lodging", "meals"),
    [
        ("食宿自理", "none", "none"),
        ("不包食宿", "none", "none"),
        ("包三餐，4人间", "room_2_4", "three"),
        ("宿舍4人间,餐自理", "room_2_4", "none"),
        ("提供单间,食堂就餐自费", "single", "none"),
        ("包住不包吃，6人间", "room_5_8", "none"),
    ],
)
def test_one_column_for_lodging_and_meals(cell: str, lodging: str, meals: str) -> None:
    assert answer(parse_board_lodging, cell) == (lodging, None)
    assert answer(parse_board_meals, cell) == (meals, None)


def test_provided_does_not_say_which_room() -> None:
    assert answer(parse_lodging, "提供") == (None, "lodging_kind_missing")
    assert answer(parse_board_lodging, "包吃住") == (None, "lodging_kind_missing")
    assert answer(parse_board_meals, "包吃住") == ("three", None)
    assert answer(parse_lodging, "单间或4人间") == (None, "lodging_several")
    assert answer(parse_meals, "是") == (None, "meals_count_missing")


@pytest.mark.parametrize(
    ("cell", "scope", "wants", "code"),
    [
        ("省外", "leave_province", True, None),
        ("愿意省外务工", "leave_province", True, None),
        ("省内省外均可", "leave_province", True, None),
        ("省内县外", "other_city", True, None),
        ("区内", "home_county", True, None),
        ("就近就业", "home_county", True, None),
        ("居家就业", "at_home", True, None),
        ("有转移就业意愿", "not_stated", True, None),
        ("愿意外出", "not_stated", True, None),
        ("是", "not_stated", True, None),
        ("有就业创业意愿", "not_stated", True, None),
        ("无就业创业意愿", "not_now", False, None),
        ("否", "not_now", False, None),
        ("暂无", "not_now", False, None),
        ("不愿意外出", "not_now", False, None),
        ("无就业意愿（照顾老人）", "not_now", False, None),
        ("无", "not_now", False, None),
        ("不愿出省", "not_stated", None, "wish_unclear"),
        ("不想去太远", "not_stated", None, "wish_unclear"),
        ("没想好", "not_stated", None, "wish_unclear"),
        ("看情况", "not_stated", None, "wish_unclear"),
        ("不想外出，想在家附近", "not_stated", None, "wish_unclear"),
        ("有创业意愿", "not_stated", None, "wish_business"),
    ],
)
def test_willingness_is_never_made_more_of(cell: str, scope: str, wants: bool | None, code: str | None) -> None:
    assert answer(parse_willingness, cell) == (Willingness(scope, wants), code)


def places_in(text: str) -> tuple[list[str], list[str], str | None]:
    places, issue = places_parser(KNOWN_PLACES.get)(text)
    places = places or Places()
    return [p.code for p in places.wanted], [p.code for p in places.refused], issue.code if issue else None


@pytest.mark.parametrize(
    ("text", "wanted", "refused", "code"),
    [
        ("苏州、宁波，长三角均可", ["320500", "330200", "yangtze_delta"], [], None),
        ("苏州 宁波", ["320500", "330200"], [], None),
        ("首选苏州，其他都可以", ["320500", "any"], [], None),
        ("省外不限", ["out_of_province"], [], None),
        ("省外（除广东、福建外）", ["out_of_province"], ["440000", "350000"], None),
        ("除广东外", [], ["440000"], None),
        ("广东不去，别的地方也行", ["any"], ["440000"], None),
        ("县内", ["home_county"], [], None),
        ("区外市内", ["other_county_in_city"], [], None),
        ("珠三角", ["pearl_delta"], [], None),
        ("不限", ["any"], [], None),
        ("苏州、火星", ["320500"], [], "place_unknown"),
        ("无", [], [], None),
    ],
)
def test_places_wished_and_refused(text: str, wanted: list[str], refused: list[str], code: str | None) -> None:
    assert places_in(text) == (wanted, refused, code)


@pytest.mark.parametrize(
    ("said", "places", "scope", "code"),
    [
        (Willingness("not_stated", True), "苏州", "leave_province", None),
        (Willingness("not_stated", True), "兰州", "other_city", None),
        (Willingness("not_stated", True), "靖远", "home_county", None),
        (Willingness("not_stated", True), "靖远、省外", "leave_province", None),
        (Willingness("not_stated", True), "", "not_stated", "wish_scope_missing"),
        (Willingness("not_stated", True), "除广东外", "not_stated", "wish_scope_missing"),
        (Willingness("not_stated", None), "苏州", "not_stated", None),
        (Willingness("not_now", False), "", "not_now", None),
        (Willingness("not_now", False), "苏州", "not_stated", "wish_contradiction"),
        (Willingness("home_county", True), "苏州", "home_county", None),
        (None, "长三角", "leave_province", None),
        (None, "", "not_stated", None),
    ],
)
def test_scope_out_of_both_columns(said: Willingness | None, places: str, scope: str, code: str | None) -> None:
    found, issue = own_scope(said, places_parser(KNOWN_PLACES.get)(places)[0], HOME)
    assert (found, issue.code if issue else None) == (scope, code)


def test_a_region_around_home_does_not_say_how_far() -> None:
    delta = places_parser(KNOWN_PLACES.get)("长三角")[0]
    assert own_scope(Willingness("not_stated", True), delta, "340722")[0] == "not_stated"
    assert own_scope(None, places_parser(KNOWN_PLACES.get)("苏州")[0], None)[0] == "not_stated"


def test_names() -> None:
    assert answer(parse_name, "张 三丰") == ("张三丰", None)
    assert answer(parse_name, "阿卜杜拉·买买提") == ("阿卜杜拉·买买提", None)
    assert answer(parse_name, "王小梅（户主）") == ("王小梅", "name_with_remark")
    assert answer(parse_name, "王小梅2") == (None, "name_with_digits")
    assert answer(parse_name, 12.0) == (None, "name_is_number")
    assert answer(parse_name, "王�") == (None, "name_unreadable_characters")
    assert answer(parse_name, "王") == (None, "name_length")
    assert answer(parse_name, "没有") == (None, None)


def test_texts_numbers_and_lists() -> None:
    assert answer(parse_text, "  两行\r\n文字\u200b ") == ("两行\n文字", None)
    assert answer(parse_text, "x" * 3000)[1] == "text_cut"
    assert answer(parse_text, "乱�码") == ("乱�码", "text_unreadable_characters")
    assert answer(parse_number_text, 620421001.0) == ("620421001", None)
    assert answer(parse_number_text, 6.2e17) == (None, "number_digits_lost")
    assert answer(parse_number_text, "6.2E+17") == (None, "number_digits_lost")
    assert answer(parse_list, "焊工、电工/保洁等") == (("焊工", "电工", "保洁"), None)
    assert answer(parse_list, "不限") == (None, None)


def test_what_is_shown_is_covered() -> None:
    assert mask("王小梅", whole=True) == "王**"
    assert mask("13800138000", whole=True) == "138*****000"
    assert mask("联系13800138000", whole=False) == "联系138*****000"
    assert mask("普工", whole=False) == "普工"

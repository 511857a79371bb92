"""Pasted adverts: ten shapes as they travel on WeChat, each field at its words and nothing besides."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.adverts import DraftVacancy, drafts_as_dicts, read_advert
from app.intake.values.pay import as_dict

ADVERTS = sorted((Path(__file__).parents[2] / "data" / "adverts").glob("*.txt"))
TODAY = date(2026, 3, 1)
PLACES = frozenset(
    [
        "昆山",
        "苏州",
        "江苏省苏州市昆山市玉山镇",
        "桐乡市",
        "浙江省嘉兴市桐乡市濮院镇",
        "佛山",
        "佛山顺德",
        "扬州市广陵区",
        "上海",
        "上海市浦东新区",
        "广东省东莞市虎门镇",
        "安徽省黄山市休宁县",
        "嘉善县",
        "浙江省嘉兴市嘉善县",
        "宁波",
        "宁波市",
        "宁波市海曙区",
        "常熟",
        "太仓",
    ]
)
PUBLIC_SAYS_NOTHING_OF = re.compile(r"岁|男性|女性|不招新疆")


def known(words: str) -> str | None:
    """A stand-in for the reference of places: like it, it answers for the beginning of a text."""
    return max((place for place in PLACES if words.startswith(place)), key=len, default=None)


def drafts_of(text: str) -> list[DraftVacancy]:
    return read_advert(text, resolve_place=known, today=TODAY)


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def as_expected(draft: DraftVacancy, more: list[str]) -> dict[str, Any]:
    """A draft in the form of the expected files; ``more`` are the further fields listed there."""
    field = {key: found.text for key, found in draft.fields.items()}
    pay = as_dict(draft.pay) if draft.pay else {}
    return {
        "company": field.get("v_company"),
        "title": field.get("v_title"),
        "headcount": draft.fields["v_headcount"].value if "v_headcount" in draft.fields else None,
        "pay": [pay.get("min"), pay.get("max"), pay.get("period")],
        "place": field.get("v_place"),
        "missing": list(draft.missing),
        "signs": sorted({sign.rule.code for sign in draft.warnings}),
        "more": {key: plain(draft.fields[key].value) if key in draft.fields else "absent" for key in more},
    }


def test_there_are_ten_shapes_each_with_its_expected_drafts() -> None:
    assert len(ADVERTS) == 10
    assert all(path.with_suffix(".json").exists() for path in ADVERTS)


@pytest.mark.parametrize("path", ADVERTS, ids=lambda path: path.stem)
def test_an_advert_becomes_the_expected_drafts(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    drafts = drafts_of(path.read_text(encoding="utf-8"))

    assert len(drafts) == len(expected)
    assert [as_expected(draft, list(want["more"])) for draft, want in zip(drafts, expected, strict=True)] == expected


@pytest.mark.parametrize("path", ADVERTS, ids=lambda path: path.stem)
def test_every_filled_field_and_sign_stands_literally_in_the_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for draft in drafts_of(text):
        for field in draft.fields.values():
            assert field.sources
            assert field.text == "；".join(source.words for source in field.sources)
            assert all(text[source.start : source.end] == source.words for source in field.sources)
            assert all(source.words.strip() for source in field.sources)
        assert all(text[source.start : source.end] == source.words for source in draft.unread)
        assert all(text[sign.start : sign.end] == sign.words for sign in draft.warnings)


@pytest.mark.parametrize("path", ADVERTS, ids=lambda path: path.stem)
def test_the_public_text_holds_no_age_line_and_no_forbidden_limit(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for draft in drafts_of(text):
        public = draft.public_text.replace("带3岁宝宝", "")  # a child's age is no limit
        assert not PUBLIC_SAYS_NOTHING_OF.search(public)
        assert draft.fields["v_title"].text in draft.public_text
        assert all(words.strip() in text for line in public.splitlines() for words in line.split("，") if words)


def test_a_wish_for_one_sex_becomes_no_field_and_the_age_stays_apart() -> None:
    [draft] = drafts_of("昆山岚溪电子有限公司招普工10名，女性，18-35岁，会看图纸，5000-6000元/月，宁波市海曙区")

    assert draft.blocked
    assert "女" not in "".join(field.text for field in draft.fields.values())
    assert draft.fields["v_age"].text == "18-35岁"
    assert "18-35" not in draft.public_text


@pytest.mark.parametrize(
    ("text", "count", "titles"),
    [
        ("招普工20名，焊工5名，工资6000-8000，包吃住，宁波市海曙区，电话19900000001", 2, ["普工", "焊工"]),
        ("招聘普工、包装工各10名，月薪5000-6000", 2, ["普工", "包装工"]),
        ("急聘！！！\n昆山岚溪电子  操作工  5500-6500元/月  30人\n电话 19900000001", 1, ["操作工"]),
        (
            "高薪急招普工！\n岗位：普工\n人数：20\n工资：22元/小时\n岗位：品检\n人数：5\n工资：24元/小时",
            2,
            ["普工", "品检"],
        ),
        ("岗位名称\t招聘人数\t薪资\n电工\t3\t7000-8000元/月\n保洁\t5\t3000元/月", 2, ["电工", "保洁"]),
        ("【招聘】宁波静澜物业招保安3名，3800-4200，包住，一天12小时，月休2天", 1, ["保安"]),
        ("长白班坐班 24元/时 苏州 电子厂 普工 100人 电话：19900000004", 1, ["普工"]),
        ("今天天气不错，大家注意安全。", 0, []),
        ("", 0, []),
    ],
)
def test_posts_are_told_apart(text: str, count: int, titles: list[str]) -> None:
    drafts = drafts_of(text)

    assert [draft.fields["v_title"].text for draft in drafts] == titles
    assert len(drafts) == count


def test_the_end_of_an_advert_holds_for_all_its_posts() -> None:
    first, second = drafts_of(
        "1、焊工3名 7000元/月\n2、普工5名 5000元/月\n包住，单休\n宁波市海曙区\n19900000001 李经理"
    )

    for draft in (first, second):
        assert draft.fields["v_phone"].value == "19900000001"
        assert draft.fields["v_contact"].text == "李经理"
        assert draft.fields["v_rest"].value == "one_day"
        assert draft.fields["v_place"].text == "宁波市海曙区"


def test_what_names_another_post_is_not_asked_of_this_one() -> None:
    first, second = drafts_of(
        "1、装卸工3名 7000元/月\n2、叉车司机5名 5000元/月\n要求：装卸工能搬重物，叉车司机持叉车证"
    )

    assert "v_certificate" not in first.fields
    assert second.fields["v_certificate"].text == "叉车证"
    assert "v_traits" not in second.fields


def test_a_post_counted_in_one_place_and_paid_in_another_is_one() -> None:
    first, second = drafts_of("宁波北仑船厂招电焊工30名，打磨工10名。\n电焊工380-420元/天，打磨工320元/天，包住")

    assert (first.fields["v_title"].text, first.fields["v_headcount"].value) == ("电焊工", 30)
    assert first.fields["v_wage"].text == "380-420元/天"
    assert (second.fields["v_headcount"].value, second.fields["v_wage"].text) == (10, "320元/天")
    assert second.fields["v_company"].text == "宁波北仑船厂"
    assert "v_lodging" in second.fields


def test_several_employers_in_one_advert_keep_their_own_posts() -> None:
    first, second = drafts_of(
        "①【常熟领航汽配有限公司】操作工10人\n工价24元/时\n②【太仓蓝桥食品有限公司】包装工3人\n时薪22元\n电话19900000001"
    )

    assert first.fields["v_company"].text == "常熟领航汽配有限公司"
    assert second.fields["v_company"].text == "太仓蓝桥食品有限公司"
    assert {draft.fields["v_phone"].text for draft in (first, second)} == {"19900000001"}


@pytest.mark.parametrize(
    "text", ["本公司招普工5名，5000元/月", "大型电子厂招普工5名，5000元/月", "昆山电子厂招普工5名，5000元/月"]
)
def test_a_generic_word_is_no_employer(text: str) -> None:
    [draft] = drafts_of(text)

    assert "v_company" not in draft.fields
    assert "v_company" in draft.missing


def test_the_seat_in_a_registered_name_is_no_place_of_work() -> None:
    [draft] = drafts_of("宁波静澜电子有限公司招普工5名，5000元/月")

    assert draft.fields["v_company"].text == "宁波静澜电子有限公司"
    assert draft.missing == ("v_place",)


def test_a_post_no_list_knows_is_found_through_the_classification() -> None:
    text = "糍粑手艺人：3名，6000元/月"

    [with_code] = read_advert(text, code_title=lambda words: words == "糍粑手艺人")
    [without] = read_advert(text)

    assert with_code.fields["v_title"].text == "糍粑手艺人"
    assert "v_title" not in without.fields


def test_a_number_of_people_not_given_is_asked_and_not_guessed() -> None:
    [draft] = drafts_of("宁波静澜电子有限公司招普工若干，工资面议，宁波市海曙区")

    assert draft.fields["v_headcount"].text == "若干"
    assert draft.missing == ("v_headcount", "v_wage")


def test_drafts_as_plain_values_ask_in_both_languages() -> None:
    text = ADVERTS[1].read_text(encoding="utf-8")
    chinese, english = (drafts_as_dicts(drafts_of(text), locale) for locale in ("zh_Hans", "en"))

    assert json.loads(json.dumps(chinese)) == chinese
    assert chinese[3]["missing"][0] == {"key": "v_headcount", "question": "招多少人？没有具体人数，岗位不能开放。"}
    assert english[3]["missing"][0]["question"].startswith("How many people are wanted?")
    assert chinese[0]["fields"]["v_headcount"]["value"] == 20
    assert chinese[0]["pay"]["min"] == 6000


WORDS = ["招", "普工", "20名", "公司", "工资", "5000元/月", "：", "，", "\n", "1、", "岗位", "【", "】", "18-45岁"]
MORE_WORDS = ["包吃住", "|", "  ", "电话19900000001", "女", "🔥", "返费", "宁波"]


@settings(max_examples=150, deadline=None)  # the first reading of a process makes its patterns
@given(st.lists(st.sampled_from(WORDS + MORE_WORDS), max_size=25).map("".join))
def test_any_text_is_read_without_failing_and_every_word_is_its_own(text: str) -> None:
    for draft in drafts_of(text):
        for field in draft.fields.values():
            assert all(text[source.start : source.end] == source.words for source in field.sources)

"""Title coding on a toy classification small enough to reason about."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.titles import (
    ALTERNATIVES,
    DECIDE_FROM,
    Decision,
    GeneralLabour,
    Occupation,
    TitleCoder,
    TradeFamily,
)

OCCUPATIONS = (
    Occupation("2-02-09-00", "电子工程技术人员", ("电子工程师",), ("电路", "设计")),
    Occupation("4-07-05-01", "保安员", ("保安", "保镖"), ("巡逻", "门卫")),
    Occupation("4-09-08-01", "保洁员", ("清洁工",), ("清扫", "拖地")),
    Occupation("6-00-00-00", "生产制造及有关人员", ("普工/操作工",)),
    Occupation("6-05-01-02", "裁剪工", ("裁床",), ("铺料", "裁剪")),
    Occupation("6-05-01-03", "缝纫工", ("手缝工",), ("缝制", "衣片")),
    Occupation("6-18-02-04", "焊工", ("氩弧焊工",), ("焊接", "焊缝")),
    Occupation("6-25-04-07", "电子设备装接工", (), ("插装", "焊点")),
    Occupation("6-30-05-01", "起重装卸机械操作工", ("叉车工", "叉车司机"), ("起重", "吊装")),
)
FAMILIES = (
    TradeFamily("electronics", ("电子", "电子厂"), ("6-25",), "6-25-04-07"),
    TradeFamily("sewing", ("服装", "制衣"), ("6-05",), "6-05-01-03"),
    TradeFamily("welding", ("焊",), ("6-18-02-04",), "6-18-02-04"),
    TradeFamily("warehouse_forklift", ("仓库",), ("6-30-05-01",), "6-30-05-01"),
    TradeFamily("car_parts", ("汽车",), (), "6-25-04-07", shared=("6-05-01-03",)),
)
GENERAL = GeneralLabour("6-00-00-00", ("普工", "操作工", "学徒工"))
CODER = TitleCoder(OCCUPATIONS, FAMILIES, {"6-05-01-03": ("平车",)}, GENERAL)


@pytest.mark.parametrize(
    ("title", "family", "occupation"),
    [
        ("缝纫工（平车）", "sewing", "6-05-01-03"),
        ("急招叉车司机 包吃住", "warehouse_forklift", "6-30-05-01"),
        ("氩弧焊", "welding", "6-18-02-04"),
        ("电子厂普工", "electronics", "6-25-04-07"),
        ("商场保洁", None, "4-09-08-01"),
        ("汽车座椅缝纫工", "car_parts", "6-05-01-03"),  # shared: the car keyword decides
        ("电子厂保安", "electronics", "4-07-05-01"),  # of no family itself, so the factory's
    ],
)
def test_titles_are_read(title: str, family: str | None, occupation: str) -> None:
    reading = CODER.code([title])[0]
    assert (reading.family, reading.occupation) == (family, occupation)


def test_unspecific_labour_takes_its_trade_from_the_employer() -> None:
    alone, placed = CODER.code(["普工", "普工"], contexts=["", "某某电子有限公司"])
    assert (alone.family, alone.occupation, alone.decided) == (None, "6-00-00-00", False)
    assert (placed.family, placed.occupation) == ("electronics", "6-25-04-07")
    assert placed.confidence < alone.confidence


def test_a_trade_in_the_title_beats_the_employers_name() -> None:
    reading = CODER.code(["缝纫工"], contexts=["某某电子有限公司"])[0]
    assert reading.family == "sewing"


def test_a_known_word_is_decided_and_nonsense_is_left_to_a_person() -> None:
    known, nonsense, empty = CODER.code(["焊工", "乾坤大挪移", ""])
    assert known.decided
    assert known.confidence >= DECIDE_FROM
    assert not nonsense.decided
    assert (empty.occupation, empty.family, empty.confidence, empty.decided) == (None, None, 0.0, False)


def test_a_remembered_decision_wins_over_any_likeness() -> None:
    remembered = {"叉车司机": Decision("sewing", "6-05-01-02"), "平车": Decision(None, None)}
    reading, none_fits = CODER.code(["急招叉车司机（包吃住）", "平车"], remembered=remembered)
    assert (reading.family, reading.occupation, reading.confidence) == ("sewing", "6-05-01-02", 1.0)
    assert reading.remembered
    assert reading.decided
    assert (none_fits.family, none_fits.occupation, none_fits.decided) == (None, None, True)


def test_alternatives_are_other_codes_and_few() -> None:
    for reading in CODER.code(["裁剪缝纫", "操作工", "电子焊工"]):
        codes = [other.occupation for other in reading.alternatives]
        assert reading.occupation not in codes
        assert len(codes) == len(set(codes)) <= ALTERNATIVES
        assert all(0 <= other.confidence <= 1 for other in reading.alternatives)


def test_a_synonym_put_there_by_hand_beats_a_noisy_alias() -> None:
    noisy = tuple(
        replace(entry, aliases=(*entry.aliases, "平车")) if entry.code == "6-18-02-04" else entry
        for entry in OCCUPATIONS
    )
    coder = TitleCoder(noisy, FAMILIES, {"6-05-01-03": ("平车",)}, GENERAL)
    assert coder.code(["平车"])[0].occupation == "6-05-01-03"


TITLES = st.lists(
    st.sampled_from(["电子厂普工", "缝纫工", "保安/保洁", "焊工 8000元/月", "", "？", "叉车", "XX", "裁床（夜班）"]),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(TITLES)
def test_a_reading_depends_on_its_title_alone(titles: list[str]) -> None:
    together = CODER.code(titles)
    assert together == [CODER.code([title])[0] for title in titles]
    for reading in together:
        assert 0 <= reading.confidence <= 1


def test_no_titles_no_readings() -> None:
    assert CODER.code([]) == []


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        TitleCoder((*OCCUPATIONS, OCCUPATIONS[0]), FAMILIES, {}, GENERAL)
    with pytest.raises(ValueError, match="no code"):
        TitleCoder(OCCUPATIONS, FAMILIES, {"9-99-99-99": ("神仙",)}, GENERAL)
    with pytest.raises(ValueError, match="two trade families"):
        TitleCoder(OCCUPATIONS, (*FAMILIES, replace(FAMILIES[0], code="other")), {}, GENERAL)
    with pytest.raises(ValueError, match="zip"):
        CODER.code(["焊工"], contexts=[])

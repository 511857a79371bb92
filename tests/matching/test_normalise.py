"""Raw titles to comparable parts: noise goes, the trade stays."""

import pytest

from matching.normalise import comparable_title, comparable_word, split_alias, stem_of, title_parts


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("急招叉车司机 包吃住", ("叉车司机",)),
        ("诚聘操作工10名 月薪5500-7500", ("操作工",)),
        ("冲床操作工 22元/小时", ("冲床操作工",)),
        ("二保焊工 8000-12000", ("二保焊工",)),
        ("电子厂普工5K-8K", ("电子厂普工",)),
        ("招焊工3名18-45岁 男", ("焊工",)),
        ("缝纫工（平车）", ("缝纫工", "平车")),
        ("ＣＮＣ　学徒", ("CNC", "学徒")),
        ("手工包装女工", ("手工包装",)),
        ("A2半挂车司机", ("A2半挂车司机",)),
        ("3D打印", ("3D打印",)),
        ("普工/操作工", ("普工", "操作工")),
        ("C++开发", ("CPP开发",)),
        ("保安员（上24休24）", ("保安员",)),
    ],
)
def test_noise_is_cut_and_the_trade_kept(raw: str, parts: tuple[str, ...]) -> None:
    assert title_parts(raw) == parts


@pytest.mark.parametrize(
    "title", ["招商专员", "招聘专员", "急救员", "计时员", "女装设计师", "高空作业", "会计", "人事招聘"]
)
def test_words_that_look_like_noise_stay_where_they_are_the_trade(title: str) -> None:
    assert title_parts(title) == (title,)


@pytest.mark.parametrize(
    ("raw", "left"), [("学徒工", "学徒工"), ("实习生", "实习生"), ("兼职", "兼职"), ("外包", "外包")]
)
def test_a_title_of_noise_alone_is_kept_bare(raw: str, left: str) -> None:
    assert comparable_title(raw) == left


@pytest.mark.parametrize("empty", ["", "  ", "-", "123", "！！", "🙂"])
def test_a_text_without_letters_has_no_parts(empty: str) -> None:
    assert title_parts(empty) == ()


def test_titles_that_differ_in_noise_only_are_remembered_as_one() -> None:
    assert comparable_title("急招焊工10名 包吃住") == comparable_title("焊工（男女不限）") == "焊工"


@pytest.mark.parametrize(
    ("alias", "titles"),
    [
        ("采购经理/主管", ("采购经理", "采购主管")),
        ("市场/营销/拓展专员", ("市场专员", "营销专员", "拓展专员")),
        ("普工/操作工", ("普工", "操作工")),
        ("CNC/数控编程", ("CNC", "数控编程")),
        ("服装纺织质检员(QA/QC)", ("服装纺织质检员", "QA", "QC")),
        ("结构/土木/土建工程师", ("结构工程师", "土木工程师", "土建工程师")),
        ("保洁员", ("保洁员",)),
    ],
)
def test_an_alias_is_taken_apart(alias: str, titles: tuple[str, ...]) -> None:
    assert split_alias(alias) == titles


def test_the_stem_is_what_is_worked_at() -> None:
    assert stem_of("注塑操作工") == "注塑"
    assert stem_of("发动机工程师") == "发动机"
    assert stem_of("工程师") == "工程"  # the longest head would leave nothing, so the shorter one goes
    assert stem_of("工") == "工"


def test_words_of_the_classification_lose_marks_only() -> None:
    assert comparable_word("普工（ａ）·B2") == "普工AB2"

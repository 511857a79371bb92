"""Places by their names: full, short, strung together; one of several is never guessed."""

import pytest

from app.intake.place_names import known_county_codes, place_resolver, short_name

HOME = "620421"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("苏州", "320500"),
        ("苏州市", "320500"),
        ("江苏省苏州市昆山市", "320583"),
        ("苏州昆山", "320583"),
        ("江苏-苏州", "320500"),
        ("昆山", "320583"),
        ("东莞长安", "441900119"),
        ("深圳龙华", "440309"),
        ("上海浦东", "310115"),
        ("广西", "450000"),
        ("新疆", "650000"),
        ("内蒙古", "150000"),
        ("甘南", "623000"),
        ("吉林", "220000"),
        ("义乌市", "330782"),
        ("苏州工业园区", "320500"),
        ("宁波镇海", "330211"),
        ("靖远县", "620421"),
        ("朝阳市", "211300"),
        ("北京朝阳", "110105"),
        ("朝阳", None),
        ("鼓楼区", None),
        ("火星", None),
        ("省外", None),
        ("", None),
    ],
)
def test_places(text: str, code: str | None) -> None:
    assert place_resolver(HOME)(text) == code


def test_a_bare_township_is_known_at_home_only() -> None:
    assert place_resolver(HOME)("乌兰镇") == "620421100"
    assert place_resolver("320583")("乌兰镇") is None
    assert place_resolver(None)("乌兰镇") is None


def test_short_names() -> None:
    assert [
        short_name(name) for name in ("苏州市", "甘南藏族自治州", "内蒙古自治区", "忠县", "浦东新区", "乌兰镇")
    ] == ["苏州", "甘南", "内蒙古", "忠县", "浦东", "乌兰"]


def test_county_codes_of_the_past_are_known() -> None:
    codes = known_county_codes()
    assert {"110103", "620421", "441900"} <= codes
    assert "999999" not in codes
    assert "" not in codes

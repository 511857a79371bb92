"""Places as people write them."""

import pytest

from app.localities.places import SURE_FROM, places


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("苏州昆山", "320583"),
        ("江苏省 苏州市 昆山市", "320583"),
        ("安徽省枞阳县会宫镇", "340722113"),
        ("枞阳县会宫", "340722113"),
        ("广东", "440000"),
        ("内蒙", "150000"),
        ("广西", "450000"),
        ("中国江苏", "320000"),
        ("上海浦东", "310115"),
        ("东莞长安镇", "441900119"),
        ("深圳宝安沙井", "440306005"),
        ("宁波北仑", "330206"),
        ("义乌", "330782"),
        ("恩施", "422800"),
        ("仙桃", "429004"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("徐州鼓楼区", "320302"),
        ("北京朝阳", "110105"),
        ("萧山市", "330109"),  # a county's former name
        ("铜陵县", "340706"),
        ("湖北黄冈麻城", "421181"),
        ("江苏省内", "320000"),
    ],
)
def test_places_are_read(text: str, code: str) -> None:
    place = places().resolve(text)
    assert (place.code, place.is_class) == (code, False)
    assert place.sure
    assert places().code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("县内", "home_county"),
        ("乡（镇）内", "in_township"),
        ("省内市外", "other_city_in_province"),
        ("省外", "out_of_province"),
        ("长三角地区", "yangtze_delta"),
        ("珠三角", "pearl_delta"),
        ("不限", "any"),
    ],
)
def test_classes_are_read(text: str, code: str) -> None:
    place = places().resolve(text)
    assert (place.code, place.is_class, place.sure) == (code, True, True)


def test_what_follows_the_names_is_kept() -> None:
    place = places().resolve("江苏苏州工业园区")
    assert (place.code, place.rest) == ("320500", "工业园区")
    assert places().resolve("常熟市虞山街道某某公司").rest == "某某公司"


@pytest.mark.parametrize("text", ["鼓楼区", "朝阳区", "普陀区", "城关镇", "长安"])
def test_a_name_of_several_places_is_asked_about(text: str) -> None:
    place = places().resolve(text)
    assert place.code is None
    assert not place.sure
    assert len(place.alternatives) >= 2
    assert places().code(text) is None


@pytest.mark.parametrize(
    ("text", "near", "code"),
    [
        ("鼓楼区", "320312", "320302"),  # the office's own city
        ("鼓楼区", "340722", None),  # none nearer than another
        ("城关镇", "340322", "340322100"),
        ("城关镇", "340321", None),  # the next county has one, but a township is meant within one's own county
        ("普陀区", "330212", "330903"),
        ("朝阳", "110101", "110105"),  # the own province's district before another's city
        ("昆山", "340722", "320583"),  # a township of the own province does not outweigh the city
    ],
)
def test_the_place_near_decides_between_equals_only(text: str, near: str, code: str | None) -> None:
    assert places().resolve(text, near).code == code


@pytest.mark.parametrize("text", ["安徽铜陵枞阳", "安徽枞阳", "枞阳"])
def test_a_county_comes_before_the_town_of_its_name(text: str) -> None:
    assert places().code(text) == "340722"


@pytest.mark.parametrize("text", ["", "  ", "中山路12号", "北京路", "东部沿海", "苏南", "家里"])
def test_what_is_no_place_is_not_made_one(text: str) -> None:
    place = places().resolve(text)
    assert place.code is None
    assert place.confidence < SURE_FROM


def test_a_bare_township_name_is_a_proposal_not_an_answer() -> None:
    place = places().resolve("会宫")
    assert place.code == "340722113"
    assert not place.sure
    assert places().code("会宫") is None

"""What a person says about where to work: the scope of willingness, and the places wished and refused.

Willingness is never inferred. "Yes, I want to work" does not say how far: it stays *not stated* and is asked,
unless the person's own places say it.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from app.intake.values.choices import exact_code, is_exactly
from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, NOTHING, Issue, Reading, shown, text_of
from app.shared.categories import categories

ResolvePlace = Callable[[str], str | None]
"""A place's text → its locality code, or None where it is unknown or ambiguous."""

_WIDEST_LAST: Final = ("at_home", "home_county", "other_city", "leave_province")
_SEPARATOR: Final = re.compile(r"[,;、/|。\n]+|以及|或者|或|和|及|与|\s+")
_REFUSED: Final = re.compile(
    r"^(?:除了?|不愿意?去?|不想去?|不去|不要去?|不考虑|拒绝|非)(.+?)(?:以?外|之外)?$|^(.+?)(?:除外|以外|之外|不去|不考虑|都不去|不行)$"
)
_ELSEWHERE: Final = re.compile(
    r"(?:别的|其他|其它|哪里|哪儿|任何)(?:地方|地区|城市|地点)?(?:也|都|均)?(?:行|可以?|成)?"
)
_ACCEPT_TAIL: Final = re.compile(
    r"(?:等地|等|一带|地区|附近|周边|都?均?皆?可以?|也行|都行|也可以?|优先|为主|最好|方向|区域|范围内|务工|就业|打工|不限)$"
)
_ACCEPT_HEAD: Final = re.compile(
    r"^(?:愿意?|想|可以?|希望|意向|优先|首选|其次|第[一二三]|到|去|在|前往|最好)+(?:到|去|在)?"
)

_NO: Final = re.compile(
    r"^(?:否|不|无|没有|没|暂无|暂不|不愿意?|无意愿|不想|不打算|不需要|NO?|FALSE|×|0)$"
    r"|^(?:无|没有?|暂无)(?:任何)?(?:务工|就业|就业创业|外出|转移就业|外出务工|工作|就业务工|创业就业|就创业)?(?:意愿|意向|打算|需求|想法)$"
    r"|^(?:暂时?)?(?:不愿意?|不想|不打算|不准备|不考虑|不需要)(?:外出|就业|务工|工作|出去|打工|外出务工|转移就业)+$"
)
_YES: Final = re.compile(
    r"^(?:是|有|愿意|愿|想|可以|有意愿|需要|YE?S?|TRUE|√|1)$|意愿|愿意|有意向|想(?:外出|务工|就业|工作|打工)|^(?:外出|务工|就业|外出务工|转移就业)$"
)
_WISHES_STILL: Final = re.compile(r"[(,;].*(?:想|愿|可以|县内|附近|本地|就近|居家|在家做|省内|家门口)")
_NEGATED: Final = re.compile(r"^(?:暂时?)?(?:无|没|不|未|非|拒)")
_LIMIT: Final = re.compile(r"不(?:愿意?|想|出|去|考虑|离开?)*(?:出省|省外|外省|出县|县外|外出|出市|市外|远)")


class WishPlace(NamedTuple):
    """One wished place in the person's order: a locality code or a class of places, and the words it came from."""

    code: str
    text: str


class Places(NamedTuple):
    """What a cell of places says."""

    wanted: tuple[WishPlace, ...] = ()
    refused: tuple[WishPlace, ...] = ()


class Willingness(NamedTuple):
    """What the column of willingness says by itself: a scope, or a yes that says no scope."""

    scope: str
    wants_work: bool | None


def parse_willingness(cell: Any) -> Reading:
    """A ``Willingness``. Unclear words become *not stated*; whether to ask is decided with the wished places."""
    text = text_of(cell).strip("。. ;").replace(" ", "")
    if not text:
        return NOTHING
    if is_exactly("scope", "not_now", text) or (
        _NO.search(_first_clause(text).upper()) and not _WISHES_STILL.search(text)
    ):
        return Willingness("not_now", False), None
    if text in BLANK_WORDS:
        return NOTHING
    exact = None if _LIMIT.search(text) else categories("scope").resolve(text)
    if exact in _WIDEST_LAST:
        return Willingness(exact, True), None
    widest = _widest_named(text)
    if widest is not None and not _LIMIT.search(text):
        return Willingness(widest, True), None
    if "创业" in text and not re.search("就业|务工|转移|打工", text):
        return Willingness("not_stated", None), Issue("ask", "wish_business", {"value": shown(cell)})
    if _NEGATED.search(text):  # a refusal in words not known here must never be read as a yes
        return Willingness("not_stated", None), Issue("ask", "wish_unclear", {"value": shown(cell)})
    if text in ANY_WORDS or (_YES.search(text.upper()) and not _LIMIT.search(text)):
        return Willingness("not_stated", True), None
    return Willingness("not_stated", None), Issue("ask", "wish_unclear", {"value": shown(cell)})


def _first_clause(text: str) -> str:
    return re.split("[(,;]", text)[0]


def _widest_named(text: str) -> str | None:
    """Where several distances are named as all right (省内省外均可), the widest is the scope."""
    codes, _ = categories("scope").resolve_all(text)
    named = [code for code in codes if code in _WIDEST_LAST]
    return max(named, key=_WIDEST_LAST.index) if named else None


def places_parser(resolve: ResolvePlace) -> Callable[[Any], Reading]:
    """A reader of a cell of places, wished and refused: "苏州、宁波，长三角均可", "省外不限", "除广东外"."""

    def parse(cell: Any) -> Reading:
        text = text_of(cell)
        if not text or text in BLANK_WORDS:
            return NOTHING
        wanted: list[WishPlace] = []
        refused: list[WishPlace] = []
        unknown: list[str] = []
        refusing = False
        for part in _parts(text):
            match = _REFUSED.match(part)
            bare = next(filter(None, match.groups())) if match else part
            refusing = match is not None or (refusing and _continues(part))
            code = place_code(bare, resolve)
            if code is None:
                unknown.append(part)
            else:
                (refused if refusing else wanted).append(WishPlace(code, part))
        issue = Issue("ask", "place_unknown", {"value": shown("、".join(unknown))}) if unknown else None
        places = Places(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(refused)))
        return (places if places != Places() else None), issue

    return parse


def _parts(text: str) -> list[str]:
    """The single places; "除广东、福建外" is taken apart into two refusals."""
    text = re.sub(r"[()]", ",", text)
    text = re.sub(
        r"除了?([^,;。]+?)(?:以外|之外|外)", lambda m: "除" + ",除".join(re.split("[、和及/]", m[1])) + "外,", text
    )
    return [part for part in _SEPARATOR.split(text) if part and part not in ("都", "均可", "都可以", "都行", "优先")]


def _continues(part: str) -> bool:
    return False if _ACCEPT_HEAD.match(part) else part.endswith(("除外", "不去"))


def place_code(text: str, resolve: ResolvePlace) -> str | None:
    """One place's code: a class of places, else a locality; words of preference around it are peeled off."""
    if _ELSEWHERE.fullmatch(text):
        return "any"
    for candidate in _peeled(text):
        exact = exact_code("place_classes", candidate)
        if exact is not None:
            return exact
        code = resolve(candidate)
        if code is not None:
            return code
    return categories("place_classes").resolve(text)


def _peeled(text: str) -> list[str]:
    """The text itself, then with its first and last words of preference taken off, one at a time."""
    forms = [text]
    while True:
        shorter = _ACCEPT_HEAD.sub("", _ACCEPT_TAIL.sub("", forms[-1]))
        if not shorter or shorter == forms[-1]:
            return forms
        forms.append(shorter)


def own_scope(said: Willingness | None, places: Places | None, home_code: str | None) -> tuple[str, Issue | None]:
    """The scope of a declaration from the two columns together, and the question left where they do not say it."""
    by_places = _scope_of_places(places, home_code) if places and places.wanted else None
    if said is None:
        return (by_places, None) if by_places else ("not_stated", None)
    if said.scope == "not_now":
        if by_places is not None:
            return "not_stated", Issue("ask", "wish_contradiction", {})
        return "not_now", None
    if said.scope != "not_stated":
        return said.scope, None
    if said.wants_work and by_places is not None:
        return by_places, None
    return "not_stated", Issue("ask", "wish_scope_missing", {}) if said.wants_work else None


_SCOPE_OF_CLASS: Final = {
    "in_township": "home_county",
    "home_county": "home_county",
    "other_county_in_city": "other_city",
    "other_city_in_province": "other_city",
    "out_of_province": "leave_province",
    "any": "leave_province",
}
_DELTAS: Final = {"yangtze_delta": ("31", "32", "33", "34"), "pearl_delta": ("44",)}


def _scope_of_places(places: Places, home_code: str | None) -> str | None:
    """The widest distance among the wished places; None where one of them cannot be compared with home."""
    scopes = [_scope_of_place(place.code, home_code) for place in places.wanted]
    known = [scope for scope in scopes if scope is not None]
    return max(known, key=_WIDEST_LAST.index) if known and len(known) == len(scopes) else None


def _scope_of_place(code: str, home_code: str | None) -> str | None:
    if code in _SCOPE_OF_CLASS:
        return _SCOPE_OF_CLASS[code]
    if home_code is None:
        return None
    if code in _DELTAS:
        return "leave_province" if home_code[:2] not in _DELTAS[code] else None
    if code[:2] != home_code[:2]:
        return "leave_province"
    if len(home_code) < 6 or home_code.endswith("0000"):
        return None
    return "home_county" if code[:6] == home_code[:6] else "other_city"

"""Places as people write them, to a division's code or a class of places.

「苏州昆山」, 「安徽省枞阳县会宫镇」, 「广东」, 「长三角」, 「县内」. A text is read from the left; each further name
must lie within the one before it, so that 鼓楼区 after 徐州 is one place and alone is four. What is not sure is not
chosen.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.localities.history import Abolished, load_history
from app.localities.reference import CITY, COUNTY, PROVINCE, TOWNSHIP, Division, Localities, load_localities
from app.shared.categories import categories

SURE_FROM: Final = 0.6
"""Confidence from which a reading stands; below it someone is asked."""

MOST_ALTERNATIVES: Final = 8
_LONGEST_NAME: Final = 15
_GROUPS = (
    "维吾尔|蒙古族|蒙古|壮族|回族|藏族|苗族|土家族|布依族|侗族|彝族|白族|傣族|哈尼族|满族|朝鲜族|羌族|瑶族|黎族|畲族|水族|仡佬族|仫佬族|毛南族|"
    "景颇族|傈僳族|拉祜族|佤族|纳西族|独龙族|怒族|普米族|布朗族|各族|土族|撒拉族|东乡族|保安族|裕固族|哈萨克族|哈萨克|塔吉克|柯尔克孜|锡伯|"
    "达斡尔族|鄂温克族|鄂伦春|鄂温克"
)
_OWN_RULE = re.compile(rf"(?:{_GROUPS})*自治[区州县旗]$")
_SUFFIX = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|新区|林区|矿区|街道|苏木|[省市区县旗盟镇乡])$")
_MARKS = re.compile(r"[\s,，、;；:：/\\|()（）\[\]【】<>《》\"'“”·.。\-—_~]+")
_STREET = re.compile(r"[东南西北中前后]?[一二三四五]?(?:路|街(?!道)|大道|大街|巷|弄|胡同|小区|公司|广场)")
_EXTRA_NAMES: Final = {"150000": ("内蒙",), "810000": ("香港",), "820000": ("澳门",)}
# How sure a name alone is, by the level of what it names: full names, and names without 市, 县, 镇.
_FULL: Final = {PROVINCE: 1.0, CITY: 0.98, COUNTY: 0.95, TOWNSHIP: 0.75}
_SHORT: Final = {PROVINCE: 0.98, CITY: 0.92, COUNTY: 0.85, TOWNSHIP: 0.5}
_FORMER: Final = 0.8
_RIVAL: Final = 0.1  # readings this close in trust compete
_CLOSER: Final = 0.7  # a lesser place in the own province, preferred to a greater one elsewhere


@dataclass(frozen=True, slots=True)
class Place:
    """What a text says about a place.

    ``code`` is a division's code or, with ``is_class``, a class of ``place_classes``; None where several divisions
    fit equally or none does: then ``alternatives`` are what it could be. ``rest`` is what follows the names read.
    """

    text: str
    code: str | None
    confidence: float
    alternatives: tuple[str, ...] = ()
    is_class: bool = False
    rest: str = ""

    @property
    def sure(self) -> bool:
        return self.code is not None and self.confidence >= SURE_FROM


@dataclass(frozen=True, slots=True)
class _Name:
    """A name a division goes by, and how sure it is alone."""

    code: str
    trust: float


@dataclass(frozen=True, slots=True)
class _Path:
    """Names read so far: where reading stands, the narrowest division, how many names, characters read, trust."""

    at: int
    code: str
    names: int
    read: int
    trust: float


class Places:
    """Reads places against the divisions in force and the names of former counties."""

    def __init__(self, localities: Localities, former: Iterable[Abolished] = ()) -> None:
        self._localities = localities
        self._names: dict[str, list[_Name]] = {}
        for division in localities.divisions.values():
            for name, trust in _names_of(division).items():
                self._names.setdefault(name, []).append(_Name(division.code, trust))
        self._add_former(former)

    def _add_former(self, former: Iterable[Abolished]) -> None:
        """Names of former counties stand for their successors, where no division in force has the name."""
        successors: dict[str, set[str]] = {}
        for entry in former:
            if entry.successor and len(entry.name) > 2 and entry.name not in self._names:
                successors.setdefault(entry.name, set()).add(entry.successor)
        for name, codes in successors.items():
            self._names[name] = [_Name(code, _FORMER) for code in sorted(codes)]

    def resolve(self, text: str, near: str | None = None) -> Place:
        """Read one place. ``near`` (a division's code, say the office's county) decides between equals."""
        shown = text.strip()
        plain = _MARKS.sub("", unicodedata.normalize("NFKC", shown)).removeprefix("中国")
        if not plain:
            return Place(shown, None, 0.0)
        wanted_class = None if plain in self._names else self._class(plain)
        if wanted_class:
            return Place(shown, wanted_class, 1.0, is_class=True)
        paths = self._paths(plain)
        if not paths:
            return Place(shown, None, 0.0, rest=plain)
        return self._chosen(shown, plain, paths, near)

    def code(self, text: str, near: str | None = None) -> str | None:
        """The code of a division or class where the reading is sure, else None."""
        place = self.resolve(text, near)
        return place.code if place.sure else None

    def _class(self, plain: str) -> str | None:
        """A class of places, unless a division's name comes first (江苏省内 is Jiangsu)."""
        starts_with_name = any(plain[:length] in self._names for length in range(2, min(len(plain), 6)))
        return None if starts_with_name else categories("place_classes").resolve(plain)

    def _paths(self, text: str) -> list[_Path]:
        """All ways to read names from the left, each within the one before; those that read most characters."""
        done: list[_Path] = []
        open_paths = list(self._next(text, _Path(0, "", 0, 0, 1.0)))
        while open_paths:
            path = open_paths.pop()
            further = list(self._next(text, path))
            open_paths.extend(further)
            if not further:
                done.append(path)
        longest = max((path.read for path in done), default=0)
        return [path for path in done if path.read == longest]

    def _next(self, text: str, path: _Path) -> Iterable[_Path]:
        for length in range(min(_LONGEST_NAME, len(text) - path.at), 1, -1):
            piece = text[path.at : path.at + length]
            if _STREET.match(text, path.at + length) and not _ends_in_kind(piece):
                continue  # 中山路 is a street of some town, not of Zhongshan
            for name in self._names.get(piece, ()):
                if not path.code or self._within(name.code, path.code):
                    trust = name.trust if not path.code else max(path.trust, min(0.95, name.trust + 0.1 * path.names))
                    yield _Path(path.at + length, name.code, path.names + 1, path.read + length, trust)

    def _within(self, code: str, ancestor: str) -> bool:
        return code != ancestor and ancestor in self._localities.ancestors(code)

    def _chosen(self, shown: str, plain: str, paths: list[_Path], near: str | None) -> Place:
        best = {}
        for path in sorted(paths, key=lambda path: (path.trust, -path.names)):
            best[path.code] = path
        candidates = sorted(best.values(), key=lambda path: (-path.trust, self._level(path.code), path.code))
        rest = plain[candidates[0].at :]
        top = [path for path in candidates if path.trust == candidates[0].trust]
        others = tuple(path.code for path in candidates[1 : MOST_ALTERNATIVES + 1])
        if len(top) > 1 and all(self._within(path.code, top[0].code) for path in top[1:]):
            # A county and the town its seat is in go by one name; without the word for the town the county is meant.
            return Place(shown, top[0].code, round(max(top[0].trust * 0.9, SURE_FROM), 2), others, rest=rest)
        if len(top) == 1:
            rivals = [path for path in candidates if path.trust >= top[0].trust - _RIVAL]
            closer = self._nearest(rivals, near)
            if closer is not None and closer is not top[0] and not self._within(closer.code, top[0].code):
                left = tuple(path.code for path in candidates if path is not closer)[:MOST_ALTERNATIVES]
                return Place(shown, closer.code, _CLOSER, left, rest=rest)
            crowded = 0.9 if len(candidates) > 1 and candidates[1].trust > top[0].trust - _RIVAL else 1.0
            return Place(shown, top[0].code, round(top[0].trust * crowded, 2), others, rest=rest)
        nearest = self._nearest(top, near)
        if nearest is None:
            return Place(shown, None, 0.0, tuple(path.code for path in top[:MOST_ALTERNATIVES]), rest=rest)
        left = tuple(path.code for path in candidates if path is not nearest)[:MOST_ALTERNATIVES]
        return Place(shown, nearest.code, round(max(nearest.trust * 0.85, SURE_FROM), 2), left, rest=rest)

    def _nearest(self, paths: list[_Path], near: str | None) -> _Path | None:
        """The one path that shares most with the place near: the province at least, of a township its county."""
        around = set(self._localities.ancestors(near)) if near else set()
        shared = [(self._shared(path.code, around), path) for path in paths]
        most = max(count for count, _ in shared)
        winners = [path for count, path in shared if count == most]
        return winners[0] if most and len(winners) == 1 else None

    def _shared(self, code: str, around: set[str]) -> int:
        division = self._localities.divisions[code]
        if division.level == TOWNSHIP and division.parent_code not in around:
            return 0
        return len(around & set(self._localities.ancestors(code)))

    def _level(self, code: str) -> int:
        return self._localities.divisions[code].level


def _ends_in_kind(name: str) -> bool:
    return _SUFFIX.search(name) is not None


def _names_of(division: Division) -> Mapping[str, float]:
    """The names a division goes by: its own, without the word for its kind, without the people it is named after."""
    names = {division.name: _FULL[division.level]}
    bare = _OWN_RULE.sub("", division.name)
    shorter = [bare, _SUFFIX.sub("", division.name), _SUFFIX.sub("", bare), *_EXTRA_NAMES.get(division.code, ())]
    for name in shorter:
        if len(name) > 1 and name not in names:
            names[name] = _SHORT[division.level]
    return names


@cache
def places() -> Places:
    """The reader of places over the shipped divisions, built once."""
    return Places(load_localities(), load_history().entries())

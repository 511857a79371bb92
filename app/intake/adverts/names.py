"""Employer and post as an advert names them. A generic word (大型电子厂, 我司) names nobody and stays out."""

import re
from collections.abc import Callable
from functools import cache

from app.intake.adverts.cues import alternatives, cues
from app.intake.adverts.finds import Find
from app.intake.adverts.parts import Advert, Part
from app.intake.adverts.patterns import COUNT, HAN
from app.intake.adverts.places import ResolvePlace, place_end

CodeTitle = Callable[[str], object]

AFTER_TITLE = (
    r"(?=$|[\s\d:,、/+()【\[一二三四五六七八九十两若数多各]"
    r"|(?:月薪|日薪|时薪|工资|薪资|待遇|包吃|包住|综合|底薪|长期|要求|不限|年龄|男|女|需要|会|名|人|招募|招聘|招工))"
)
LABEL_ENDS = re.compile(r"[\s,;。]|\d|若干|【|\(\d")
TITLE_WORDS = rf"[{HAN}a-z0-9·/]"


def find_title(advert: Advert, part: Part, code_title: CodeTitle | None) -> list[Find]:
    """The post or posts a part names: by label, behind a verb (急招普工20名), or at its beginning (焊工5名)."""
    if part.label == "v_title":
        labelled = _labelled_title(advert, part)
        return [labelled] if labelled else []
    if part.label is not None:
        return []
    for match in verb_pattern().finditer(advert.folded, part.start, part.end):
        titles = _titles_at(advert, match.end(), part.end, sure=True)
        if titles:
            return titles
    start = _after_company(advert, part)
    recruiting = start > part.start or verb_pattern().search(advert.folded, part.start, part.end) is not None
    titles = _titles_at(advert, start, part.end, sure=recruiting or part.numbered or _counted(advert, part))
    return titles or _coded_title(advert, part, start, code_title)


def _labelled_title(advert: Advert, part: Part) -> Find | None:
    verb = verb_pattern().match(advert.folded, part.start, part.end)
    start = verb.end() if verb else part.start
    stop = LABEL_ENDS.search(advert.folded, start, part.end)
    end = stop.start() if stop else part.end
    while end > start and advert.folded[end - 1] in " (【:、":
        end -= 1
    return Find("v_title", start, end) if end > start else None


def _titles_at(advert: Advert, start: int, end: int, *, sure: bool) -> list[Find]:
    """One title at ``start``, or several of a row that ends in 各N名."""
    found: list[Find] = []
    while match := _title_pattern().match(advert.folded, start, end):
        if _is_no_title(match[1]):
            break
        found.append(Find("v_title", match.start(1), match.end(1), sure=sure))
        if advert.folded[match.end() : match.end() + 1] not in {"、", "/", "和"}:
            break
        start = match.end() + 1
    if len(found) > 1 and not (
        COUNT.search(advert.folded, found[-1].end, end) and "各" in advert.folded[found[-1].end : end]
    ):
        return [Find("v_title", found[0].start, found[-1].end, sure=sure)]
    return found


def _coded_title(advert: Advert, part: Part, start: int, code_title: CodeTitle | None) -> list[Find]:
    """Words before a head count or pay that the classification knows, though no list of endings does."""
    if code_title is None or not part.head:
        return []
    words = re.compile(rf"[{HAN}a-z]{{2,10}}(?=\s*[:(]?\s*\d|\s*[:,])").match(advert.folded, start, part.end)
    if words is None or not code_title(advert.text[words.start() : words.end()]):
        return []
    return [Find("v_title", words.start(), words.end(), sure=_counted(advert, part) or part.numbered)]


def _counted(advert: Advert, part: Part) -> bool:
    return COUNT.search(advert.folded, part.start, part.end) is not None


def _is_no_title(words: str) -> bool:
    return any(words.endswith(other) for other in cues().words["not_titles"])


@cache
def verb_pattern() -> re.Pattern[str]:
    return re.compile(rf"{cues().pattern('verbs')}(?:{COUNT.pattern})?\s*:?\s*")


@cache
def _title_pattern() -> re.Pattern[str]:
    endings = "(?:" + cues().pattern("title_endings") + "|" + cues().pattern("title_suffixes") + ")"
    bracket = rf"(?:[(【](?!\d)[{HAN}a-z/、]{{1,12}}[)】])?"
    return re.compile(rf"[\s:]*((?:{TITLE_WORDS}{{0,9}}?){endings}{bracket}){AFTER_TITLE}")


def find_company(advert: Advert, part: Part, resolve_place: ResolvePlace | None) -> Find | None:
    """The employer's name, or the agency's where the name says that it is one."""
    if part.label in {"v_company", "v_agency"}:
        end = re.compile(r"[,;。(]|\s{2,}").search(advert.folded, part.start, part.end)
        name = Find(part.label, part.start, end.start() if end else part.end)
        words = advert.of(part)
        return None if _is_generic(words, resolve_place) else _as_agency(advert, name)
    if part.label is not None:
        return None
    match = company_at(advert, part)
    if match is None or _is_generic(match[1], resolve_place):
        return None
    return _as_agency(advert, Find("v_company", *match.span(1), sure=part.head))


def _as_agency(advert: Advert, name: Find) -> Find:
    words = advert.folded[name.start : name.end]
    agency = any(word in words for word in cues().words["agency_words"])
    return Find("v_agency", name.start, name.end, name.sure) if agency else name


def _after_company(advert: Advert, part: Part) -> int:
    match = company_at(advert, part)
    return match.end() if match else part.start


def company_at(advert: Advert, part: Part) -> re.Match[str] | None:
    """A name that begins the part, or a later word of a line's first part."""
    first = _company_pattern().match(advert.folded, part.start, part.end)
    if first is not None or not part.head:
        return first
    return re.compile(r"(?<=\s)" + _company_pattern().pattern).search(advert.folded, part.start, part.end)


@cache
def _company_pattern() -> re.Pattern[str]:
    """A name that begins a part and ends in a word for a firm, with a verb, a post, a sign or nothing behind it."""
    verbs, endings = cues().pattern("verbs"), cues().pattern("company_endings")
    long_verbs = alternatives(tuple(verb for verb in cues().words["verbs"] if len(verb) > 1))  # 捷聘 is a name
    titles = cues().pattern("title_endings")
    run = rf"(?:(?!{long_verbs})[{HAN}a-z0-9()·&]){{1,24}}"
    return re.compile(
        rf"[【\[「《]?({run}{endings})(?=$|[\s,;:。!】\]」》(\d]|{verbs}|{titles}|[{HAN}]{{0,2}}(?:长期|大量|常年|现|因))[】\]」》]?"
    )


def _is_generic(name: str, resolve_place: ResolvePlace | None) -> bool:
    """Whether nothing is left of a name once endings and words anybody could use are taken off."""
    rest = name.strip("【】[]()《》「」 ")
    before = ""
    while rest != before:
        before = rest
        for word in sorted((*cues().words["company_endings"], *cues().words["generic_names"]), key=len, reverse=True):
            if rest.endswith(word.lower()):
                rest = rest[: -len(word)]
                break
        for word in sorted(cues().words["generic_names"], key=len, reverse=True):
            if rest.startswith(word.lower()) and not rest[len(word) :].startswith(("有限", "股份")):
                rest = rest[len(word) :] if len(rest) > len(word) else ""
                break
    return len(rest) < 2 or place_end(rest, 0, len(rest), resolve_place) == len(rest)

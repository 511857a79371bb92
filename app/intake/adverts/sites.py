"""Where the work is: a label's value, or the name of a place that opens a part or follows 在, 位于 and the like."""

import re
from functools import cache

from app.intake.adverts.cues import cues
from app.intake.adverts.finds import Find
from app.intake.adverts.names import company_at, verb_pattern
from app.intake.adverts.parts import Advert, Part
from app.intake.adverts.patterns import HAN
from app.intake.adverts.places import SUFFIX, ResolvePlace, place_end

DIVISIONS = re.compile(
    rf"(?:[{HAN}]{{2,7}}?(?:省|自治区))?(?:[{HAN}]{{2,7}}?(?:市|自治州|盟|地区))?"
    rf"(?:[{HAN}]{{1,7}}?(?:自治县|新区|区|县|市|旗))?(?:[{HAN}]{{1,7}}?(?:镇|乡|街道))?"
)
NOTHING_BEHIND = re.compile(r"$|[\s,;:。()（）、]|市区|这边|附近|周边|本地|某")


def find_place(advert: Advert, part: Part, resolve_place: ResolvePlace | None) -> list[Find]:
    """The place of work in one part, and the address behind it."""
    if part.label == "v_place":
        return _labelled(advert, part, resolve_place)
    site = part.label == "v_company" and "公司" not in advert.of(part)  # a project lies where its name says
    if (part.label is not None and not site) or resolve_place is None:
        return []
    starts = [part.start, *(match.end() for match in _openings().finditer(advert.folded, part.start, part.end))]
    for start in starts:
        end = place_end(advert.text, start, part.end, resolve_place)
        if end and not _within_formal_name(advert, part, start) and (site or _stands_free(advert, part, start, end)):
            return [Find("v_place", start, end, sure=False)]
    return []


def _labelled(advert: Advert, part: Part, resolve_place: ResolvePlace | None) -> list[Find]:
    divisions = DIVISIONS.match(advert.folded, part.start, part.end)
    end = divisions.end() if divisions else part.start
    if end == part.start:
        end = place_end(advert.text, part.start, part.end, resolve_place) or part.end
    found = [Find("v_place", part.start, end)]
    return [*found, Find("v_address", part.start, part.end)] if end < part.end else found


def _stands_free(advert: Advert, part: Part, start: int, end: int) -> bool:
    """Whether the name is a place here and no piece of another word: 长白 is none in 长白班."""
    if SUFFIX.search(advert.folded, start + 2, end) or NOTHING_BEHIND.match(advert.folded, end, part.end):
        return True
    company = company_at(advert, part)
    named = company is not None and company.start(1) <= start < company.end(1)
    return named or verb_pattern().match(advert.folded, end, part.end) is not None


def _within_formal_name(advert: Advert, part: Part, start: int) -> bool:
    """A registered name begins with a place that says where the firm is registered, not where the work is."""
    match = company_at(advert, part)
    return match is not None and match.start(1) <= start < match.end(1) and "公司" in match[1]


@cache
def _openings() -> re.Pattern[str]:
    return re.compile(cues().pattern("place_before") + r"|(?<=\S)\s(?=\S)")

"""Pay text to tokens: numbers, known words, signs. Every token keeps its place in the text as it came."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.intake.values.pay.numerals import read_numeral
from app.intake.values.pay.words import PASSING, Word, lexicon, longest_word

SIGNS = {
    "-": "range", "+": "plus", "=": "equals", "/": "slash", "、": "list", ":": "colon",
    ",": "comma", "·": "comma", "•": "comma",
    "(": "open", "[": "open", "【": "open", "「": "open", "《": "open", "<": "open", "{": "open",
    ")": "close", "]": "close", "】": "close", "」": "close", "》": "close", ">": "close", "}": "close",
    ";": "break", "。": "break", "\n": "break", "\r": "break", "!": "break", "?": "break", "|": "break",
}  # fmt: skip
ALIKE = {
    **dict.fromkeys("–—−‒―─﹣➖~∼〜﹏ー⁓˜━", "-"),
    **dict.fromkeys("➕﹢", "+"),
    **dict.fromkeys("∕⁄", "/"),
    **dict.fromkeys("丨︱│┃", "|"),
    **dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟萬", "一二三四五六七八九十百千万", strict=True)),
}
# Figures that are something else as a whole, in this order: 8:30, 2026-3-15, a keycap bullet, 1. before a heading,
# 0512-66668888, a telephone or account number, 2026.3.15, and figures with leading noughts.
NOT_FIGURES = re.compile(
    r"\d{1,2}:\d{2}"
    r"|(?:19|20)\d\d(?P<gap>[-./])(?:0?[1-9]|1[0-2])(?P=gap)[0-3]?\d"
    r"|\d\ufe0f?\u20e3"
    r"|\d{1,2}\.(?=\s*[^\d\s.])"
    r"|0\d{2,3}-?\d{7,8}"
    r"|\d{7,}(?!\d)(?<!000)"
    r"|\d+\.\d+\.[\d.]*"
    r"|0\d+(?![\d.])"
)
IDENTIFIER = re.compile(r"[a-z_@][a-z0-9_.@-]*")
FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d.])|\d+(?:\.\d+)?")
CENTS = re.compile(r"、(\d{2})(?=元|块)")
DASH_OF_ONE = re.compile(r"[一\s]*\d")


@dataclass(frozen=True, slots=True)
class Token:
    """One token. ``kind``: number, word, identifier, other, or the name of a sign; ``gap``: blanks stand before it."""

    kind: str
    start: int
    end: int
    gap: bool = False
    word: Word = PASSING
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    scaled: bool = False
    digits: str = ""


class Tokens(list[Token]):
    """The tokens of one text; asking beyond its ends answers with nothing instead of failing."""

    def kind(self, place: int) -> str:
        """The kind of the token at ``place``; '' beyond the ends."""
        return self[place].kind if 0 <= place < len(self) else ""

    def word(self, place: int) -> Word:
        """What the word at ``place`` can mean; nothing for signs, numbers and beyond the ends."""
        return self[place].word if 0 <= place < len(self) else PASSING

    def has(self, place: int, mark: str) -> bool:
        """Whether the word at ``place`` can mean ``mark``."""
        return mark in self.word(place).marks

    def gap(self, place: int) -> bool:
        """Whether blanks stand before the token at ``place``."""
        return 0 <= place < len(self) and self[place].gap


def fold(text: str) -> str:
    """Full-width and look-alike signs to one form, letters small, character for character, so that places stay true."""
    return "".join(_fold(char) for char in text)


def _fold(char: str) -> str:
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        char = chr(code - 0xFEE0)
    elif code in {0x3000, 0xA0}:
        return " "
    return char.lower() if char.isascii() else ALIKE.get(char, char)


def tokenize(text: str) -> Tokens:
    """The tokens of ``text`` without blanks. The longest known word wins at each place."""
    folded = fold(text)
    tokens = Tokens()
    place, gap = 0, False
    while place < len(folded):
        if folded[place] in " \t":
            place, gap = place + 1, True
            continue
        token = _figure(folded, place, gap) or _word(folded, place, gap, tokens) or _sign(folded, place, gap)
        tokens.append(token)
        place, gap = token.end, False
    return tokens


def _figure(text: str, place: int, gap: bool) -> Token | None:
    if not ("0" <= text[place] <= "9"):
        return None
    if other := NOT_FIGURES.match(text, place):
        return Token("other", place, other.end(), gap)
    found = FIGURE.match(text, place)
    assert found is not None  # a digit stands here
    digits = found.group()
    if "," in digits and not _grouped(digits):
        digits = digits.split(",")[0]
    end = place + len(digits)
    if digits.isdigit() and (cents := _listed_decimal(text, end, digits)):
        digits, end = f"{digits}.{cents}", end + 1 + len(cents)
    value = Decimal(digits.replace(",", ""))
    return Token("number", place, end, gap, low=value, high=value, digits=digits)


def _grouped(digits: str) -> bool:
    """Whether commas group thousands: 12,000 does; 200,250 lists two amounts."""
    first, *groups = digits.split(",")
    return len(first) < 3 or groups[-1] == "000"


def _listed_decimal(text: str, end: int, digits: str) -> str:
    """20、34元 is written for 20.34; 18、20元 and 5、6千 name two amounts that lie close together."""
    found = CENTS.match(text, end)
    if not found or len(digits) > 2:
        return ""
    first, second = int(digits), int(found.group(1))
    return "" if first < second <= first * 1.5 else found.group(1)


def _word(text: str, place: int, gap: bool, before: Tokens) -> Token | None:
    """A known word, a Chinese numeral, or the 一 that stands for a dash; the longer reading wins."""
    alone = text[place] == "一"
    if alone and _joins(text, place, before):
        return Token("range", place, place + 1, gap)
    word = _longest(text, place)
    numeral = read_numeral(text, place)
    length = numeral.end - place if numeral else 0
    if numeral and length >= len(word) and (length > 1 or not alone or text[place + 1 : place + 2] in {"块", "毛"}):
        low, high = numeral.low, numeral.high
        return Token("number", place, numeral.end, gap, low=low, high=high, scaled=numeral.scaled, digits="中")
    if not word:
        return None
    known = lexicon()[word]
    return Token("range" if "range" in known.marks else "word", place, place + len(word), gap, word=known)


def _joins(text: str, place: int, before: Tokens) -> bool:
    """6000一9000: the character 一 between two amounts stands for a dash."""
    last = len(before) - 1
    ends_amount = before.kind(last) == "number" or before.word(last).marks & {"money", "thousand", "ten_thousand"}
    return bool(ends_amount) and DASH_OF_ONE.match(text, place + 1) is not None


def _longest(text: str, place: int) -> str:
    """The longest known word here. A word of letters ends where the letters end."""
    words = lexicon()
    for length in range(min(longest_word(), len(text) - place), 0, -1):
        piece = text[place : place + length]
        if piece in words and not (_letter(piece[-1]) and _letter(text[place + length : place + length + 1])):
            return piece
    return ""


def _letter(char: str) -> bool:
    return "a" <= char <= "z"


def _sign(text: str, place: int, gap: bool) -> Token:
    if letters := IDENTIFIER.match(text, place):
        return Token("identifier", place, letters.end(), gap)
    end = place + 1
    while text[place] in "-+" and text[end : end + 1] == text[place]:
        end += 1
    return Token(SIGNS.get(text[place], "other"), place, end, gap)

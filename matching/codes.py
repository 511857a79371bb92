"""The codes used in the arrays of a problem: sentinels, small lists, and lists whose members are bits of a mask.

Texts and translations live outside; a caller maps its own category codes to these members by name.
"""

from enum import IntEnum, IntFlag

UNKNOWN = -1
"""A quantity or an index nobody has stated. Never a synonym of zero."""

NO_CODE = 0
"""No locality code is known (codes of GB/T 2260 are positive)."""

OPEN_END = 2**31 - 1
"""The day of something that is stated to have no end."""


class Answer(IntEnum):
    """An answer that may be missing."""

    UNKNOWN = 0
    NO = 1
    YES = 2


class Scope(IntEnum):
    """The furthest a labourer has declared to be willing to go; each member includes those named before it."""

    NOT_STATED = 0
    NOT_NOW = 1
    AT_HOME = 2
    HOME_COUNTY = 3
    OTHER_CITY = 4
    LEAVE_PROVINCE = 5


class AgeClass(IntEnum):
    """All that matching may know of an age: on which side of the two legal limits it lies."""

    UNKNOWN = 0
    UNDER_16 = 1
    FROM_16_TO_17 = 2
    ADULT = 3


class PlaceKind(IntEnum):
    """How an entry of a list of places names its place.

    ``LOCALITY`` names one division by its code (township, county, city or province); "within the county" or "within
    the township" is entered so, with the code of home. ``REGION`` is a bit of ``Sites.regions``. The other kinds
    are classes relative to home.
    """

    NONE = 0
    LOCALITY = 1
    REGION = 2
    OTHER_COUNTY_IN_CITY = 3
    OTHER_CITY_IN_PROVINCE = 4
    OUT_OF_PROVINCE = 5
    ANY = 6


class Lodging(IntFlag):
    """Kinds of lodging; a vacancy may offer several, 0 is not stated."""

    NONE = 1
    ALLOWANCE = 2
    COMPANIONS = 4
    SINGLE = 8
    ROOM_2_4 = 16
    ROOM_5_8 = 32
    SITE_HUT = 64


class Meals(IntFlag):
    """Kinds of meals; 0 is not stated."""

    NONE = 1
    ALLOWANCE = 2
    ONE = 4
    TWO = 8
    THREE = 16


class Shift(IntFlag):
    """Shift systems; 0 is not stated."""

    DAYS = 1
    NIGHTS = 2
    TWO_SHIFTS = 4
    THREE_SHIFTS = 8
    FOUR_CREWS = 16


NIGHT_SHIFTS = Shift.NIGHTS | Shift.TWO_SHIFTS | Shift.THREE_SHIFTS | Shift.FOUR_CREWS
"""Shift systems with work at night, closed to people under 18."""


class Contract(IntFlag):
    """Kinds of contract; 0 is not stated."""

    DIRECT = 1
    DISPATCH = 2
    OUTSOURCED = 4
    PART_TIME = 8
    OVER_AGE = 16
    PUBLIC_POST = 32
    HOME_PIECE = 64
    CONSTRUCTION = 128


class Trait(IntFlag):
    """What a post is like for the body."""

    SITTING = 1
    STANDING = 2
    CLEAN_SUIT = 4
    MICROSCOPE = 8
    SMELL = 16
    NOISE = 32
    HEAT = 64
    HEIGHT = 128
    HEAVY_LOAD = 256
    NIGHT = 512


class Matters(IntFlag):
    """What matters most to a labourer, by own word, at most three."""

    NET_PAY = 1
    HOURS = 2
    LODGING = 4
    TOWNSFOLK = 8
    DISTANCE = 16
    EARLY_PAY = 32
    SHIFT = 64
    TRADE = 128
    COMPANIONS = 256
    LENGTH = 512
    MEALS = 1024


class Gate(IntEnum):
    """Reasons for which a pair may not be proposed, in the order they are tried; the first that fails is named.

    Up to ``EMPLOYER_STANDING`` they are of law and consent and fail closed: an unknown fails. From ``PLACE_EXCLUDED``
    on they are what the labourer said (and the licences a post needs): an unknown passes and is recorded, to be
    asked before anything is offered.
    """

    PASSED = 0
    DECLARATION = 1
    SCOPE = 2
    CONSENT = 3
    AGE = 4
    LEGAL_BAR = 5
    VACANCY_NOT_OPEN = 6
    VACANCY_NOT_VERIFIED = 7
    NO_OPENINGS = 8
    EMPLOYER_STANDING = 9
    PLACE_EXCLUDED = 10
    TRADE_EXCLUDED = 11
    CONDITION_EXCLUDED = 12
    LODGING_NEEDED = 13
    DATES = 14
    NET_BELOW_FLOOR = 15
    CERTIFICATE = 16


FIRST_PREFERENCE_GATE = Gate.PLACE_EXCLUDED


class Score(IntEnum):
    """The three scores of a pair."""

    SKILL = 0
    LOCATION = 1
    WILLINGNESS = 2


class Part(IntEnum):
    """The parts of the three scores, in the order of their columns."""

    DONE_BEFORE = 0
    AFFINITY = 1
    LEVEL = 2
    TRAITS = 3
    PLACE_RANK = 4
    TOWNSFOLK = 5
    DOOR_TO_DOOR = 6
    WOULD_RETURN = 7
    NET_MONTH = 8
    NET_HOUR = 9
    HOURS = 10
    LODGING = 11
    SHIFT = 12
    TRADE_WANTED = 13
    COMPANIONS = 14
    FIRST_CASH = 15
    LENGTH = 16
    MEALS = 17
    CONTRACT = 18


SCORE_PARTS: dict[Score, tuple[Part, ...]] = {
    Score.SKILL: tuple(part for part in Part if part <= Part.TRAITS),
    Score.LOCATION: tuple(part for part in Part if Part.PLACE_RANK <= part <= Part.WOULD_RETURN),
    Score.WILLINGNESS: tuple(part for part in Part if part >= Part.NET_MONTH),
}

MATTERS_PARTS: dict[Matters, tuple[Part, ...]] = {
    Matters.NET_PAY: (Part.NET_MONTH, Part.NET_HOUR),
    Matters.HOURS: (Part.HOURS,),
    Matters.LODGING: (Part.LODGING,),
    Matters.TOWNSFOLK: (Part.TOWNSFOLK,),
    Matters.DISTANCE: (Part.DOOR_TO_DOOR,),
    Matters.EARLY_PAY: (Part.FIRST_CASH,),
    Matters.SHIFT: (Part.SHIFT,),
    Matters.TRADE: (Part.TRADE_WANTED,),
    Matters.COMPANIONS: (Part.COMPANIONS,),
    Matters.LENGTH: (Part.LENGTH,),
    Matters.MEALS: (Part.MEALS,),
}
"""The parts that count double when a labourer says that something matters most."""

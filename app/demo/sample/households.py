"""People of one village, drawn after the survey and gathered into households under one head."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.demo.sample.chance import Chance
from app.demo.sample.identities import IdNumbers, given_name, surname
from app.demo.sample.places import Village
from app.demo.sample.survey import AGE_BANDS, age_choice, survey

SEX_WORDS = {"male": "男", "female": "女"}


@dataclass(slots=True)
class Person:
    """One labourer of the register, before work and wishes."""

    sex: str
    age: int
    band: str
    born_on: date
    surname: str = ""
    name: str = ""
    id_no: str = ""
    relation: str = "户主"


@dataclass(slots=True)
class Household:
    """Labourers of one household. The head may be an elder who is not on the list."""

    number: str
    village: Village
    head_name: str = ""
    head_id_no: str = ""
    head_listed: bool = True
    members: list[Person] = field(default_factory=list)


class Neighbourhood:
    """Makes the households of one village after another; numbers and names run on."""

    def __init__(self, county_code: str, province_code: str, on: date, chance: Chance) -> None:
        self.county_code = county_code
        self.on = on
        self.chance = chance
        self.ids = IdNumbers(province_code)
        self.ages = age_choice()
        self.women = survey().sexes["female"]
        self.made = 0

    def households(self, village: Village) -> Iterator[Household]:
        """All households of a village, whose labourers add up to ``village.people``."""
        pool = sorted((self._person() for _ in range(village.people)), key=lambda p: p.age, reverse=True)
        used = [False] * len(pool)
        for place, person in enumerate(pool):
            if used[place]:
                continue
            used[place] = True
            household = Household(self._number(), village, members=[person])
            partner = self._partner(pool, used, place)
            child = self._child(pool, used, place)
            self._name(household, person, partner, child)
            yield household

    def person_of_age(self, age: int, sex: str) -> Person:
        """A named person of an exact age, for rows that need one."""
        person = Person(sex, age, "16-20", self._birth_date(age), surname(self.chance))
        self._give_name(person)
        return person

    def _person(self) -> Person:
        band = self.chance.among(self.ages)
        age = self.chance.between(*AGE_BANDS[band])
        sex = "female" if self.chance.hit(self.women) else "male"
        return Person(sex, age, band, self._birth_date(age))

    def _birth_date(self, age: int) -> date:
        # The latest day on which somebody of this age was born is the anniversary of `on`; leap days count back safely.
        anniversary = (self.on - timedelta(days=1)).replace(day=min(self.on.day, 28)).replace(year=self.on.year - age)
        return anniversary - timedelta(days=self.chance.between(1, 330))

    def _number(self) -> str:
        self.made += 1
        return f"{self.county_code[2:]}{self.made:07d}"

    def _partner(self, pool: list[Person], used: list[bool], place: int) -> Person | None:
        person = pool[place]
        if person.age < 24 or not self.chance.hit(0.5):
            return None
        for other in range(place + 1, len(pool)):
            if person.age - pool[other].age > 6:
                return None
            if not used[other] and pool[other].sex != person.sex and pool[other].age >= 22:
                used[other] = True
                return pool[other]
        return None

    def _child(self, pool: list[Person], used: list[bool], place: int) -> Person | None:
        age = pool[place].age
        if age < 41 or not self.chance.hit(0.4):
            return None
        for other in range(place + 1, len(pool)):
            gap = age - pool[other].age
            if gap > 32:
                return None
            if gap >= 21 and not used[other]:
                used[other] = True
                return pool[other]
        return None

    def _name(self, household: Household, person: Person, partner: Person | None, child: Person | None) -> None:
        person.surname = surname(self.chance)
        self._give_name(person)
        elder_heads = partner is None and child is None and self.chance.hit(0.3 if person.age < 45 else 0.08)
        if partner is not None:
            partner.surname, partner.relation = surname(self.chance), "配偶"
            self._give_name(partner)
            household.members.append(partner)
        if child is not None:
            child.surname = person.surname if person.sex == "male" or partner is None else partner.surname
            child.relation = "之子" if child.sex == "male" else "之女"
            self._give_name(child)
            household.members.append(child)
        if elder_heads and person.age <= 60:
            self._elder_as_head(household, person)
        else:
            household.head_name, household.head_id_no = person.name, person.id_no

    def _elder_as_head(self, household: Household, person: Person) -> None:
        age = min(person.age + self.chance.between(22, 30), 92)
        elder = Person("male", age, "61+", self._birth_date(age), person.surname)
        self._give_name(elder)
        person.relation = "之子" if person.sex == "male" else "之女"
        household.head_name, household.head_id_no, household.head_listed = elder.name, elder.id_no, False

    def _give_name(self, person: Person) -> None:
        person.name = person.surname + given_name(self.chance, person.sex, person.born_on)
        person.id_no = self.ids.next(person.born_on, person.sex)

"""The demand list out again in the columns of the national monitoring system, so that nothing is typed twice.

The columns are those of its export of household members (全国防返贫监测信息系统, 家庭成员), in its order. What Duijie
does not keep, by law or by design, stays an empty column there: ethnicity, party, health, insurance, benefits.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.labourers import queries, reads, service
from app.labourers.clear import Allowance, count_list
from app.labourers.models import Household, Labourer
from app.labourers.queries import Filters
from app.localities.reference import CITY, COUNTY, PROVINCE, TOWNSHIP, Localities
from app.permissions import Actor
from app.shared.categories import categories
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.formats import masked_id, masked_name, masked_phone
from app.shared.i18n import N_
from app.shared.identity_numbers import IdNumber, check_id_number
from app.shared.spreadsheets import Mark, Sheet, workbook_of

MOST_ROWS: Final = 100_000
SLICE: Final = 2_000  # rows read and unsealed at a time
SHEET_NAME: Final = "家庭成员"

PAPERS: Final = {
    "citizen": "居民身份证",
    "hong_kong": "港澳台居民居住证",
    "macao": "港澳台居民居住证",
    "taiwan": "港澳台居民居住证",
    "permanent_resident": "外国人永久居留身份证",
}
SEXES: Final = {"female": "女", "male": "男"}
RELATIONS: Final = {"head": "户主", "member": "家庭成员"}


@dataclass(frozen=True)
class Line:
    """One person as the columns want them: identity masked, or in clear where a reason was given."""

    labourer: Labourer
    household: Household | None
    places: Sequence[str]  # province, city, county, township
    name: str
    id_no: str
    phone: str | None
    head: dict[str, str]
    today: date
    kind: str | None  # of the identity paper
    masked: bool


def _label(list_name: str, code: str | None) -> str | None:
    """The register speaks Chinese, whoever looks."""
    values = categories(list_name)
    return values[code].zh if code is not None and code in values else code


def _kind(id_no: str, today: date) -> str | None:
    found = check_id_number(id_no, today)
    return found.kind if isinstance(found, IdNumber) else None


def _birth(line: Line) -> str:
    """With the day only where the number, which holds it, stands in clear."""
    return f"{line.labourer.birth_on:%Y}" if line.masked else f"{line.labourer.birth_on:%Y-%m-%d}"


# Header → what stands under it; None where nothing is kept. The order is that of the national export.
COLUMNS: Final[tuple[tuple[str, Callable[[Line], Any] | None], ...]] = (
    ("省", lambda line: line.places[0]),
    ("市", lambda line: line.places[1]),
    ("县", lambda line: line.places[2]),
    ("乡", lambda line: line.places[3]),
    ("村", lambda line: line.labourer.village_name),
    ("户编号", lambda line: line.household.household_no if line.household else None),
    ("人口编号", lambda line: line.labourer.person_no),
    ("姓名", lambda line: line.name),
    ("性别", lambda line: SEXES.get(line.labourer.sex or "")),
    ("出生日期", _birth),
    ("证件类型", lambda line: PAPERS.get(line.kind or "")),
    ("证件号码", lambda line: line.id_no),
    ("民族", None),
    ("户联系电话", lambda line: line.head.get("head_phone")),
    ("成员联系电话", lambda line: line.phone),
    ("年度", lambda line: line.today.year),
    ("与户主关系", lambda line: RELATIONS[line.labourer.relation]),
    ("文化程度", lambda line: _label("education", line.labourer.education)),
    ("在校生状况", None),
    ("劳动技能", lambda line: _label("work_ability", line.labourer.work_ability)),
    ("务工时间（月）", lambda line: line.labourer.work_months),
    ("健康状况", None),
    ("政治面貌", None),
    ("务工企业名称", lambda line: line.labourer.work_employer),
    ("是否享受低保", None),
    ("是否参加城镇职工基本养老保险", None),
    ("是否参加大病保险", None),
    ("是否参加新型农村合作医疗（城乡居民基本医疗保险）", None),
    ("是否参加城乡居民基本养老保险", None),
    ("失学或辍学原因", None),
    ("是否会讲普通话", None),
    ("是否参加商业补充医疗保险", None),
    ("是否国外务工", None),
    ("产业分类", None),
    ("是否接受大病医疗救助", None),
    ("是否接受其他健康扶贫", None),
    ("公益性岗位类型", None),
    ("公益性岗位(月数)", None),
    ("就业渠道", lambda line: _label("channel", line.labourer.employment_channel)),
    ("残疾类别", None),
    ("务工所在地", lambda line: line.labourer.work_place_text),
    ("户主姓名", lambda line: line.head.get("head_name")),
    ("户主证件号码", lambda line: line.head.get("head_id_no")),
    ("是否参加城镇职工基本医疗保险", None),
    ("是否特困供养人员", None),
    ("残疾证办证年度", None),
    ("识别标准", None),
)
HEADERS: Final = tuple(header for header, _ in COLUMNS)


async def workbook(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    localities: Localities,
    filters: Filters,
    *,
    mark: Mark,
    allowed: Allowance,
) -> bytes:
    """The people of the actor's own list whom the filters leave, as an xlsx; on the trail. Masked without a reason.

    Raises Conflict (409) where there are more than a sheet should hold, TooManyRequests (429) beyond what one person
    may take out in clear within a day.
    """
    today = day_of(allowed.now)
    rows: list[list[Any]] = []
    read: list[int] = []
    last_id = 0
    while True:
        found = await queries.after(session, actor, keys, filters, last_id=last_id, limit=SLICE, today=today)
        # In the clear for the custodian alone, whatever else the reader may see.
        people = [row.Labourer for row in found if row.Labourer.organisation_id == actor.organisation_id]
        households = await queries.households_of(session, people)
        read += [one.id for one in people]
        rows += await asyncio.to_thread(_rows, keys, localities, people, households, today, mark.masked)
        if len(rows) > MOST_ROWS:
            raise Conflict(N_("More than %(most)s people: choose a township first, then export."), most=MOST_ROWS)
        if len(found) < SLICE:
            break
        last_id = found[-1].Labourer.id
        session.expunge_all()  # a hundred thousand records need not be held twice
    if not mark.masked:
        await count_list(session, actor, len(read), allowed)
    reads.note_listed(session, actor, read, filters, act="labourers.export", reason=mark.reason, masked=mark.masked)
    rows.sort(key=_place_and_household)
    return await asyncio.to_thread(workbook_of, mark, Sheet(SHEET_NAME, HEADERS, rows))


def _place_and_household(row: list[Any]) -> list[str]:
    """Members of one household stand together, as in the register."""
    return [str(cell or "") for cell in row[:7]]


def _rows(
    keys: KeyRing,
    localities: Localities,
    people: list[Labourer],
    households: dict[int, Household],
    today: date,
    masked: bool,
) -> list[list[Any]]:
    heads = {number: _head(keys, household) for number, household in households.items()}
    rows = []
    for labourer in people:
        number = labourer.household_id or 0
        name, id_no = service.name_of(keys, labourer), service.id_no_of(keys, labourer)
        phone = service.phone_of(keys, labourer)
        line = Line(
            labourer=labourer,
            household=households.get(number),
            places=_places(localities, labourer.locality_code),
            name=masked_name(name) if masked else name,
            id_no=masked_id(id_no) if masked else id_no,
            phone=masked_phone(phone) if masked and phone else phone,
            head=_masked(heads.get(number, {})) if masked else heads.get(number, {}),
            today=today,
            kind=_kind(id_no, today),
            masked=masked,
        )
        rows.append([value(line) if value else None for _, value in COLUMNS])
    return rows


def _places(localities: Localities, code: str) -> list[str]:
    """Names of province, city, county and township; empty where the home is not known so far down."""
    levels = {localities.divisions[one].level: localities.name(one) for one in localities.ancestors(code)}
    return [levels.get(level, "") for level in (PROVINCE, CITY, COUNTY, TOWNSHIP)]


def _head(keys: KeyRing, household: Household) -> dict[str, str]:
    """The head's particulars in clear, as ``records.household_row`` sealed them."""
    sealed = {
        "head_name": household.head_name_cipher,
        "head_id_no": household.head_id_no_cipher,
        "head_phone": household.head_phone_cipher,
    }
    return {
        name: keys.decrypt(f"household.{name}", household.uuid, cipher) for name, cipher in sealed.items() if cipher
    }


def _masked(head: dict[str, str]) -> dict[str, str]:
    masks = {"head_name": masked_name, "head_id_no": masked_id, "head_phone": masked_phone}
    return {name: masks[name](value) for name, value in head.items()}

"""What people do with a post: enter it, change it, verify it, pause, close. Each change of state is logged."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.employers.models import Employer
from app.employers.queries import is_good
from app.errors import Conflict, Forbidden, Stale
from app.happenings import tell
from app.permissions import Actor, Role
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies import papers as papers_behind
from app.vacancies import queries, states
from app.vacancies.floors import MENDS, NOT_JUDGED, Floors, floors_on
from app.vacancies.happenings import PostChanged, PostOpened, PostTakenOff
from app.vacancies.models import SupplyListEntry, Vacancy, VacancyOpening, VacancyTransition
from app.vacancies.papers import mend_of, papers_on
from app.vacancies.schemas import LEGAL_FIELDS, Finding, NetPayReader, Screen, VacancyFacts

FACT_FIELDS = tuple(field.name for field in fields(VacancyFacts))
BY_OFFICE = "paused_by_office"
HELD = "held_for_check"  # all that is said: who asked for the check, and about what, is nobody's business here
REQUIRED_TO_CHECK = ("openings", "locality_code", "pay_text", "contract_kind")


@dataclass(frozen=True)
class NewPost:
    """A post to be entered. ``source_key`` is the line of an office's sheet under which it is found again."""

    employer: Employer
    facts: VacancyFacts
    source_key: str | None = None


async def enter(
    session: AsyncSession,
    actor: Actor,
    employer: Employer,
    facts: VacancyFacts,
    *,
    net_pay: NetPayReader,
    screen: Screen,
    now: datetime,
    source_key: str | None = None,
) -> Vacancy:
    """Put a post on the supply list: a draft while something required is missing, else checked or blocked."""
    new = [NewPost(employer, facts, source_key)]
    vacancy = (await enter_many(session, actor, new, net_pay=net_pay, screen=screen, now=now))[0]
    audit.record(session, actor, "vacancy.enter", "vacancy", vacancy.id)
    return vacancy


async def enter_many(
    session: AsyncSession,
    actor: Actor,
    posts: Sequence[NewPost],
    *,
    net_pay: NetPayReader,
    screen: Screen,
    now: datetime,
) -> list[Vacancy]:
    """Put posts on the supply list, as ``enter`` does; in their order. The trail's line is the caller's."""
    vacancies: list[Vacancy] = []
    minimum, papers = await floors_on(session, day_of(now)), await papers_on(session, day_of(now))
    for post in posts:
        vacancy = Vacancy(
            employer_id=post.employer.id,
            entered_by_organisation_id=actor.organisation_id,
            source_key=post.source_key,
            state="draft",
            updated_at=now,
            **asdict(post.facts),
        )
        _derive(vacancy, post.facts, net_pay, screen, minimum)
        papers.apply(vacancy, post.employer)
        vacancies.append(vacancy)
    session.add_all(vacancies)
    await session.flush()  # their log and list entries need the ids
    for vacancy in vacancies:
        _log_entry(session, actor, vacancy, now)
        check_again(session, actor, vacancy, now)
    await hold_where_firm_stopped(session, vacancies, now)
    return vacancies


def _log_entry(session: AsyncSession, actor: Actor, vacancy: Vacancy, now: datetime) -> None:
    session.add(
        VacancyTransition(
            vacancy_id=vacancy.id, from_state=None, to_state="draft", reason="entered", by_user_id=actor.user_id, at=now
        )
    )
    session.add(SupplyListEntry(vacancy_id=vacancy.id, organisation_id=actor.organisation_id, entered_on=day_of(now)))


def _derive(vacancy: Vacancy, facts: VacancyFacts, net_pay: NetPayReader, screen: Screen, minimum: Floors) -> None:
    figures = net_pay(facts)
    vacancy.net_month_low, vacancy.net_hour_low, vacancy.net_terms = figures.net_month, figures.net_hour, figures.terms
    vacancy.findings = minimum.applied(facts, screen(facts))


def blocks(vacancy: Vacancy) -> list[dict[str, str]]:
    """The findings for which the post cannot open."""
    return [finding for finding in vacancy.findings if finding["effect"] == "block"]


def waits(vacancy: Vacancy) -> list[dict[str, str]]:
    """The findings that nobody can judge yet: the post stays as it is, and does not open."""
    return [finding for finding in vacancy.findings if finding["effect"] == "wait"]


def judge_again(vacancy: Vacancy, minimum: Floors) -> bool:
    """Hold the post's pay against the minimum wages of a day; whether that changed what stands against it."""
    told = [Finding(**one) for one in vacancy.findings]
    before, vacancy.findings = vacancy.findings, minimum.applied(read_facts(vacancy), told)
    return before != vacancy.findings


def missing(vacancy: Vacancy) -> list[str]:
    """The required fields nobody has stated."""
    return [name for name in REQUIRED_TO_CHECK if getattr(vacancy, name) is None]


def check_again(session: AsyncSession, actor: Actor | None, vacancy: Vacancy, now: datetime) -> None:
    """Settle the state of a post that is new or whose terms changed: blocked, draft or checked."""
    to = "blocked" if blocks(vacancy) else "draft" if missing(vacancy) else "checked"
    if vacancy.state == to:
        return
    reason = {"blocked": "findings", "draft": "incomplete", "checked": "complete"}[to]
    states.move(session, vacancy, to, reason, actor=actor, now=now)


def read_facts(vacancy: Vacancy) -> VacancyFacts:
    """The terms in plain values again."""
    return VacancyFacts(**{name: getattr(vacancy, name) for name in FACT_FIELDS})


def differences(before: VacancyFacts, after: VacancyFacts) -> dict[str, list[Any]]:
    """Field → [old, new] of what changed, JSON-ready."""
    old, new = asdict(before), asdict(after)
    return {name: [_plain(old[name]), _plain(new[name])] for name in old if old[name] != new[name]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def change(
    session: AsyncSession,
    actor: Actor,
    vacancy: Vacancy,
    facts: VacancyFacts,
    *,
    version: int,
    net_pay: NetPayReader,
    screen: Screen,
    now: datetime,
) -> dict[str, list[Any]]:
    """Change the terms of a locked post. A legal field of a verified one leads it back to its check (V8).

    Raises Stale (412) if somebody changed it meanwhile.
    """
    if vacancy.version != version:
        raise Stale(N_("Somebody else changed this post meanwhile. Load it again; what you typed is kept below."))
    changes = differences(read_facts(vacancy), facts)
    if not changes:
        return {}
    # Before the row changes: half of it must not reach the database.
    minimum, papers = await floors_on(session, day_of(now)), await papers_on(session, day_of(now))
    employer = await session.get_one(Employer, vacancy.employer_id)
    for name in FACT_FIELDS:
        setattr(vacancy, name, getattr(facts, name))
    _derive(vacancy, facts, net_pay, screen, minimum)
    papers.apply(vacancy, employer)
    vacancy.version, vacancy.updated_at = vacancy.version + 1, now
    if changes.keys() & LEGAL_FIELDS or blocks(vacancy):
        await back_to_check(session, actor, vacancy, now)
    if "locality_code" in changes:
        await hold_where_firm_stopped(session, [vacancy], now)
    audit.record(session, actor, "vacancy.change", "vacancy", vacancy.id, changes=dict(changes))
    await tell(session, PostChanged(vacancy, now))
    return changes


async def back_to_check(session: AsyncSession, actor: Actor | None, vacancy: Vacancy, now: datetime) -> None:
    """Settle a post's state anew; whoever verified it did not verify this."""
    # State and verification leave the row together: the database refuses an open post that is not verified.
    check_again(session, actor, vacancy, now)
    vacancy.verified_at = vacancy.verified_by = None
    vacancy.verified_until = vacancy.attested_by_organisation_id = None
    await _drop_free_slots(session, vacancy, now)


async def verify(session: AsyncSession, actor: Actor, vacancy: Vacancy, employer: Employer, *, now: datetime) -> None:
    """The receiving office vouches for the post, which opens with one slot per opening.

    Raises Conflict (409) while the employer is not verified, something blocks, a required field or a paper is missing,
    or what the law asks of the place is not known.
    """
    if not is_good(employer, day_of(now)):
        raise Conflict(N_("Verify the employer first; then its posts can open."))
    await refuse_unfit(session, vacancy, now)
    await _open(session, actor, vacancy, now)


async def _open(session: AsyncSession, actor: Actor, vacancy: Vacancy, now: datetime) -> None:
    taken_over = is_attested(vacancy)
    vacancy.verified_at, vacancy.verified_by = now, actor.user_id
    vacancy.verified_until = vacancy.attested_by_organisation_id = None  # a county's word is not needed any more
    if not taken_over:
        states.move(session, vacancy, "verified", "verified by the receiving office", actor=actor, now=now)
        states.move(session, vacancy, "open", "opened", actor=actor, now=now)
        await make_slots(session, vacancy)
    audit.record(session, actor, "vacancy.verify", "vacancy", vacancy.id)


async def see_permit(
    session: AsyncSession, actor: Actor, vacancy: Vacancy, number: str, until: date | None, *, now: datetime
) -> None:
    """Record the permit of the firm that a locked post names; what stands against the post is worked out again."""
    await papers_behind.see_permit(session, actor, vacancy.agency_name, number, until, now=now)
    employer = await session.get_one(Employer, vacancy.employer_id)
    (await papers_on(session, day_of(now))).apply(vacancy, employer)
    vacancy.version, vacancy.updated_at = vacancy.version + 1, now


def is_attested(vacancy: Vacancy) -> bool:
    """Whether the post runs, or has run until it lapsed, on a sending county's word."""
    return vacancy.attested_by_organisation_id is not None and vacancy.state in ("open", "paused")


async def refuse_unfit(session: AsyncSession, vacancy: Vacancy, now: datetime) -> None:
    """Raises Conflict (409) for what may not open, whoever vouches."""
    await _refuse_while_held(session, vacancy)
    await _refuse_unlawful(session, vacancy, now)
    if missing(vacancy):
        raise Conflict(N_("Something required is missing. Ask the employer and fill it in; then the post can open."))


async def _refuse_unlawful(session: AsyncSession, vacancy: Vacancy, now: datetime) -> None:
    """Raises Conflict (409) while the law stands against a post today, what it asks is not known, or a paper lacks."""
    employer = await session.get_one(Employer, vacancy.employer_id)
    (await papers_on(session, day_of(now))).apply(vacancy, employer)
    judge_again(vacancy, await floors_on(session, day_of(now)))
    if blocks(vacancy):
        raise Conflict(N_("Something in this post is against the law; see what and how to mend it. It cannot open."))
    if waits(vacancy):
        raise Conflict(mend_of(waits(vacancy)) or MENDS[NOT_JUDGED])


async def make_slots(session: AsyncSession, vacancy: Vacancy) -> None:
    """Slots up to the number of openings; taken ones stay."""
    last = select(func.coalesce(func.max(VacancyOpening.number), 0)).where(VacancyOpening.vacancy_id == vacancy.id)
    taken = select(func.count()).where(VacancyOpening.vacancy_id == vacancy.id)
    start, have = await session.scalar(last) or 0, await session.scalar(taken) or 0
    rows = [{"vacancy_id": vacancy.id, "number": start + n} for n in range(1, (vacancy.openings or 0) - have + 1)]
    if rows:
        await session.execute(insert(VacancyOpening), rows)
        await tell(session, PostOpened(vacancy))


async def _drop_free_slots(session: AsyncSession, vacancy: Vacancy, now: datetime) -> None:
    await tell(session, PostTakenOff(vacancy, now))
    free = delete(VacancyOpening).where(VacancyOpening.vacancy_id == vacancy.id, VacancyOpening.taken_at.is_(None))
    await session.execute(free)


async def verify_many(
    session: AsyncSession, actor: Actor, pairs: Sequence[tuple[Vacancy, Employer]], *, now: datetime
) -> tuple[int, int]:
    """Verify what can be verified of a selection; returns how many opened and how many could not.

    What a county attested is taken over, lapsed or not; what the law now stands against is blocked, not left as it was.
    """
    opened = 0
    minimum, papers = await floors_on(session, day_of(now)), await papers_on(session, day_of(now))
    held = await queries.of_stopped_firms(session, [vacancy for vacancy, _ in pairs])
    for vacancy, employer in pairs:
        papers.apply(vacancy, employer)
        judge_again(vacancy, minimum)
        if blocks(vacancy) and vacancy.state not in ("blocked", "closed"):
            vacancy.version, vacancy.updated_at = vacancy.version + 1, now
            await back_to_check(session, actor, vacancy, now)
        stopped = blocks(vacancy) or waits(vacancy) or missing(vacancy) or vacancy.holds or vacancy.id in held
        waiting = vacancy.state == "checked" or is_attested(vacancy)
        if waiting and is_good(employer, day_of(now)) and not stopped:
            await _open(session, actor, vacancy, now)
            opened += 1
    return opened, len(pairs) - opened


def may_resume(actor: Actor, vacancy: Vacancy) -> bool:
    """Whether somebody who answers for a post may go on offering it: what an office has paused, only an office."""
    return not vacancy.holds and (vacancy.state_reason != BY_OFFICE or actor.role is Role.RECEIVING_OFFICER)


def may_hold(actor: Actor, vacancy: Vacancy) -> bool:
    """Whether an office may still put its own hold on a post that somebody else has paused."""
    return vacancy.state == "paused" and vacancy.state_reason != BY_OFFICE and actor.role is Role.RECEIVING_OFFICER


async def pause(session: AsyncSession, actor: Actor, vacancy: Vacancy, *, now: datetime) -> None:
    """Stop offering an open post for the time being."""
    if vacancy.state == "paused" and not may_hold(actor, vacancy):
        raise Conflict(N_("This post is paused already."))
    if vacancy.state not in {"open", "paused"}:
        raise Conflict(N_("Only an open post can be paused."))
    reason = BY_OFFICE if actor.role is Role.RECEIVING_OFFICER else "paused"
    states.move(session, vacancy, "paused", reason, actor=actor, now=now)
    audit.record(session, actor, "vacancy.pause", "vacancy", vacancy.id)


async def resume(session: AsyncSession, actor: Actor, vacancy: Vacancy, *, now: datetime) -> None:
    """Go on offering a paused post."""
    if vacancy.state != "paused":
        raise Conflict(N_("Only a paused post can be resumed."))
    await _refuse_while_held(session, vacancy)
    if not may_resume(actor, vacancy):
        raise Forbidden(N_("The receiving office has paused this post; only the office can resume it."))
    await _refuse_unlawful(session, vacancy, now)
    states.move(session, vacancy, "open", "resumed", actor=actor, now=now)
    audit.record(session, actor, "vacancy.resume", "vacancy", vacancy.id)


async def close(session: AsyncSession, actor: Actor, vacancy: Vacancy, reason: str, *, now: datetime) -> None:
    """Take a post off the list."""
    states.move(session, vacancy, "closed", reason or "closed", actor=actor, now=now)
    await _drop_free_slots(session, vacancy, now)
    audit.record(session, actor, "vacancy.close", "vacancy", vacancy.id, reason=reason)


async def _refuse_while_held(session: AsyncSession, vacancy: Vacancy) -> None:
    await session.flush()  # the database judges by the firm and the place the post has now
    if vacancy.holds or await queries.of_stopped_firms(session, [vacancy]):
        raise Conflict(N_("This post is held for a check. It can open again when the check is done; nobody here can."))


async def hold_where_firm_stopped(session: AsyncSession, vacancies: Sequence[Vacancy], now: datetime) -> None:
    """Hold posts that a firm enters, or moves to a place, while an authority has stopped the firm there (V9)."""
    await session.flush()  # the database finds them by what they are now
    checks = await queries.place_firm_holds(session, [vacancy.id for vacancy in vacancies], now)
    for vacancy in vacancies:
        for _ in range(checks.get(vacancy.id, 0)):
            await hold(session, vacancy, now=now)


async def hold(session: AsyncSession, vacancy: Vacancy, *, now: datetime) -> None:
    """Stop a locked post for an authority's check, in whatever state it is (V9). No reason but that is kept."""
    if vacancy.state in {"open", "filled", "verified"}:
        states.move(session, vacancy, "paused", HELD, actor=None, now=now)
    vacancy.holds += 1
    audit.record(session, None, "vacancy.hold", "vacancy", vacancy.id)
    await session.flush()  # the state and the count stand together, before anything else is read


async def release(session: AsyncSession, vacancy: Vacancy, *, now: datetime) -> None:
    """End one check of a locked post; with the last one it goes back to where it stood."""
    vacancy.holds -= 1
    if vacancy.holds == 0 and vacancy.state == "paused" and vacancy.state_reason == HELD:
        stood = select(VacancyTransition.from_state).where(
            VacancyTransition.vacancy_id == vacancy.id, VacancyTransition.reason == HELD
        )
        before = await session.scalar(stood.order_by(VacancyTransition.id.desc()).limit(1))
        states.move(session, vacancy, before or "open", "check_done", actor=None, now=now)
    audit.record(session, None, "vacancy.release", "vacancy", vacancy.id)
    await session.flush()  # refused here, and not at the commit, while another check still stands

"""The life of an offer: held out, answered by the person, answered by the firm, ended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.declarations import consents
from app.declarations import queries as declarations
from app.declarations import service as words
from app.declarations.consents import Heard
from app.employers.models import Employer
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.match_runs.adapter.pay import net_figures
from app.offers import answering, employing, ending, making, queries, refusals, terms
from app.offers.answering import Answered
from app.offers.making import Wanted
from app.offers.models import Offer, OfferEvent
from app.offers.rules import MOST_OPEN
from app.permissions import Role
from app.placements import service as placements
from app.placements.models import Placement, PlacementEvent
from app.rights import service as rights
from app.vacancies import service as vacancies
from app.vacancies.models import VacancyOpening
from tests.factories.accounts import OTHER_COUNTY, make_actor, make_organisation
from tests.factories.offers import PLAIN, Market, make_market
from tests.factories.vacancies import make_vacancy


async def steps(session: AsyncSession, offer: Offer) -> list[tuple[str, str, str]]:
    """(state, reason, channel) of the log, in order."""
    log = await session.scalars(select(OfferEvent).where(OfferEvent.offer_id == offer.id).order_by(OfferEvent.id))
    return [(one.to_state, one.reason, one.channel) for one in log]


async def taken(session: AsyncSession, market: Market) -> int:
    slots = (
        select(VacancyOpening)
        .where(VacancyOpening.vacancy_id == market.vacancy.id)
        .execution_options(populate_existing=True)
    )
    return sum(one.taken_at is not None for one in await session.scalars(slots))


async def check_log(session: AsyncSession) -> None:
    """What the database looks at when a transaction is committed."""
    await session.flush()
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


async def change(market: Market, **changes: Any) -> dict[str, list[Any]]:
    """The receiving office changes the post."""

    facts = replace(vacancies.read_facts(market.vacancy), **changes)
    return await vacancies.change(
        market.session, market.office, market.vacancy, facts, version=market.vacancy.version, net_pay=net_figures,
        screen=lambda _: [], now=market.now,
    )  # fmt: skip


async def test_from_offer_to_placement(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    assert (offer.state, offer.expires_at) == ("offered", market.now + timedelta(hours=72))
    assert await taken(session, market) == 0
    assert await market.accept(labourer, offer) is Answered.ACCEPTED
    assert (offer.state, offer.opening_number, offer.answer_due_at) == ("accepted", 1, market.now + timedelta(hours=24))
    assert await taken(session, market) == 1
    assert await declarations.is_permitted(session, "name_to_employer", labourer.id, market.now.date())
    assert await market.answer(offer) == (1, 0, 0)
    placement = (await session.scalars(select(Placement).where(Placement.offer_id == offer.id))).one()
    assert (offer.state, placement.state, placement.labourer_id) == ("confirmed", "agreed", labourer.id)
    assert await steps(session, offer) == [
        ("drafted", "made", "office"), ("offered", "offered", "office"), ("accepted", "said_yes", "self_code"),
        ("confirmed", "taken_on", "employer"),
    ]  # fmt: skip
    await check_log(session)


async def test_a_second_yes_changes_nothing(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.accept(labourer, offer)
    assert await market.accept(labourer, offer) is Answered.ACCEPTED
    assert (await taken(session, market), offer.step) == (1, 3)


async def test_who_finds_no_free_opening_waits_and_moves_up_after_a_no(session: AsyncSession, market: Market) -> None:
    people = await market.people(5)
    made = await market.offer(*people)
    assert [one.state for one in made] == ["offered"] * 3 + ["drafted"] * 2
    assert [one.id for one in await market.waiting()] == [made[3].id, made[4].id]
    await market.decline(people[1], made[1])
    asked = select(TaskRun).where(TaskRun.name == "offers.refill")
    assert [run.arguments for run in await session.scalars(asked)] == [{"vacancy_id": market.vacancy.id}]
    assert await making.refill(session, market.vacancy.id, now=market.now) == 1
    assert await making.refill(session, market.vacancy.id, now=market.now) == 0
    assert (made[3].state, made[4].state) == ("offered", "drafted")
    await check_log(session)


async def test_who_said_no_is_not_asked_again_about_the_same_post(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.decline(labourer, offer)
    assert offer.state == "lapsed"
    assert await steps(session, offer) == [
        ("drafted", "made", "office"), ("offered", "offered", "office"), ("lapsed", "lapsed", "system"),
    ]  # fmt: skip
    found = await making.review(session, market.county, Wanted(market.vacancy.id, [labourer.uuid]), now=market.now)
    assert [(one.id, why.code) for one, why in found.left_out] == [(labourer.id, "not_available")]
    other = await make_vacancy(session, market.office, market.now, title="包装工")
    found = await making.review(session, market.county, Wanted(other.id, [labourer.uuid]), now=market.now)
    assert [one.id for one in found.offered] == [labourer.id]


async def test_the_review_says_who_is_left_out_and_why(session: AsyncSession, market: Market) -> None:
    fine, has_it = await market.person(), await market.person()
    await market.offer(has_it)
    silent = await market.person(scope=None)
    near = await market.person(scope="home_county")

    dear = await market.person(wishes=replace(PLAIN, floor_net_month=20_000))
    later = await market.person(wishes=replace(PLAIN, available_from=market.now.date() + timedelta(days=9)))
    people = [fine, has_it, silent, near, dear, later]
    wanted = Wanted(market.vacancy.id, [one.uuid for one in people])
    found = await making.review(session, market.county, wanted, now=market.now)
    assert [one.id for one in found.offered] == [fine.id]
    why = {one.id: (left.code, left.gates) for one, left in found.left_out}
    assert why == {
        has_it.id: ("has_offer", ()),
        silent.id: ("not_available", ()),
        near.id: ("gate", ("scope",)),
        dear.id: ("gate", ("net_below_floor",)),
        later.id: ("ask_first", ("dates",)),
    }


async def test_more_offers_than_can_be_compared_are_not_made(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    for number in range(MOST_OPEN):
        vacancy = await make_vacancy(session, market.office, market.now, title=f"缝纫工 {number}")
        await making.make(session, market.county, Wanted(vacancy.id, [labourer.uuid]), now=market.now)
    found = await making.review(session, market.county, Wanted(market.vacancy.id, [labourer.uuid]), now=market.now)
    assert [why.code for _, why in found.left_out] == ["too_many"]


async def test_only_ones_own_people_are_offered_anything(session: AsyncSession, market: Market) -> None:

    other = await make_actor(session, organisation=await make_organisation(session, "county", OTHER_COUNTY))
    labourer = await market.person()
    made, found = await making.make(session, other, Wanted(market.vacancy.id, [labourer.uuid]), now=market.now)
    assert (made, found.left_out) == ([], [])
    (offer,) = await market.offer(labourer)
    with pytest.raises(NotFound):
        await queries.get(session, other, offer.uuid)


async def test_an_agency_in_between_states_what_it_earns(session: AsyncSession, market: Market) -> None:
    market.vacancy.agency_name = "苏州某某人力资源有限公司"
    labourer = await market.person()
    with pytest.raises(Invalid, match="State what it earns"):
        await market.offer(labourer)
    (offer,) = await market.offer(labourer, agent_earns=800)
    frozen = await queries.terms_of(session, offer)
    assert frozen is not None
    assert terms.read(frozen)["agents"] == [
        {"name": "苏州某某人力资源有限公司", "organisation": None, "earns": 800, "paid_by": "employer"}
    ]


async def test_equal_terms_are_one_row_and_different_ones_a_new_version(session: AsyncSession, market: Market) -> None:
    first, second, third = await market.people(3)
    one, two = await market.offer(first, second)
    market.vacancy.pay_min = 6000
    await session.flush()
    (three,) = await market.offer(third)
    assert one.terms_id == two.terms_id != three.terms_id
    frozen = await queries.terms_of(session, three)
    assert frozen is not None
    assert (frozen.version, frozen.content_hash) == (2, terms.print_of(frozen.content))


@pytest.mark.parametrize(
    ("old", "new", "worse", "better"),
    [
        ({"pay_min": 5500}, {"pay_min": 5000}, ("pay_min",), ()),
        ({"pay_min": 5500}, {"pay_min": 6000}, (), ("pay_min",)),
        ({"pay_min": 5500, "pay_text": "a"}, {"pay_min": 6000, "pay_text": "b"}, (), ("pay_min",)),
        ({"pay_text": "a"}, {"pay_text": "b"}, ("pay_text",), ()),
        ({"net_month_low": 4000}, {"net_month_low": None}, ("net_month_low",), ()),
        ({"lodging_cost": None}, {"lodging_cost": 200}, ("lodging_cost",), ()),
        ({"lodging_cost": 300}, {"lodging_cost": 200}, (), ("lodging_cost",)),
        ({"hours_week": 58}, {"hours_week": 66}, ("hours_week",), ()),
        ({"shift": "days"}, {"shift": "two_shifts"}, ("shift",), ()),
        ({"locality_code": "320509"}, {"locality_code": "320583"}, ("locality_code",), ()),
        ({"contract_kind": "direct"}, {"contract_kind": "dispatch"}, ("contract_kind",), ()),
        ({"employer": "甲"}, {"employer": "乙"}, ("employer",), ()),
        ({"insurance": None}, {"insurance": True}, (), ("insurance",)),
        ({"insurance": True}, {"insurance": None}, ("insurance",), ()),
    ],
)  # fmt: skip
def test_what_is_worse_and_what_is_better(old: Any, new: Any, worse: Any, better: Any) -> None:
    assert terms.compare(old, new) == terms.Change(worse, better)


async def test_worse_pay_voids_every_yes_and_asks_again_in_one_transaction(
    session: AsyncSession, market: Market
) -> None:
    people = await market.people(3)
    offered, accepted, confirmed = await market.offer(*people)
    await market.accept(people[1], accepted)
    await market.accept(people[2], confirmed)
    await market.answer(confirmed)
    await change(market, pay_min=4500, pay_text="4500-7000元/月")
    assert [one.state for one in (offered, accepted, confirmed)] == ["void"] * 3
    placement = (await session.scalars(select(Placement).where(Placement.offer_id == confirmed.id))).one()
    assert placement.state == "ended"
    assert market.vacancy.state == "checked"
    assert await taken(session, market) == 0
    again = await market.waiting()
    assert {one.replaces_id for one in again} == {offered.id, accepted.id, confirmed.id}
    await vacancies.verify(session, market.office, market.vacancy, await _employer(session, market), now=market.now)
    assert await making.refill(session, market.vacancy.id, now=market.now) == 3
    assert {(one.state, one.terms_id == offered.terms_id) for one in again} == {("offered", False)}
    await check_log(session)


async def _employer(session: AsyncSession, market: Market) -> Any:

    return await session.get_one(Employer, market.vacancy.employer_id)


async def test_better_pay_is_told_and_the_yes_stands(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.accept(labourer, offer)
    await change(market, pay_min=6000, pay_text="6000-7000元/月")
    assert offer.state == "accepted"
    assert (await steps(session, offer))[-1] == ("accepted", "terms_better", "system")
    assert await taken(session, market) == 1


async def test_what_has_begun_is_not_voided(session: AsyncSession, market: Market) -> None:
    labourer, offer = await market.placed()
    placement = await placements.of_offer(session, offer.id)
    assert placement is not None
    await placements.move(session, placement, "departed", "on the coach", actor=market.county, now=market.now)
    await session.flush()
    await change(market, pay_min=4500, pay_text="4500-7000元/月")
    assert offer.state == "confirmed"
    with pytest.raises(Conflict, match="left for this place"):
        await market.decline(labourer, offer)


async def test_closing_a_post_ends_what_nobody_has_answered(session: AsyncSession, market: Market) -> None:
    people = await market.people(4)
    accepted, *open_offers = await market.offer(*people)
    await market.accept(people[0], accepted)
    await vacancies.close(session, market.office, market.vacancy, "filled", now=market.now)
    assert [one.state for one in open_offers] == ["withdrawn"] * 3
    assert accepted.state == "accepted"
    assert await taken(session, market) == 1


@pytest.mark.parametrize("how", ["withdrawal", "not_now", "restriction", "deletion"])
async def test_a_word_taken_back_ends_everything_open_at_once(session: AsyncSession, market: Market, how: str) -> None:
    labourer, other = await market.people(2)
    (offer, others) = await market.offer(labourer, other)
    await market.accept(labourer, offer)
    second = await make_vacancy(session, market.office, market.now, title="包装工")
    await making.make(session, market.county, Wanted(second.id, [labourer.uuid]), now=market.now)
    if how == "withdrawal":
        heard = Heard("in_person", market.county)
        await consents.withdraw_matching(session, labourer.id, heard, now=market.now)
    elif how == "not_now":
        said = words.Statement(
            labourer.id, "not_now", market.now.date(), "in_person", recorder="程经办", evidence="form 13"
        )
        await words.record(session, market.county, market.keys, said, now=market.now, days=180)
    elif how == "restriction":
        await rights.limit(session, market.county, labourer, how, "asked for it", channel="in_person", now=market.now)
    else:
        await rights.delete_person(
            session, market.county, market.keys, labourer, "own_wish", "asked for it", sure=True, now=market.now
        )
    mine = (await session.scalars(select(Offer).where(Offer.labourer_id == labourer.id))).all()
    assert {one.state for one in mine} <= {"lapsed", "withdrawn"}
    assert others.state == "offered"
    assert await taken(session, market) == 0
    await check_log(session)


async def test_an_offer_runs_out_and_cannot_be_accepted_late(session: AsyncSession, market: Market) -> None:
    first, second = await market.people(2)
    (offer, early) = await market.offer(first, second)
    await market.accept(second, early)
    late = market.now + timedelta(hours=72)
    with pytest.raises(Conflict, match="not open any more"):
        await market.accept(first, offer, now=late)
    assert (await ending.end_due(session, now=late))["lapsed"] == 1
    assert (await ending.end_due(session, now=late))["lapsed"] == 0
    assert (offer.state, early.state) == ("lapsed", "accepted")


async def test_the_clock_refills_where_an_opening_is_free_and_nowhere_else(
    session: AsyncSession, market: Market
) -> None:
    people = await market.people(4)
    made = await market.offer(*people)
    assert await queries.posts_to_refill(session) == []
    await market.decline(people[0], made[0])
    assert await queries.posts_to_refill(session) == [market.vacancy.id]
    await making.refill(session, market.vacancy.id, now=market.now)
    assert await queries.posts_to_refill(session) == []


async def test_the_end_of_a_statement_ends_what_is_unanswered_only(session: AsyncSession, market: Market) -> None:
    """Design 9.5."""
    first, second = [await market.person(stated_on=market.now.date() - timedelta(days=179)) for _ in range(2)]
    (offer, accepted) = await market.offer(first, second)
    await market.accept(second, accepted)
    tomorrow = market.now + timedelta(days=1)
    with pytest.raises(Conflict, match="does not cover"):
        await market.accept(first, offer, now=tomorrow)
    await ending.end_due(session, now=tomorrow)
    assert (offer.state, accepted.state) == ("lapsed", "accepted")


async def test_one_yes_at_a_time(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (first,) = await market.offer(labourer)
    other = await make_vacancy(session, market.office, market.now, title="包装工")
    ((second,), _) = await making.make(session, market.county, Wanted(other.id, [labourer.uuid]), now=market.now)
    await market.accept(labourer, first)
    with pytest.raises(Conflict, match="another place"):
        await market.accept(labourer, second)
    await market.answer(first)
    assert second.state == "withdrawn"


async def test_the_firm_refuses_for_a_listed_reason_only(session: AsyncSession, market: Market) -> None:
    people = await market.people(2)
    offers = await market.offer(*people)
    for labourer, offer in zip(people, offers, strict=True):
        await market.accept(labourer, offer)
    with pytest.raises(Invalid, match="listed reasons"):
        await market.answer(offers[0], said="too_old")
    assert await market.answer(offers[0], said="certificate_missing") == (0, 1, 0)
    assert (offers[0].state, await taken(session, market)) == ("withdrawn", 1)
    await market.decline(people[1], offers[1])
    assert await market.answer(offers[1]) == (0, 0, 1)


async def test_another_firm_answers_nobody(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.accept(labourer, offer)
    stranger = await make_actor(session, Role.EMPLOYER)
    assert await employing.answer_many(session, stranger, {offer.uuid: "yes"}, now=market.now) == (0, 0, 1)
    assert offer.state == "accepted"


async def test_an_officer_hears_a_yes_with_evidence(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    person = answering.Labourer(labourer.id, labourer.organisation_id)
    with pytest.raises(Invalid, match="what shows it"):
        await answering.accept(session, person, offer, Heard("in_person", market.county), now=market.now)
    broker = await make_actor(session, Role.BROKER)
    with pytest.raises(Forbidden, match="earns nothing"):
        await answering.accept(session, person, offer, Heard("in_person", broker, evidence="form 14"), now=market.now)
    heard = Heard("in_person", market.county, evidence="form 14")
    assert await answering.accept(session, person, offer, heard, now=market.now) is Answered.ACCEPTED
    line = (await session.scalars(select(OfferEvent).order_by(OfferEvent.id.desc()).limit(1))).one()
    assert (line.channel, line.by_user_id) == ("in_person", market.county.user_id)
    assert line.evidence_hash == consents.evidence_print("form 14")


async def test_the_office_takes_an_offer_back(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    with pytest.raises(Invalid, match="from the list"):
        await ending.withdraw(session, market.county, offer.uuid, "because", now=market.now)
    await ending.withdraw(session, market.county, offer.uuid, "post_in_doubt", now=market.now)
    assert offer.state == "withdrawn"
    with pytest.raises(Conflict, match="not open any more"):
        await market.accept(labourer, offer)


async def test_a_draft_is_sent_later(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (draft,) = await market.offer(labourer, draft_only=True)
    assert (draft.state, draft.terms_id) == ("drafted", None)
    assert (await making.send(session, market.county, draft.uuid, now=market.now)).state == "offered"
    with pytest.raises(Conflict, match="not at that step"):
        await making.send(session, market.county, draft.uuid, now=market.now)


async def test_a_placement_ends_and_the_person_is_free_again(session: AsyncSession, market: Market) -> None:
    labourer, offer = await market.placed()
    placement = await placements.of_offer(session, offer.id)
    assert placement is not None
    for to in ("departed", "arrived", "at_work", "ended"):
        await placements.move(session, placement, to, "as reported", actor=market.county, now=market.now)
    with pytest.raises(Conflict, match="not at that step"):
        await placements.move(session, placement, "arrived", "again", actor=market.county, now=market.now)
    await check_log(session)
    assert await queries.placed(session, [labourer.id]) == set()
    log = await session.scalars(select(PlacementEvent).order_by(PlacementEvent.id))
    assert [one.to_state for one in log] == ["agreed", "departed", "arrived", "at_work", "ended"]
    other = await make_market(session, market.keys, market.now, county=market.county, name="昆山恒达制衣有限公司")
    (again,) = await other.offer(labourer)
    assert await other.accept(labourer, again) is Answered.ACCEPTED


async def test_nothing_of_a_no_stays_when_a_person_is_deleted(session: AsyncSession, market: Market) -> None:
    labourer = await market.person()
    (offer,) = await market.offer(labourer)
    await market.decline(labourer, offer)
    assert await refusals.not_to_ask(session, market.vacancy.id, [labourer.id]) == {labourer.id}
    id_ = labourer.id
    await rights.delete_person(
        session, market.county, market.keys, labourer, "own_wish", "asked for it", sure=True, now=market.now
    )
    assert await refusals.not_to_ask(session, market.vacancy.id, [id_]) == set()

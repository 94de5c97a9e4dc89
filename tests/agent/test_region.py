"""Where a shopper is: what is popular there comes first, and no model is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.assistant import Question
from agent.gathered import Gathered, gather
from agent.local import LocalAssistant
from retrieval.events import Event
from retrieval.index import ShopIndex
from tests.models import ScriptedModel, quotes_the_review, small_shop

REGION = "Bavaria"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopIndex]:
    opened = small_shop(tmp_path)
    packs = [item.item_id for item in opened.catalogue.values() if item.kind == "backpack"]
    places = [(packs[-1], REGION, 12), *((pack, "Holstein", 12) for pack in packs[:-1])]
    opened.add_events(
        Event(f"{pack}-{n}", f"s-{pack}-{n}", "purchase", datetime(2026, 11, 1, tzinfo=UTC), pack, region=region)
        for pack, region, times in places
        for n in range(times)
    )
    yield opened
    opened.close()


async def asked(assistant: LocalAssistant, message: str, session: str, region: str = "") -> Gathered:
    return await gather(assistant.turn(Question(message, session, region=region)))


def labels(turn: Gathered) -> dict[str, str]:
    return {card.item_id: factor.label for card in turn.cards for factor in card.factors if factor.name == "popularity"}


async def test_the_region_is_told_on_the_card_kept_for_the_conversation_and_never_in_a_prompt(shop: ShopIndex) -> None:
    model = ScriptedModel(quotes_the_review)
    assistant = LocalAssistant(shop, model)
    first = await asked(assistant, "a backpack", "s1", REGION)
    again = await asked(assistant, "a backpack under 500 euros", "s1")
    elsewhere = await asked(assistant, "a backpack", "s2")
    for turn in (first, again):
        assert f"popular in {REGION}" in labels(turn).values()
    assert set(labels(elsewhere).values()) == {"liked by others"}
    assert model.calls
    assert not [variables for _, variables in model.calls if REGION in str(variables)]


async def test_why_this_one_says_where_it_is_popular(shop: ShopIndex) -> None:
    assistant = LocalAssistant(shop, ScriptedModel(quotes_the_review))
    await asked(assistant, "a backpack", "s1", REGION)
    told = await asked(assistant, "why the first one?", "s1")
    assert f"popular in {REGION}" in told.message.text


async def test_where_one_says_one_is_next_counts_from_then_on(shop: ShopIndex) -> None:
    assistant = LocalAssistant(shop, ScriptedModel(quotes_the_review))
    await asked(assistant, "a backpack", "s1", REGION)
    moved = await asked(assistant, "a backpack", "s1", "Holstein")
    assert "popular in Holstein" in labels(moved).values()
    assert f"popular in {REGION}" not in labels(moved).values()


def test_an_event_keeps_its_region_in_the_index_and_takes_it_along_when_its_shopper_goes(shop: ShopIndex) -> None:
    shopper = next(name for name, told in shop.histories().items() if told[0].event.region == REGION)
    before = sum(shop.activity.lean(REGION).done.values())
    shop.forget(shopper)
    assert sum(shop.activity.lean(REGION).done.values()) == pytest.approx(before - 1.0)

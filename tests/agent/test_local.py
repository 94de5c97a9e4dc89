import asyncio
from pathlib import Path

from agent.assistant import Question
from agent.gathered import gather
from agent.local import Given, LocalAssistant
from agent.stream import CardsReady, Failed, MessageReady, SessionStarted
from retrieval.index import ShopIndex
from tests.embedders import WordEmbedder
from tests.models import ITEMS, ScriptedModel, dead_model, item, quotes_the_review, small_shop


async def test_a_session_is_kept_and_a_turn_is_always_new(index: ShopIndex) -> None:
    assistant = LocalAssistant(index, dead_model())
    starts = []
    for session_id in ("s1", "s1", None):
        events = [event async for event in assistant.turn(Question("hello", session_id))]
        assert isinstance(events[0], SessionStarted)
        starts.append(events[0])
    assert [s.session_id for s in starts[:2]] == ["s1", "s1"]
    assert starts[2].session_id not in {"", "s1"}
    assert len({s.turn_id for s in starts}) == 3


async def test_an_empty_shop_ends_the_turn_with_what_to_do(tmp_path: Path) -> None:
    empty = ShopIndex.open(tmp_path, WordEmbedder())
    try:
        events = [event async for event in LocalAssistant(empty, dead_model()).turn(Question("a tent"))]
    finally:
        empty.close()
    assert [event.name for event in events] == ["session", "error"]
    assert isinstance(events[1], Failed) and "because index" in events[1].message


async def test_a_catalogue_that_changes_is_understood_at_once(tmp_path: Path) -> None:
    index = small_shop(tmp_path)
    try:
        assistant = LocalAssistant(index, ScriptedModel(quotes_the_review))
        index.add_items([item(8, "lantern", 20, "yellow", 300, brand="Lumeth")])
        events = [event async for event in assistant.turn(Question("a lantern by Lumeth"))]
    finally:
        index.close()
    (cards,) = (event for event in events if isinstance(event, CardsReady))
    assert [card.item_id for card in cards.suggestions] == ["lantern-8"]


async def test_the_number_of_cards_is_the_callers(index: ShopIndex) -> None:
    assistant = LocalAssistant(index, dead_model(), suggestions=1)
    events = [event async for event in assistant.turn(Question("a backpack"))]
    (cards,) = (event for event in events if isinstance(event, CardsReady))
    assert len(cards.suggestions) == 1


async def test_many_turns_at_once_do_not_mix(index: ShopIndex) -> None:
    assistant = LocalAssistant(index, ScriptedModel(quotes_the_review))

    async def ask(kind: str) -> set[str]:
        events = [event async for event in assistant.turn(Question(f"a {kind} please"))]
        assert any(isinstance(event, MessageReady) for event in events)
        return {c.item_id for e in events if isinstance(e, CardsReady) for c in e.suggestions}

    found = await asyncio.gather(*(ask(kind) for kind in ("backpack", "tent", "kettle") * 3))
    kinds = {each.item_id: each.kind for each in ITEMS}
    assert [{kinds[i] for i in ids} for ids in found] == [{"backpack"}, {"tent"}, {"kettle"}] * 3


async def test_a_question_without_a_session_opens_one_that_the_next_may_go_on_in(index: ShopIndex) -> None:
    assistant = LocalAssistant(index, dead_model())
    first = await gather(assistant.turn(Question("a backpack under 100 euros")))
    assert first.session is not None
    then = await gather(assistant.turn(Question("not red", first.session.session_id)))
    assert then.need is not None and then.need.constraints["price_max"] == 100
    alone = await gather(assistant.turn(Question("not red"), Given(suggestions=2)))
    assert alone.session is not None and alone.need is not None and "price_max" not in alone.need.constraints
    after = await gather(assistant.turn(Question("under 90 euros", alone.session.session_id)))
    assert after.need is not None and "colours_excluded" not in after.need.constraints, "nothing was kept of it"

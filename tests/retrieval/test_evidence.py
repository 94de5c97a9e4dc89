from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.catalogue import Attribute, Item
from retrieval.embedding import Vectors
from retrieval.events import Event
from retrieval.evidence import (
    Evidence,
    EvidenceConfig,
    _wanted_attributes,
    choose_evidence,
    numbered,
    quote,
)
from retrieval.history import traces
from retrieval.index import ShopIndex
from retrieval.lines import Reader
from retrieval.need import Bound, Constraints, Need, Preference
from retrieval.ranking import Ranker
from retrieval.recall import recall
from retrieval.relevance import Relevance
from retrieval.snippets import sentences
from retrieval.suggestion import Suggestion
from retrieval.words import stems
from tests.retrieval.needs import NEEDS, SHOP
from tests.retrieval.samples import demo_items, event, item
from tests.retrieval.test_ranking import HISTORIES

REVIEWS = [review.text for thing in demo_items() for review in thing.reviews]
PACK = item(
    "pack", "Tarn backpack", weight=780, colour="slate grey", kind="backpack", price=89.5,
    description="Small. A light pack for a weekend in the hills. Is it dry? It holds thirty litres of kit.",
    says=[(5, "Light on my back. I walked for a week."), (2, "Light but it tore."), (4, "Good zips all over.")],
)  # fmt: skip
PACK2, KETTLE = item("pack2", "Fell backpack", kind="backpack"), item("kettle", "Hush kettle", kind="kettle")


def suggestions(index: ShopIndex, need: Need, done: Sequence[Event] = ()) -> dict[str, Suggestion]:
    history = traces(done, index.catalogue, index.embedder)
    found = recall(index, need, history)
    ranked = Ranker().rank(need, found.candidates, history, index, n=len(found.candidates) or 1)
    return {suggestion.item.item_id: suggestion for suggestion in ranked}


def evidence(index: ShopIndex, need: Need, done: Sequence[Event] = (), about: str = "pack") -> tuple[Evidence, ...]:
    return choose_evidence(index, need, suggestions(index, need, done)[about])


def texts(found: Sequence[Evidence], kind: str) -> list[str]:
    return [piece.text for piece in found if piece.kind == kind]


def stated(thing: Item) -> set[str]:
    """Every fact of an item, as it may be told."""
    facts = {f"{attribute.name}: {attribute.text}" for attribute in thing.attributes}
    return facts | {f"price: {thing.price_text}"} | set(sentences(thing.description))


@pytest.fixture
def shelf(index: ShopIndex) -> ShopIndex:
    index.add_items([PACK, PACK2, KETTLE])
    return index


def test_ids_count_up_by_kind() -> None:
    kinds = ["history", "attribute", "attribute", "review", "attribute", "policy"]
    rows = [(kind, "text", "source") for kind in kinds]
    assert [piece.id for piece in numbered(rows)] == ["H1", "A1", "A2", "R1", "A3", "P1"]  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(NEEDS, HISTORIES)
def test_every_piece_is_found_in_the_data(demo: ShopIndex, need: Need, done: Sequence[Event]) -> None:
    history = traces(done, demo.catalogue, demo.embedder)
    told = {trace.snippet.text for trace in history}
    for suggestion in list(suggestions(demo, need, done).values())[:3]:
        found = choose_evidence(demo, need, suggestion)
        assert len({piece.id for piece in found}) == len(found)
        assert all(piece.id[0] == piece.kind[0].upper() and piece.source for piece in found)
        assert set(texts(found, "attribute")) <= stated(suggestion.item)
        assert set(texts(found, "history")) <= told
        reviews = [review for review in suggestion.item.reviews if review.rating >= 4]
        assert all(any(text in review.text for review in reviews) for text in texts(found, "review"))
        if texts(found, "history"):
            assert suggestion.factor("history") > 0


def test_history_is_cited_only_where_it_moved_the_score(shelf: ShopIndex) -> None:
    need, bought = Need("backpack", "backpack"), [event("e1", "pack2")]
    assert texts(evidence(shelf, need, bought), "history") == ["You bought the Fell backpack"]
    assert texts(evidence(shelf, need, bought, about="kettle"), "history") == []
    assert texts(evidence(shelf, need), "history") == []


@pytest.mark.parametrize(
    "done",
    [
        [event("e1", "pack2", "view")],
        [event("e1", "pack2", days_ago=2000)],
        [event("e1", "pack2", "rating", rating=1)],
        [event("e1", "pack2"), *(event(f"n{n}", "pack2", "rating", rating=1) for n in range(3))],
    ],
    ids=["a glance", "long ago", "disliked", "bought and then disliked"],
)
def test_what_hardly_mattered_or_spoke_against_is_not_cited(shelf: ShopIndex, done: list[Event]) -> None:
    assert texts(evidence(shelf, Need("backpack", "backpack"), done), "history") == []


def test_one_item_of_the_history_is_told_once(shelf: ShopIndex) -> None:
    done = [event("e1", "pack2"), event("e2", "pack2", "rating", rating=5)]
    need = Need("backpack", "backpack")
    config = EvidenceConfig(history=3)
    found = choose_evidence(shelf, need, suggestions(shelf, need, done)["pack"], config=config)
    assert texts(found, "history") == ["You bought the Fell backpack"]


@pytest.mark.parametrize(
    ("need", "first"),
    [
        (Need("", "pack", preferences=(Preference("weight", -1, "light"),)), "weight: 780 g"),
        (Need("", "pack", preferences=(Preference("price", -1, "cheap"),)), "price: 89.50 EUR"),
        (Need("", "pack", Constraints(bounds=(Bound("weight", "kg", high=1),))), "weight: 780 g"),
        (Need("", "pack", Constraints(price_max=100)), "price: 89.50 EUR"),
        (Need("", "pack", Constraints(colours_excluded=frozenset({"red"}))), "colour: slate grey"),
        (Need("", "a slate pack"), "colour: slate grey"),
    ],
    ids=["light", "cheap", "a measure", "a price cap", "a colour", "a word"],
)
def test_the_fact_that_was_asked_for_comes_first(shelf: ShopIndex, need: Need, first: str) -> None:
    assert texts(evidence(shelf, need), "attribute")[0] == first


def test_the_description_gives_a_statement_near_to_the_need(shelf: ShopIndex) -> None:
    facts = texts(evidence(shelf, Need("", "pack for weekend hills")), "attribute")
    assert "A light pack for a weekend in the hills." in facts
    assert not {"Small.", "Is it dry?"} & set(facts)


def test_reviewers_who_were_not_pleased_are_not_quoted(shelf: ShopIndex) -> None:
    found = texts(evidence(shelf, Need("", "light backpack")), "review")
    assert found[0].startswith("Light on my back.") and not any("tore" in text for text in found)


def test_an_item_that_says_nothing_has_no_evidence(index: ShopIndex) -> None:
    index.add_items([item("pack", "Tarn backpack")])
    assert evidence(index, Need("", "backpack")) == ()


@given(st.sampled_from(REVIEWS), st.sampled_from(REVIEWS), st.integers(1, 60))
def test_a_quote_is_whole_sentences_that_occur_in_the_review(text: str, words: str, limit: int) -> None:
    found = quote(text, lambda sentence: len(stems(words) & stems(sentence)), limit)
    assert found and found in text
    assert set(sentences(found)) <= set(sentences(text))
    assert len(found.split()) <= limit or len(sentences(found)) == 1


def test_a_quote_starts_where_the_need_is_spoken_of() -> None:
    text = 'Came fast. He said "it is so light." I agree. And then a long walk.'
    assert quote(text, lambda sentence: "light" in sentence, 9) == 'He said "it is so light." I agree.'


def test_the_whole_demo_shop_can_be_explained(demo: ShopIndex) -> None:
    for item_id in list(SHOP)[::16]:
        thing = SHOP[item_id]
        need = Need(thing.title, thing.title, Constraints(in_stock=False))
        found = choose_evidence(demo, need, suggestions(demo, need)[item_id])
        assert texts(found, "attribute")


def test_a_fault_that_a_pleased_customer_finds_is_not_what_is_quoted(index: ShopIndex) -> None:
    said = "I would have liked an outside bottle pocket on this backpack. It stays dry in sleet."
    index.add_items([item("pack", "Tarn backpack", says=[(4, said)])])
    found = texts(evidence(index, Need("", "backpack with a bottle pocket")), "review")
    assert found == ["It stays dry in sleet."]


def test_facts_that_the_need_does_not_name_are_chosen_by_nearness_to_its_wish() -> None:
    near_of = {"weight: 780 g": 0.2, "fabric: wool": 0.1, "closure: magnetic, one-handed": 0.9}

    class Fixed:
        name, size = "fixed", 3

        def embed(self, texts: Sequence[str], role: str = "passage") -> Vectors:
            rows = [
                [near_of.get(text, "stiff" in text), "stiff" not in text and text not in near_of, 0] for text in texts
            ]
            return np.array(rows, np.float32)

    facts = (Attribute("weight", 780, "g"), Attribute("fabric", "wool"), Attribute("closure", "magnetic, one-handed"))
    thing = replace(PACK, attributes=facts)
    need = Need("for stiff fingers", terms="stiff fingers")
    found = _wanted_attributes(need, thing, Relevance(Reader.plain(Fixed()), need, thing, near_of))
    assert [attribute.name for attribute in found] == ["closure", "weight", "fabric"]


def test_each_line_says_what_it_answers_and_what_answers_nothing_gives_way(shelf: ShopIndex) -> None:
    light = Need("", "light backpack", preferences=(Preference("weight", -1, "light"),))
    found = evidence(shelf, light)
    assert {piece.text: piece.answers for piece in found} == {
        "weight: 780 g": ("light",),
        "A light pack for a weekend in the hills.": ("light",),
        "Light on my back. I walked for a week.": ("light",),
    }
    assert all(not piece.answers for piece in evidence(shelf, Need("", "backpack for chess players")))


def test_what_the_shopper_did_answers_no_wish(shelf: ShopIndex) -> None:
    found = evidence(shelf, Need("", "backpack like my Fell"), [event("e1", "pack2")])
    assert [piece.answers for piece in found if piece.kind == "history"] == [()]

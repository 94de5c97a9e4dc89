from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import Document
from retrieval.snippets import history_snippet, item_snippets, sentences
from tests.retrieval.samples import demo_items, event, item


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Light. Strong!  Cheap?", ["Light.", "Strong!", "Cheap?"]),
        ("It weighs 1.2 kg. Fits A4.", ["It weighs 1.2 kg.", "Fits A4."]),
        ('He said "great." Then it broke.', ['He said "great."', "Then it broke."]),
        ("(It fits.) “It does.” Really.", ["(It fits.)", "“It does.”", "Really."]),
        ("no end", ["no end"]),
        ("  ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text(st.sampled_from("aB1 .!?\"”’)('\n"), max_size=60))
def test_no_character_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_an_item_is_cut_into_chunks_of_whole_sentences() -> None:
    sentence = "Ten words make up this sentence about a good pack."
    thing = item(description=" ".join([sentence] * 14), documents=(Document("Manual", "Wash cold. Dry flat."),))
    chunks = [s.text for s in item_snippets(thing) if s.kind == "description"]
    assert [len(chunk.split()) for chunk in chunks] == [60, 60, 20]
    (manual,) = (s for s in item_snippets(thing) if s.kind == "document")
    assert manual.text == "Wash cold. Dry flat." and "Manual" in manual.source


def test_reviews_are_snippets_of_their_own_even_with_equal_ids() -> None:
    thing = item(says=[(5, "Light."), (2, "Torn.")])
    twins = thing.reviews + thing.reviews
    found = list(item_snippets(item(reviews=twins)))
    assert [s.text for s in found] == ["Light.", "Torn.", "Light.", "Torn."]
    assert [s.rating for s in found] == [5, 2, 5, 2]
    assert len({s.snippet_id for s in found}) == 4


def test_ids_are_unique_in_the_demo_shop() -> None:
    ids = [snippet.snippet_id for thing in demo_items() for snippet in item_snippets(thing)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("kind", "fields", "text"),
    [
        ("purchase", {}, "You bought the Tarn 28 backpack"),
        ("rating", {"rating": 4}, "You rated the Tarn 28 backpack, 4 of 5 stars"),
        ("thumb", {"rating": 1}, "You gave a thumb down to the Tarn 28 backpack"),
        ("thumb", {"rating": 5}, "You gave a thumb up to the Tarn 28 backpack"),
        ("comment", {"comment": "Light."}, "You commented on the Tarn 28 backpack: “Light.”"),
    ],
)
def test_history_is_told_in_the_shoppers_words(kind: str, fields: dict[str, object], text: str) -> None:
    snippet = history_snippet(event("e1", "b1", kind, **fields), item())
    assert snippet is not None and snippet.text == text and snippet.shopper_id == "ana"


def test_an_event_about_no_known_item_tells_nothing() -> None:
    assert history_snippet(event("e1", "gone"), None) is None


@given(*[st.text("ab/%", min_size=1, max_size=4)] * 4)
def test_no_two_shoppers_share_a_snippet_id(one: str, first: str, other: str, second: str) -> None:
    a = history_snippet(event(first, "b1", shopper_id=one), item())
    b = history_snippet(event(second, "b1", shopper_id=other), item())
    assert a is not None and b is not None
    assert (a.snippet_id == b.snippet_id) == ((one, first) == (other, second))

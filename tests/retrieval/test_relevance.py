"""What a sentence about an item answers of a need, and what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.words.phrasing import search_terms
from retrieval.embedding import MULTILINGUAL_E5, Remembering, Vectors
from retrieval.lines import Reader
from retrieval.nearness import comparable
from retrieval.need import Bound, Constraints, Need, Preference
from retrieval.relevance import NEAR, Relevance, wishes, without
from retrieval.words import stems, words
from tests.embedders import WordEmbedder
from tests.retrieval.samples import item

TENT = item("t", "Tarn two-person tent", kind="tent", weight=1900)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("I am looking for a light tent that is easy to pitch", ("light", "easy to pitch")),
        ("Do you have a tent for my sister, quiet in the wind?", ("my sister", "quiet in the wind")),
        ("thinking of getting a tent I can carry all day", ("carry all day",)),
        ("ideally a roomy tent, I am not fussy about the rest", ("roomy",)),
        ("I have been searching for a tent for bad weather for weeks", ("bad weather",)),
        ("I want to give my boss a beautiful tent", ("my boss", "beautiful")),
        ("a tent, please", ()),
        ("a gift", ()),
    ],
)
def test_what_is_wanted_besides_the_item_itself(message: str, wanted: tuple[str, ...]) -> None:
    assert wishes(search_terms(message), TENT) == wanted


@given(st.text(max_size=200))
def test_any_terms_can_be_read(terms: str) -> None:
    for wish in wishes(terms, TENT):
        assert stems(wish) and words(wish) <= words(terms) and "tent" not in words(wish)


class Placed:
    """Embeds texts where it is told."""

    size = 3

    def __init__(self, places: dict[str, Sequence[float]], name: str = "placed") -> None:
        self._places, self.name = places, name

    def embed(self, texts: Sequence[str], role: str = "passage") -> Vectors:
        rows = np.array([self._places[text] for text in texts], np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def test_nearness_leaves_out_what_every_sentence_about_such_an_item_has() -> None:
    # All that is said of tents lies along the first axis; the wish lies along the second.
    places = {
        "a tent": [1, 0, 0], "a tent, light": [3, 1, 0],
        "A tent among tents.": [1, 0, 0.1], "It is hardly felt.": [1, 0.6, 0], "It stands for years.": [1, -0.2, 1],
    }  # fmt: skip
    texts = [text for text in places if text.endswith(".")]
    relevance = Relevance(Reader.plain(Placed(places)), Need("", "light tent"), TENT, texts)
    assert [relevance.answered(text) for text in texts] == [(), ("light",), ()]
    assert relevance.nearness("It is hardly felt.") > NEAR > relevance.nearness("A tent among tents.")
    assert relevance.nearness("It was never embedded.") == -1.0


def test_how_near_is_near_enough_is_told_on_the_scale_of_the_model() -> None:
    near = next(c / 1000 for c in range(1000) if comparable(MULTILINGUAL_E5, c / 1000, "wish and sentence") >= NEAR)
    for cosine in (near - 0.01, near):
        side = (1 - cosine**2) ** 0.5
        places = {"a tent": [1, 0, 0], "a tent, light": [3, 1, 0], "It is hardly felt.": [side, cosine, 0]}
        embedder = Placed(places, MULTILINGUAL_E5)
        told = Relevance(Reader.plain(embedder), Need("", "light tent"), TENT, ["It is hardly felt."]).answered(
            "It is hardly felt."
        )
        assert told == (("light",) if cosine >= near else ())


def answered(text: str, need: Need) -> tuple[str, ...]:
    return Relevance(Reader.plain(WordEmbedder()), need, TENT, [text]).answered(text)


def test_an_attribute_answers_the_wish_that_is_known_to_speak_of_it() -> None:
    light = Need("", "light tent", preferences=(Preference("weight", -1, "light"),))
    assert answered("weight: 1.9 kg", light) == ("light",)
    assert answered("weight: 1.9 kg", replace(light, preferences=())) == ()
    assert answered("minimum age: 8 years", light) == ()


def test_an_attribute_answers_the_limit_that_is_set_to_it() -> None:
    limits = Constraints(price_max=100, bounds=(Bound("weight", "kg", high=2),))
    need = Need("", "tent", limits)
    assert answered("price: 89 EUR", need) == ("price",)
    assert answered("weight: 1.9 kg", need) == ("weight",)
    assert answered("price: 89 EUR", Need("", "tent")) == ()


@pytest.mark.parametrize(
    ("wish", "text", "answers"),
    [
        ("tent that does not leak", "It can leak at the seams.", False),
        ("tent that does not leak", "It did not leak in the storm.", True),
        ("waterproof tent", "It is waterproof.", True),
        ("waterproof tent", "It is not waterproof.", False),
        ("waterproof tent", "waterproof: no", False),
    ],
)
def test_a_word_of_the_wish_answers_it_unless_one_of_the_two_denies_it(wish: str, text: str, answers: bool) -> None:
    assert bool(answered(text, Need("", wish))) == answers


def test_what_is_said_of_somebody_alone_is_not_near_to_what_is_wanted() -> None:
    near = {text: [1.0, 0.0, 0.0] for text in ("a tent", "It is a tent like few others.")}
    near |= {"a tent, my uncle": [0.0, 1.0, 0.0], "My uncle is seventy.": [0.0, 1.0, 0.0]}
    relevance = Relevance(
        Reader.plain(Placed(near)), Need("", "tent for my uncle"), TENT, [t for t in near if t.endswith(".")]
    )
    assert relevance.nearness("It is a tent like few others.") > relevance.nearness("My uncle is seventy.")


def test_only_a_word_says_that_something_is_for_somebody() -> None:
    near = {text: [1.0, 0.0, 0.0] for text in ("a tent", "My sister loves it.")}
    near |= {"a tent, my sister": [0.0, 1.0, 0.0], "New dad here.": [0.0, 1.0, 0.0]}
    relevance = Relevance(
        Reader.plain(Placed(near)), Need("", "tent for my sister"), TENT, [t for t in near if t.endswith(".")]
    )
    assert relevance.answered("New dad here.") == ()
    assert relevance.answered("My sister loves it.") == ("my sister",)


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4), min_size=1, max_size=5))
def test_nothing_of_the_common_part_is_left(rows: list[list[float]]) -> None:
    common = np.array([0.6, 0.8, 0.0, 0.0], np.float32)
    found = without(np.array(rows, np.float32), common)
    assert np.abs(found @ common).max() < 1e-2
    assert np.linalg.norm(found, axis=1).max() < 1.001


def test_a_text_is_embedded_once_while_it_is_remembered() -> None:
    inner = WordEmbedder()
    embedder = Remembering(inner, kept=3)
    both = embedder.embed(["one", "two", "one"])
    assert np.array_equal(both, inner.embed(["one", "two", "one"]))
    inner.calls.clear()
    embedder.embed(["two", "three", "one"])
    assert inner.texts == ["three"]
    embedder.embed(["four"])  # "two", the longest unused, is forgotten
    embedder.embed(["one", "two"])
    assert inner.texts == ["three", "four", "two"]
    assert embedder.embed([]).shape == (0, inner.size)

"""Other names of a shop's kinds by meaning, with the real embedding; and which words are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from agent.need.other_names import OtherNames
from agent.need.parse import Parser
from retrieval.catalogue import Catalogue, Item
from retrieval.embedding import SentenceEmbedder
from serving.profiles import load_profile
from serving.settings import Settings
from tests.retrieval.samples import item

CASES = yaml.safe_load(Path(__file__).with_name("other_names.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def embedder() -> SentenceEmbedder:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    return SentenceEmbedder(load_profile("cpu", settings).embedding_model)


def shop(*kinds: str, titles: dict[str, str] | None = None) -> list[Item]:
    named = titles or {}
    return [item(kind, named.get(kind, f"Vellmar {n}"), kind=kind, category="all") for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(("half", "right", "wrong"), [(0, 17, 0), (1, 9, 1)], ids=["chosen by", "held out"])
def test_words_mean_the_kinds_of_a_shop_and_seldom_another(
    embedder: SentenceEmbedder, half: int, right: int, wrong: int
) -> None:
    """Some words mean nothing here that do mean something: they are still searched for, by their meaning."""
    found = []
    for case in CASES:
        names = OtherNames(shop(*case["kinds"]), embedder)
        found += [(kind, names.of(word)) for word, kind in list(case["names"].items())[half::2]]
    assert sum(meant is not None and meant.name == kind for kind, meant in found) >= right
    assert sum(meant is not None and meant.name != kind for kind, meant in found) <= wrong


def test_a_message_asks_for_the_kind_that_it_names_in_other_words(embedder: SentenceEmbedder) -> None:
    sold = shop("wardrobes", "sofas", "bookcases")
    parser = Parser(Catalogue(sold).vocabulary, others=OtherNames(sold, embedder))
    need = parser.parse("I need a couch for the den quick, under 400")
    assert need.constraints.kinds == {"sofas"}
    assert need.constraints.price_max == 400


def test_what_a_title_is_called_is_what_it_says(embedder: SentenceEmbedder) -> None:
    sold = shop("sofas", "tables", titles={"tables": "Vellmar wooden settle"})
    assert OtherNames(sold, embedder).of("settle") is None


def test_a_word_for_what_goes_with_a_thing_is_not_the_thing(embedder: SentenceEmbedder) -> None:
    names = OtherNames(shop("smartphones", "phone accessories", "blenders"), embedder)
    meant = names.of("phone")
    assert meant is not None and meant.name == "smartphones"
    assert OtherNames(shop("coffee grinders", "knives"), embedder).of("coffee") is None


@pytest.mark.parametrize("word", ["cheap", "green", "present for a friend", "something nice", "size 44"])
def test_words_that_name_no_thing_are_left_alone(embedder: SentenceEmbedder, word: str) -> None:
    assert OtherNames(shop("gifts", "vegetables", "shoes"), embedder).of(word) is None

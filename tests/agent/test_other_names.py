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


@pytest.mark.parametrize(("half", "least"), [(0, 0.65), (1, 0.35)], ids=["chosen by", "held out"])
def test_words_mean_the_kinds_of_a_shop_and_seldom_another(embedder: SentenceEmbedder, half: int, least: float) -> None:
    """Of the words a few mean nothing here that do mean something: those are still searched for, by their meaning."""
    right = wrong = wanted = 0
    for case in CASES:
        names = OtherNames(shop(*case["kinds"]), embedder)
        for word, kind in list(case["names"].items())[half::2]:
            found = names.of(word)
            wanted += kind is not None
            right += found is not None and found.name == kind
            wrong += found is not None and found.name != kind
    print(f"half {half}: {right} of {wanted} right, {wrong} wrong")
    assert right / wanted >= least
    assert wrong <= 1


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
    assert names.of("phone") and names.of("phone").name == "smartphones"


@pytest.mark.parametrize("word", ["cheap", "green", "present for a friend", "something nice", "size 44"])
def test_words_that_name_no_thing_are_left_alone(embedder: SentenceEmbedder, word: str) -> None:
    assert OtherNames(shop("gifts", "vegetables", "shoes"), embedder).of(word) is None

import pytest

from agent.need.things import Thing, things, unnamed
from retrieval.need import Constraints, Need
from tests.retrieval.samples import item

KINDS = ("head torch", "headphones", "kettle", "bike light")
TORCH, KETTLE = item("t", "Ember Head Torch", kind="head torch"), item("k", "Murmur kettle", kind="kettle")


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("torch for running", [Thing("torch")]),
        ("noise cancelling headphones", [Thing("headphones", "noise cancelling")]),
        ("steel kettle for tea, for my mum", [Thing("kettle", "steel")]),
        ("quiet kettle", [Thing("kettle")]),
        ("black kettle", [Thing("kettle")]),
        ("something to clean my kettle", []),
        ("something light", []),
        ("headphones with a torch", [Thing("headphones")]),
    ],
)
def test_the_things_that_are_named(terms: str, found: list[Thing]) -> None:
    assert list(things(terms, KINDS)) == found


@pytest.mark.parametrize(
    ("message", "terms", "thing"),
    [
        ("I need a laptop", "laptop", "laptop"),
        ("do you sell washing machines?", "washing machines", "washing machines"),
        ("a torch please", "torch", None),
        ("a gift for a colleague", "gift for a colleague", None),
        ("a cheap one", "", None),
        ("something warm", "something warm", None),
    ],
)
def test_what_no_item_is_called(message: str, terms: str, thing: str | None) -> None:
    assert unnamed(Need(message, terms, Constraints()), [TORCH, KETTLE]) == thing
    limited = Need(message, terms, Constraints(kinds=frozenset({"kettle"})))
    assert unnamed(limited, [TORCH, KETTLE]) is None

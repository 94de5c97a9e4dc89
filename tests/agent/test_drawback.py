import pytest

from agent.claims import Claim
from agent.drawback import proved, with_drawback
from agent.reason import Reason
from agent.stream import from_wire, wire
from agent.views import reason as view
from retrieval.catalogue import Item, Review
from retrieval.evidence import Evidence

ITEM = Item(
    item_id="bag",
    title="Fellbrook bag",
    description="",
    category="bags",
    price=10.0,
    currency="EUR",
    reviews=(
        Review("1", 3.0, "Sadly the strap is too short."),
        Review("2", 4.0, "Roomy, but I wish the strap was longer."),
        Review("3", 5.0, "Lovely."),
    ),
)
KNOWN = Evidence("R1", "review", "Lovely.", "review")
REASON = Reason("bag", (Claim("A buyer says it is lovely.", ("R1",)),), (KNOWN,), "generated")


def test_a_drawback_is_counted_quoted_and_cites_every_review_it_counts() -> None:
    told = with_drawback(REASON, ITEM)
    assert told.drawback == Claim(
        "2 of 3 reviewers find fault with the strap: “Sadly the strap is too short.”", ("R2", "R3")
    )
    assert [e.id for e in told.evidence] == ["R1", "R2", "R3"]
    assert told.claims == REASON.claims


def test_an_item_that_nobody_finds_fault_with_has_none() -> None:
    item = Item("b", "Bag", "", "bags", 10.0, "EUR", reviews=(Review("1", 5.0, "Lovely."),))
    assert with_drawback(REASON, item) is REASON


@pytest.mark.parametrize(
    ("text", "ids", "reviewers"),
    [
        ("3 of 3 reviewers find fault with the strap: “Sadly the strap is too short.”", ("R2", "R3"), 3),
        ("2 of 9 reviewers find fault with the strap: “Sadly the strap is too short.”", ("R2", "R3"), 3),
        ("2 of 3 reviewers find fault with the zip: “Sadly the strap is too short.”", ("R2", "R3"), 3),
        ("2 of 3 reviewers find fault with the strap: “The strap broke.”", ("R2", "R3"), 3),
        ("2 of 3 reviewers find fault: “Lovely.”", ("R1", "R2"), 3),
    ],
)
def test_a_wrong_count_topic_or_quotation_is_not_proved(text: str, ids: tuple[str, ...], reviewers: int) -> None:
    told = with_drawback(REASON, ITEM)
    assert told.drawback is not None
    assert proved(told.drawback, told.evidence, 3)
    assert not proved(Claim(text, ids), told.evidence, reviewers)


def test_it_goes_over_the_wire_and_the_verdicts_do_not() -> None:
    event = view(with_drawback(REASON, ITEM))
    fields = wire(event)
    assert "verdicts" not in fields
    assert from_wire("reason", fields) == event

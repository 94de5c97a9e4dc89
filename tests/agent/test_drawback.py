from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.assistant import Question
from agent.local import LocalAssistant
from agent.reasons.claims import Claim
from agent.reasons.drawback import proved_drawback, with_drawback
from agent.reasons.reason import Reason
from agent.stream import ReasonReady, from_wire, wire
from agent.views import reason as view
from retrieval.catalogue import Item, Review
from retrieval.evidence import Evidence
from retrieval.index import ShopIndex
from retrieval.snippets import Snippet, item_snippets
from tests.models import ScriptedModel, dead_model, quotes_the_review


def item(*rows: tuple[float, str]) -> Item:
    found = tuple(Review(str(n), stars, text) for n, (stars, text) in enumerate(rows, 1))
    return Item("bag", "Fellbrook bag", "", "bags", 10.0, "EUR", reviews=found)


def reviews_of(bag: Item) -> list[Snippet]:
    return [snippet for snippet in item_snippets(bag) if snippet.kind == "review"]


BAG = item(
    (3.0, "Sadly the strap is too short."),
    (4.0, "Roomy, but I wish the strap was longer."),
    (5.0, "Lovely."),
)
UNLOVED = item((1.0, "Would not recommend!"), (2.0, "Not for me."), (5.0, "Lovely."))
KNOWN = Evidence("R1", "review", "Lovely.", "review of Fellbrook bag, 5 of 5 stars")
REASON = Reason("bag", (Claim("A buyer says it is lovely.", ("R1",)),), (KNOWN,), "generated")


def test_a_drawback_is_counted_quoted_and_cites_every_review_it_counts() -> None:
    told = with_drawback(REASON, BAG)
    assert told.drawback == Claim(
        "2 of 3 reviewers find fault with the strap: “Sadly the strap is too short.”", ("R2", "R3")
    )
    assert [e.id for e in told.evidence] == ["R1", "R2", "R3"]
    assert (told.claims, told.text, told.state) == (REASON.claims, REASON.text, REASON.state)


def test_few_stars_are_counted_where_no_topic_is_common() -> None:
    told = with_drawback(REASON, UNLOVED)
    assert told.drawback == Claim("2 of 3 reviewers gave 2 stars or fewer: “Would not recommend!”", ("R2", "R3"))


def test_one_complaint_says_nothing_of_how_many_others_there_are() -> None:
    told = with_drawback(REASON, item((3.0, "The zip broke."), (3.0, "It leaks at the top."), (5.0, "Lovely.")))
    assert told.drawback == Claim("1 of 3 reviewers: “The zip broke.”", ("R2",))


def test_a_review_that_is_evidence_already_keeps_its_id() -> None:
    first = Evidence("R1", "review", "Sadly the strap is too short.", "review of Fellbrook bag, 3 of 5 stars")
    told = with_drawback(replace(REASON, evidence=(first,)), BAG)
    assert told.drawback is not None and told.drawback.evidence_ids == ("R1", "R2")
    assert [e.id for e in told.evidence] == ["R1", "R2"]


def test_two_reviewers_with_the_same_words_are_two() -> None:
    same = item((1.0, "Poor quality."), (1.0, "Poor quality."), (5.0, "Lovely."))
    first = Evidence("R1", "review", "Poor quality.", "review of Fellbrook bag, 1 of 5 stars")
    told = with_drawback(replace(REASON, evidence=(first,)), same)
    assert told.drawback == Claim("2 of 3 reviewers find fault with the quality: “Poor quality.”", ("R1", "R2"))


def test_a_reason_without_anything_to_say_may_have_a_drawback() -> None:
    told = with_drawback(Reason("bag", (), (), "none"), BAG)
    assert told.state == "none" and told.drawback is not None and told.drawback.evidence_ids == ("R1", "R2")


def test_an_item_that_nobody_finds_fault_with_has_none() -> None:
    assert with_drawback(REASON, item((5.0, "Lovely."))) is REASON


QUOTE = "“Sadly the strap is too short.”"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (f"3 of 3 reviewers find fault with the strap: {QUOTE}", ("R2", "R3")),
        (f"2 of 9 reviewers find fault with the strap: {QUOTE}", ("R2", "R3")),
        (f"2 of 3 reviewers find fault with the zip: {QUOTE}", ("R2", "R3")),
        ("2 of 3 reviewers find fault with the strap: “The strap broke.”", ("R2", "R3")),
        (f"2 of 3 reviewers find fault with the strap: {QUOTE}", ("R2",)),
        (f"2 of 3 reviewers find fault with the strap: {QUOTE}", ("R2", "R2")),
        (f"2 of 3 reviewers find fault with the strap: {QUOTE}", ("R1", "R2")),
        (f"2 of 3 reviewers find fault with the strap: {QUOTE}", ("R2", "R9")),
        (f"2 of 3 reviewers gave 2 stars or fewer: {QUOTE}", ("R2", "R3")),
        (f"2 of 3 reviewers: {QUOTE}", ("R2", "R3")),
        (f"0 of 3 reviewers: {QUOTE}", ()),
        (f"2 of 3 reviewers find fault with the strap: {QUOTE} All others agree.", ("R2", "R3")),
    ],
    ids=["count", "total", "topic", "quotation", "citation missing", "same citation twice", "no fault", "unknown id",
         "stars", "no topic", "nothing", "more than that"],
)  # fmt: skip
def test_what_the_reviews_do_not_bear_out_is_not_proved(text: str, ids: tuple[str, ...]) -> None:
    told = with_drawback(REASON, BAG)
    assert told.drawback is not None
    assert proved_drawback(told.drawback, told.evidence, reviews_of(BAG))
    assert not proved_drawback(Claim(text, ids), told.evidence, reviews_of(BAG))


def test_one_review_cited_by_two_of_its_sentences_is_not_two_reviewers() -> None:
    bag = item((2.0, "The strap broke. The strap is too short."), (5.0, "Lovely."))
    source = reviews_of(bag)[0].source
    evidence = [
        Evidence("R1", "review", "The strap broke.", source),
        Evidence("R2", "review", "The strap is too short.", source),
    ]
    claim = Claim("2 of 2 reviewers find fault with the strap: “The strap broke.”", ("R1", "R2"))
    assert not proved_drawback(claim, evidence, reviews_of(bag))


def test_a_reviewer_who_praises_the_topic_does_not_find_fault_with_it() -> None:
    bag = item((2.0, "The strap broke."), (5.0, "The strap is lovely."))
    broke, lovely = reviews_of(bag)
    evidence = [
        Evidence("R1", "review", broke.text, broke.source),
        Evidence("R2", "review", lovely.text, lovely.source),
    ]
    claim = Claim("2 of 2 reviewers find fault with the strap: “The strap broke.”", ("R1", "R2"))
    assert not proved_drawback(claim, evidence, reviews_of(bag))


def test_few_stars_are_all_counted_or_not_said() -> None:
    told = with_drawback(REASON, UNLOVED)
    more = reviews_of(item((1.0, "Would not recommend!"), (2.0, "Not for me."), (1.0, "Bad.")))
    assert told.drawback is not None and not proved_drawback(told.drawback, told.evidence, more)


TEXT = st.sampled_from(
    ["The strap broke.", "Strap too short.", "But it leaks.", "Lovely.", "Bad.", "“Never” fits. The lid cracked."]
)


@given(st.lists(st.tuples(st.sampled_from([1.0, 2.0, 3.0, 5.0]), TEXT), min_size=1, max_size=7))
def test_what_is_shown_is_proved_and_its_ids_are_those_of_evidence(rows: list[tuple[float, str]]) -> None:
    told = with_drawback(REASON, item(*rows))
    ids = [each.id for each in told.evidence]
    assert len(ids) == len(set(ids))
    if told.drawback:
        assert proved_drawback(told.drawback, told.evidence, reviews_of(item(*rows)))
        assert set(told.drawback.evidence_ids) <= set(ids)


def test_it_goes_over_the_wire_and_the_verdicts_do_not() -> None:
    event = view(with_drawback(REASON, BAG))
    fields = wire(event)
    assert event.drawback is not None and "verdicts" not in fields
    assert from_wire("reason", fields) == event


@pytest.mark.parametrize("model", [ScriptedModel(quotes_the_review), dead_model()], ids=["model", "no model"])
async def test_a_turn_tells_it_beside_the_reason_whoever_wrote_that(index: ShopIndex, model: ScriptedModel) -> None:
    grumbling = item((2.0, "The strap broke."), (3.0, "Fine, but the strap is too short."), (5.0, "Lovely.")).reviews
    index.add_items([replace(index.catalogue["backpack-1"], reviews=grumbling)])
    question = Question("I need a light backpack under 120 euros, not black")
    events = [event async for event in LocalAssistant(index, model).turn(question)]
    told = {event.item_id: event for event in events if isinstance(event, ReasonReady)}
    drawback = told["backpack-1"].drawback
    assert drawback is not None and drawback.text == "2 of 3 reviewers find fault with the strap: “The strap broke.”"
    assert set(drawback.evidence_ids) <= {each.id for each in told["backpack-1"].evidence}
    assert drawback.text not in told["backpack-1"].text
    assert told["backpack-3"].drawback is None

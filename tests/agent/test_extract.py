from agent.reasons.extract import extractive_claims
from retrieval.evidence import numbered


def texts(*rows: tuple[str, str]) -> list[str]:
    return [claim.text for claim in extractive_claims(numbered([(kind, text, "source") for kind, text in rows]))]


def test_each_kind_of_evidence_speaks_once_before_any_speaks_twice() -> None:
    evidence = numbered(
        [
            ("history", "You bought the Torrwick tent", "h"),
            ("attribute", "weight: 310 g", "a"),
            ("attribute", "price: 89 EUR", "a"),
            ("review", "It is light.", "r"),
        ]
    )
    assert [claim.evidence_ids for claim in extractive_claims(evidence)] == [("H1",), ("A1",), ("R1",)]


def test_attributes_read_as_sentences() -> None:
    assert texts(("attribute", "weight: 310 g"), ("attribute", "colour: sky blue"), ("attribute", "sleeps: two")) == [
        "It weighs 310 g.",
        "It comes in sky blue.",
        "Sleeps: two.",
    ]
    assert texts(("attribute", "At 310 g: a feather.")) == ["At 310 g: a feather."]


def test_a_review_is_quoted_by_whole_sentences() -> None:
    review = "Love it! It kept two of us dry through a whole week of rain. The pegs bend."
    assert texts(("review", review)) == [
        "A customer writes: “Love it! It kept two of us dry through a whole week of rain.”"
    ]


def test_without_evidence_nothing_is_claimed() -> None:
    assert texts() == []

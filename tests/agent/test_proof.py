"""What a claim may say of the question, of the shopper and of numbers, and how the checker fares on written claims."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from agent.reasons.claims import claim_of
from agent.reasons.support import Similar, Support
from agent.reasons.verify import Verifier
from retrieval.evidence import Evidence, EvidenceKind, numbered
from tests.embedders import WordEmbedder

NEED = "a quiet kettle for my sister, under 60 euros"
EVIDENCE = numbered(
    [
        ("history", "You bought the Skarne Hob kettle, 5 of 5 stars: “Boils fast.”", "history"),
        ("history", "You bought the Torrwick Flask, 2 of 5 stars", "history"),
        ("attribute", "noise: 54 dB", "data"),
        ("attribute", "price: 49 EUR", "data"),
        ("attribute", "weight: 980 g", "data"),
        ("attribute", "size: 18 x 20 cm", "data"),
        ("review", "Loud at the end, and my bad back likes the light handle.", "review"),
    ]
)
VERIFIER = Verifier.of(EVIDENCE, "Pellmoor Dash quiet kettle", ["Skarne", "Torrwick"], need=NEED)


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("You bought the Skarne Hob kettle, and this is another kettle [H1].", True),
        ("You bought the Skarne Hob kettle, so here is one more kettle, and this one weighs 980 g [H1][A3].", True),
        ("You bought the Skarne Hob kettle, and this one is from Skarne too [H1].", False),
        ("You bought the Skarne Hob kettle, and this kettle boils fast too [H1].", False),
        ("You bought the Torrwick Flask, and here is another flask [H2].", False),
        ("You bought the Skarne Hob kettle, and this one weighs 980 g and boils fast [H1][A3].", False),
        ("You bought the Torrwick Flask, and Torrwick makes this one too [H2].", False),
    ],
)
def test_what_the_history_says_of_another_item_says_nothing_of_this_one(claim: str, supported: bool) -> None:
    assert VERIFIER.check(claim_of(claim)).supported == supported


ASKED = "a light kettle that is easy to clean, for my sister"
JUDGED = tuple(
    replace(each, answers=answers)
    for each, answers in zip(
        numbered(
            [("attribute", "weight: 980 g", ""), ("attribute", "cord: 75 cm", ""), ("review", "It wipes clean.", "")]
        ),
        [("light",), (), ("easy to clean",)],
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("claim", "cause"),
    [
        ("You asked for a light kettle: it weighs 980 g [A1].", ""),
        ("It weighs 980 g, and you wanted something light [A1].", ""),
        ("For your sister, it weighs 980 g [A1].", ""),
        ("The cord measures 75 cm [A2].", ""),
        ("You wanted a kettle that is easy to clean, and one customer says it wipes clean [R1].", ""),
        ("You asked for a kettle: it weighs 980 g [A1].", ""),
        ("You asked for a light kettle: the cord measures 75 cm [A2].", "relevance"),
        ("You asked for a kettle that is easy to clean: it weighs 980 g [A1].", "relevance"),
        ("For your sister, the cord measures 75 cm [A2].", "relevance"),
        ("You asked for something light, and the cord measures 75 cm while it weighs 980 g [A1][A2].", ""),
    ],
)
def test_what_is_told_beside_a_wish_must_answer_it(claim: str, cause: str) -> None:
    verdict = Verifier.of(JUDGED, "Pellmoor Dash kettle", need=ASKED).check(claim_of(claim))
    assert (verdict.cause, verdict.problem) == (cause, verdict.problem if cause else "")


def test_where_nothing_is_answered_no_wish_is_taken_up() -> None:
    verifier = Verifier.of([replace(each, answers=()) for each in JUDGED], "Pellmoor Dash kettle", need=ASKED)
    assert verifier.check(claim_of("You asked for a kettle: the cord measures 75 cm [A2].")).supported
    assert not verifier.check(claim_of("For your sister, the cord measures 75 cm [A2].")).supported
    assert not verifier.check(claim_of("You asked for something light: the cord measures 75 cm [A2].")).supported


def test_what_says_the_opposite_of_a_wish_does_not_answer_it() -> None:
    loud = [replace(each, answers=("quiet",)) for each in numbered([("review", "It rattles rather loudly.", "")])]
    verifier = Verifier.of(loud, "Pellmoor Dash kettle", need="a quiet kettle")
    verdict = verifier.check(claim_of("You were after a quiet kettle: one buyer says “It rattles rather loudly” [R1]."))
    assert (verdict.cause, verdict.supported) == ("relevance", False)
    assert verifier.check(claim_of("One buyer says “It rattles rather loudly” [R1].")).supported


@pytest.mark.parametrize(
    "claim",
    [
        "You asked for a quiet kettle: its noise is 54 dB [A1].",
        "Its noise is 54 dB, and you wanted something quiet [A1].",
        "It costs 49 EUR, within the 60 EUR you named [A2].",
        "It costs 49 EUR, under 60 euros [A2].",
        "For your sister, it weighs 0.98 kg [A3].",
        "You liked the Skarne Hob kettle; this one weighs 980 g [H1][A3].",
        "You gave the Torrwick Flask 2 of 5 stars [H2].",
        "It weighs about 1 kg and costs nearly 50 EUR [A3][A2].",
        "It is 18 cm by 20 cm [A4].",
    ],
)
def test_supported(claim: str) -> None:
    assert VERIFIER.check(claim_of(claim)).problem == ""


@pytest.mark.parametrize(
    ("claim", "cause"),
    [
        ("You asked for a red kettle: its noise is 54 dB [A1].", "request"),
        ("You asked for a quiet kettle [A1].", "request"),
        ("You asked for a loud kettle: its noise is 54 dB [A1].", "request"),
        ("It costs 49 EUR, within the 70 EUR you named [A2].", "request"),
        ("For your brother, it weighs 980 g [A3].", "request"),
        ("As a mother, you get 54 dB of noise [A1].", "shopper"),
        ("A customer says your bad back likes the light handle [R1].", "shopper"),
        ("You bought this one, and its noise is 54 dB [A1].", "shopper"),
        ("You liked the Torrwick Flask [H2].", "shopper"),
        ("You gave the Torrwick Flask 5 of 5 stars [H2].", "shopper"),
        ("You looked at the Skarne Hob kettle [H1].", "shopper"),
        ("It weighs 54 g and its noise is 980 dB [A1][A3].", "number"),
        ("It weighs about 1.2 kg [A3].", "number"),
        ("It costs nearly 49 EUR [A2].", "number"),
        ("It is 18 mm by 20 mm [A4].", "number"),
        ("A customer says it is quiet at the end [R1].", "polarity"),
        ("It weighs 980 g, Torrwick [A3].", "name"),
        ("It weighs 980 g.", "uncited"),
        ("It weighs 980 g [A9].", "unknown_id"),
    ],
)
def test_refused_with_its_cause(claim: str, cause: str) -> None:
    verdict = VERIFIER.check(claim_of(claim))
    assert (verdict.supported, verdict.cause) == (False, cause)
    assert verdict.problem


def test_a_price_above_the_limit_is_not_within_it() -> None:
    dear = Verifier.of(numbered([("attribute", "price: 79 EUR", "data")]), "Kettle", need=NEED)
    assert dear.check(claim_of("It costs 79 EUR, within the 60 EUR you named [A1].")).cause == "request"


def test_models_are_asked_where_words_are_thin_and_can_refuse() -> None:
    heard: list[tuple[str, Sequence[str]]] = []

    def unlike(text: str, others: Sequence[str]) -> float:
        heard.append((text, others))
        return 0.0

    strict = Verifier.of(EVIDENCE, "Pellmoor Dash quiet kettle", need=NEED, support=Support(similarity=unlike))
    assert strict.check(claim_of("It is quiet [A1].")).cause == "similarity"
    assert strict.check(claim_of("Its noise is 54 dB [A1].")).supported, "words and a measure are enough"
    assert len(heard) == 1
    asked = Verifier.of(EVIDENCE, "Kettle", support=Support(entailment=lambda premise, _: float("980" in premise)))
    assert asked.check(claim_of("It weighs 980 g [A3].")).supported
    assert asked.check(claim_of("Its noise is 54 dB [A1].")).cause == "entailment"


def test_evidence_is_embedded_once() -> None:
    embedder = WordEmbedder()
    similar = Similar(embedder)
    assert similar("a quiet kettle", ["a quiet kettle", "a red tent"]) == pytest.approx(1.0)
    assert similar("a red tent", ["a quiet kettle"]) < 0.9


@pytest.fixture(scope="module")
def written() -> list[tuple[str, bool]]:
    """(kind, supported) of the claims that may be looked at while the checker is changed."""
    kinds: dict[str, EvidenceKind] = {"H": "history", "A": "attribute", "R": "review"}
    rows = yaml.safe_load(Path("serving/bench/claims.yaml").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        if row["part"] != "tune":
            continue
        evidence = [Evidence(i, kinds[i[0]], text, "") for i, text in row["evidence"].items()]
        verifier = Verifier.of(evidence, row["title"], need=row["need"])
        found += [("true", verifier.check(claim_of(claim)).supported) for claim in row["true"]]
        found += [("false", verifier.check(claim_of(each["claim"])).supported) for each in row["false"]]
    return found


def test_of_claims_written_without_sight_of_it_the_checker_passes_hardly_a_false_one(
    written: list[tuple[str, bool]],
) -> None:
    false = [supported for kind, supported in written if kind == "false"]
    true = [supported for kind, supported in written if kind == "true"]
    assert sum(false) <= 0.03 * len(false)
    assert sum(true) >= 0.6 * len(true), "refusing everything would be no proof"

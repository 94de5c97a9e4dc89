"""Free words: what a claim may call what the evidence says, and what it may not."""

import pytest

from agent.reasons.claims import claim_of
from agent.reasons.verify import Verifier
from agent.words.synonyms import in_words_of
from agent.words.thesaurus import Thesaurus, akin
from retrieval.evidence import numbered
from retrieval.words import stem, stems

VERIFIER = Verifier.of(
    numbered(
        [
            ("review", "Very quiet kettle and the lid never leaks. The handle gets hot, and pouring is fiddly.", "r"),
            ("review", "Light enough for my daughter, not at all bulky. No bargain. My old one rusted.", "r"),
            (
                "review",
                "Nurse on early shifts. I finally see the potholes. Outdoors, though, it hums in the wind.",
                "r",
            ),
            ("attribute", "weight: 310 g", "data"),
            ("attribute", "playing time: 90 min", "data"),
            ("attribute", "fragrance: none", "data"),
            ("attribute", "capacity: 1.5 l", "data"),
            ("attribute", "dishwasher-safe: no", "data"),
            ("attribute", "minimum age: 18 months", "data"),
            ("attribute", "hob: gas, electric", "data"),
        ]
    ),
    "Skarne kettle",
)


@pytest.mark.parametrize(
    "claim",
    [
        "It is a silent kettle, one buyer says [R1].",
        "A buyer says it isn't noisy [R1].",
        "The lid is watertight, a customer says [R1].",
        "Pouring is not easy, a buyer warns [R1].",
        "One reviewer finds it compact [R2].",
        "A parent calls it lightweight [R2].",
        "It is not cheap, a buyer says [R2].",
        "A nurse on early shifts finally sees the holes [R3].",
        "Outdoors it hums in the wind, one review says [R3].",
        "It weighs a little over 300 g [A1].",
        "Playing takes an hour and a half [A2].",
        "It is unscented [A3].",
        "It contains no perfume [A3].",
        "It holds one and a half litres [A4].",
        "You cannot put it in the dishwasher [A5].",
        "It is suitable from a year and a half [A6].",
        "It works on gas and electric hobs [A7].",
    ],
)
def test_the_same_in_other_words_is_supported(claim: str) -> None:
    assert VERIFIER.check(claim_of(claim)).problem == ""


@pytest.mark.parametrize(
    ("claim", "cause"),
    [
        ("It is a noisy kettle, one buyer says [R1].", "content"),
        ("It isn't silent, one buyer says [R1].", "polarity"),
        ("The lid is not watertight, a customer says [R1].", "content"),
        ("Pouring is effortless, a buyer says [R1].", "content"),
        ("Pouring is not tricky, a buyer says [R1].", "polarity"),
        ("A buyer finds it large [R2].", "polarity"),
        ("It is a bargain, a buyer says [R2].", "polarity"),
        ("It rusts, a buyer says [R2].", "torn"),
        ("It weighs half a kilo [A1].", "number"),
        ("It takes two hours [A2].", "number"),
        ("It is scented [A3].", "polarity"),
        ("It is not unscented [A3].", "content"),
        ("You can put it in the dishwasher [A5].", "polarity"),
        ("It is suitable from a year [A6].", "number"),
        ("It works on gas and induction hobs [A7].", "content"),
        ("As a runner, you get 310 g [A1].", "content"),
    ],
)
def test_something_else_in_other_words_is_refused(claim: str, cause: str) -> None:
    verdict = VERIFIER.check(claim_of(claim))
    assert (verdict.supported, verdict.cause) == (False, cause), verdict.problem


@pytest.mark.parametrize(
    ("claim", "evidence", "words"),
    [
        ("a silent mouse", "quiet clicks", "a quiet mouse"),
        ("not loud", "quiet clicks", "quiet"),
        ("it is light", "not heavy at all", "it is not heavy"),
        ("odourless", "an odour", "without odour"),
        ("this case rolls", "a suitcase", "this suitcase rolls"),
        ("her child", "my daughter", "her daughter"),
        ("her daughter", "my child", "her daughter"),
        ("it bent", "it bends", "it bends"),
    ],
    ids=lambda text: text.replace(" ", "-"),
)
def test_words_are_exchanged_for_those_of_the_evidence(claim: str, evidence: str, words: str) -> None:
    assert " ".join(in_words_of(claim, evidence).split()) == words


@pytest.mark.parametrize(
    ("one", "other", "same_root"),
    [("noisy", "noise", True), ("weight", "weigh", True), ("wooden", "wood", True), ("waterproof", "water", False),
     ("noiseless", "noise", False), ("birder", "birding", True), ("lighter", "light", False)],
)  # fmt: skip
def test_words_of_one_root_are_akin(one: str, other: str, same_root: bool) -> None:
    assert akin(stem(one), stem(other)) is same_root


def test_no_word_frames_that_has_an_opposite_of_its_own_kind() -> None:
    thesaurus = Thesaurus.read()
    telling = stems("quiet loud light heavy soft hard warm cold wet dry cheap good bad well clear sharp durable gloves")
    assert not telling & (thesaurus.framing | thesaurus.joining | thesaurus.roles)
    assert all(word in thesaurus.opposites[other] for word in telling for other in thesaurus.opposites.get(word, ()))

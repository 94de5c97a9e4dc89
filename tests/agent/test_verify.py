import pytest

from agent.reasons.claims import claim_of
from agent.reasons.extract import extractive_claims
from agent.reasons.verify import Verifier
from agent.words.denial import contradicts
from retrieval.evidence import Evidence, numbered

VERIFIER = Verifier.of(
    numbered(
        [
            ("attribute", "weight: 310 g", "data"),
            ("attribute", "price: 89 EUR", "data"),
            ("attribute", "waterproof: no, sheds a light shower", "data"),
            ("attribute", "fragrance: fragrance-free", "data"),
            ("attribute", "pockets: four", "data"),
            ("attribute", "capacity: 400 g", "data"),
            ("attribute", "battery life: 24 h", "data"),
            ("attribute", "hood: none", "data"),
            ("attribute", "At 310 g it is hardly felt in a bag.", "description"),
            ("review", "The wide straps stay soft on my shoulders all day, though the zip is not smooth.", "review"),
            ("review", "It does not leak, and the strap is comfortable.", "review"),
            ("history", "You looked at the Torrwick Ridge 30 backpack", "history"),
            ("policy", "Delivery takes 2-5 days.", "policies"),
        ]
    ),
    "Fellbrook Tarn 28 backpack",
    ["Fellbrook", "Torrwick", "Low Lantern Books"],
)


@pytest.mark.parametrize(
    "claim",
    [
        "It weighs 310 g [A1].",
        "It weighs only 0.31 kg [A1].",
        "The Fellbrook Tarn 28 backpack weighs 310 grams [A1].",
        "It weighs 310 g [A9].",
        "It costs €89 [A2].",
        "It costs 89 euros [A2].",
        "It weighs 310 g and costs 89 EUR [A1][A2].",
        "It is not waterproof [A3].",
        "It sheds a light shower [A3].",
        "It's fragrance-free [A4].",
        "It has 4 pockets [A5].",
        "The battery lasts 24 hours [A7].",
        "It has no hood [A8].",
        "A reviewer says the wide straps stay soft on the shoulders all day [R1].",
        "One customer found that it doesn't leak [R2].",
        "You looked at the Torrwick Ridge 30 backpack [H1].",
        "Delivery takes 2-5 days [P1].",
    ],
)
def test_what_the_evidence_says_is_supported(claim: str) -> None:
    assert VERIFIER.check(claim_of(claim)).problem == ""


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ("It weighs 310 g.", "cites no evidence"),
        ("It weighs 310 g [A77].", "no evidence A77"),
        ("It weighs 310 g [A2].", "310 g"),
        ("It weighs 31 g [A1].", "31 g"),
        ("It weighs 310 kg [A1].", "310 kg"),
        ("It weighs 400 g [A6].", "weigh"),
        ("It costs 98 EUR [A2].", "98 EUR"),
        ("It costs $89 [A2].", "89"),
        ("It costs 89 USD [A2].", "89 USD"),
        ("It costs 89 pounds [A2].", "89 pounds"),
        ("It costs less than 120 EUR [A2].", "120 EUR"),
        ("It has 2 pockets [A5].", "2 pockets"),
        ("It has five pockets [A5].", "five"),
        ("It has four zips [A5].", "zip"),
        ("Delivery takes 2-3 days [P1].", "3 days"),
        ("The Torrwick weighs 310 g [A1].", "Torrwick"),
        ("Jane Smith says it weighs 310 g [A1].", "Smith"),
        ("You looked at the Low Lantern Books novel [H1].", "lantern"),
        ("You looked at the Fellbrook Tarn backpack [H1].", "fellbrook"),
        ("You bought the Torrwick Ridge 30 backpack [H1].", "bought"),
        ("A reviewer says it weighs 310 g [A1].", "no review"),
        ("It is the cheapest [A2].", "cheapest"),
        ("It weighs 310 g and is vegan [A1].", "vegan"),
        ("A reviewer says the wide straps stay soft on the shoulders all day and waterproof [R1].", "waterproof"),
        ("It is waterproof [A3].", "opposite"),
        ("It has fragrance [A4].", "opposite"),
        ("It has a hood [A8].", "opposite"),
        ("A reviewer says it leaks [R2].", "opposite"),
        ("It leaks, and the strap is not comfortable [R2].", "opposite"),
        ("The straps are not soft, though the zip is smooth [R1].", "opposite"),
    ],
)
def test_what_the_evidence_does_not_say_is_refused_with_the_reason(claim: str, problem: str) -> None:
    verdict = VERIFIER.check(claim_of(claim))
    assert not verdict.supported
    assert problem in verdict.problem


def test_a_denial_reaches_as_far_as_its_clause() -> None:
    assert not contradicts("It is light.", "It is light, but not for rain.")
    assert contradicts("It is for rain.", "It is light, but not for rain.")
    assert not contradicts("It is light and roomy.", "It is not only light but also roomy.")


def test_extractive_claims_pass_the_verifier() -> None:
    evidence = tuple(e for e in VERIFIER.evidence.values() if e.kind != "policy")
    for claim in extractive_claims(evidence):
        assert VERIFIER.check(claim).problem == "", claim


def test_no_evidence_supports_nothing() -> None:
    empty: list[Evidence] = []
    assert not Verifier.of(empty, "Kettle").check(claim_of("It is a kettle [A1].")).supported


@pytest.mark.parametrize(
    "text", ["It weighs nothing.", "Rolls up to nothing, and fast.", "Heavy for me, handle or not."]
)
def test_the_evidences_own_words_are_supported(text: str) -> None:
    evidence = numbered([("review", text, "review")])
    assert Verifier.of(evidence, "Kettle").check(claim_of(f"{text[:-1]} [R1].")).problem == ""


REVIEWS = Verifier.of(
    numbered(
        [
            ("review", "I wish it were waterproof. The strap is soft, if a bit short.", "review"),
            ("review", "Too heavy for hikes, fine for the office.", "review"),
            ("review", "Light, well made and comfortable too. Exactly what I wanted, it’s quiet.", "review"),
            ("review", "The zip is smooth, the pockets are deep, the lining tears; my old one lasted.", "review"),
            ("attribute", "The straps are made for long days.", "description"),
            ("history", "You commented on the Skarne kettle: “Boils fast”", "history"),
        ]
    ),
    "Rucksack",
)


@pytest.mark.parametrize(
    "claim",
    [
        'A customer writes: "I wish it were waterproof." [R1]',
        "A customer wishes it were waterproof [R1].",
        "A customer says: “I WISH  it were waterproof” [R1].",
        '"Fine for the office," says a buyer [R2].',
        "A reviewer finds it too heavy for hikes, but fine for the office [R2].",
        "A customer says it is well made and comfortable [R3].",
        "One customer says it's quiet [R3].",
        "One customer says: “it's quiet” [R3].",
        'You commented on the Skarne kettle: "Boils fast" [H1].',
        "A customer says the lining tears and their old one lasted [R4].",
        "It is light, and a customer finds the pockets deep [R3][R4].",
    ],
)
def test_a_customers_words_are_supported_as_they_were_meant(claim: str) -> None:
    assert REVIEWS.check(claim_of(claim)).problem == ""


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ('A customer writes: "It is waterproof, I wish." [R1]', "in these words"),
        ("A customer writes: “Heavy, fine for hikes” [R2].", "in these words"),
        ("A customer writes: “Fine, the office [R2].", "in these words"),
        ("A customer calls it 'soft, short' [R1].", "in these words"),
        ("A customer writes: “for the office. Light” [R2][R3].", "in these words"),
        ("It is waterproof [R1].", "wish"),
        ("A customer says it were “waterproof” [R1].", "wish"),
        ("A customer says the strap is soft [R1].", "if"),
        ("It is fine for hikes [R2].", "too"),
        ("A customer finds it heavy for hikes [R2].", "too"),
        ("The zip lasted [R4].", "one place"),
        ("It is light and quiet [R3].", "one place"),
        ("The pockets lasted [R4].", "one place"),
        ("The lining lasted [R4].", "old one"),
    ],
)
def test_a_customers_words_torn_apart_are_refused(claim: str, problem: str) -> None:
    verdict = REVIEWS.check(claim_of(claim))
    assert not verdict.supported
    assert problem in verdict.problem

import pytest

from prompts.outcome import claims_in


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "It weighs 3.5 kg [A1]. It is quiet [R1][R2].",
            [("It weighs 3.5 kg.", ("A1",)), ("It is quiet.", ("R1", "R2"))],
        ),
        ("It is light. [A1] It is quiet. [R1, R2]", [("It is light.", ("A1",)), ("It is quiet.", ("R1", "R2"))]),
        ("It is light and cheap", [("It is light and cheap", ())]),
        ("很轻。[A1]评论说好。[R1]", [("很轻。", ("A1",)), ("评论说好。", ("R1",))]),
        (
            'A reviewer writes: "So light. I love it." [R1] It is red [A1].',
            [('A reviewer writes: "So light. I love it."', ("R1",)), ("It is red.", ("A1",))],
        ),
        ("", []),
    ],
    ids=["before the stop", "after the stop", "uncited", "chinese", "quotation", "empty"],
)
def test_raw_text_becomes_claims(text: str, claims: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(claim.text, claim.evidence_ids) for claim in claims_in(text)] == claims

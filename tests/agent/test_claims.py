import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reasons.claims import Claim, ClaimReader, claim_of, split_claims, written


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("It weighs 310 g [A1].", [("It weighs 310 g.", ("A1",))]),
        ("It weighs 310 g. [A1]", [("It weighs 310 g.", ("A1",))]),
        ("It is light [A1][R2] and cheap [A2].", [("It is light.", ("A1", "R2")), ("and cheap.", ("A2",))]),
        ("Quiet [R1, R2].", [("Quiet.", ("R1", "R2"))]),
        ("It holds 3.5 l [A1]. Good", [("It holds 3.5 l.", ("A1",))]),
        ("It is nice. It weighs 5 g [A1].", [("It is nice.", ()), ("It weighs 5 g.", ("A1",))]),
        ("A reviewer: “So quiet!” [R1]", [("A reviewer: “So quiet!”", ("R1",))]),
        ("[A1] [A2].", []),
        ("", []),
    ],
)
def test_a_claim_is_a_statement_with_its_citations(text: str, claims: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(c.text, c.evidence_ids) for c in split_claims(text)] == claims


pieces = st.sampled_from(
    [
        "It weighs 310 g",
        " Also",
        " [A1]",
        "[A2]",
        "[R1, H1]",
        ".",
        "!",
        " ",
        "[",
        "]",
        " 3.5 l",
        " [see",
        "?",
        "”",
        "\n",
    ]
)


@settings(max_examples=500)
@given(st.lists(pieces, max_size=12).map("".join), st.data())
def test_a_stream_cut_anywhere_gives_the_claims_of_the_whole_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    reader = ClaimReader()
    found = [c for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) for c in reader.feed(text[a:b])]
    assert [*found, *reader.finish()] == split_claims(text)


def test_a_claim_is_there_as_soon_as_more_text_follows() -> None:
    reader = ClaimReader()
    assert list(reader.feed("It weighs 310 g [A1].")) == []
    assert list(reader.feed(" It")) == [Claim("It weighs 310 g.", ("A1",))]


def test_the_written_form_reads_back() -> None:
    claim = Claim("It weighs 310 g.", ("A1", "R2"))
    assert written(claim) == "It weighs 310 g [A1][R2]."
    assert claim_of(written(claim)) == claim

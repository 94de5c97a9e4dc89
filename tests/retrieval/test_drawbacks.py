import pytest

from retrieval.drawbacks import find_drawback, finds_fault
from retrieval.snippets import Snippet


def reviews(*rows: tuple[float, str]) -> list[Snippet]:
    return [Snippet(f"i/r{n}", "review", text, f"review {n}", "i", stars) for n, (stars, text) in enumerate(rows, 1)]


def test_the_fault_that_most_reviewers_name_is_counted() -> None:
    found = find_drawback(
        reviews(
            (3.0, "Roomy. Sadly the strap is too short for me."),
            (4.0, "I wish the strap was longer. It leaks at the top. And the strap is awkward."),
            (5.0, "The strap is lovely and nothing leaks."),
            (2.0, "The zip broke within a week."),
        )
    )
    assert found is not None
    assert (found.topic, len(found.complaints), found.reviewers) == ("strap", 2, 4)
    assert found.complaints[0].sentence == "Sadly the strap is too short for me."


def test_one_complaint_alone_has_no_topic_and_the_unhappiest_is_quoted() -> None:
    found = find_drawback(
        reviews((4.0, "The lid is a bit fiddly."), (1.0, "The zip broke within a week."), (5.0, "Fine."))
    )
    assert found is not None
    assert (found.topic, [c.sentence for c in found.complaints], found.reviewers) == (
        None,
        ["The zip broke within a week."],
        3,
    )


def test_no_complaint_is_no_drawback() -> None:
    assert find_drawback(reviews((5.0, "Perfect."), (4.0, "No complaints at all, and never too heavy."))) is None
    assert find_drawback([]) is None


@pytest.mark.parametrize(
    ("stars", "text"),
    [(5.0, "With my poor eyesight I had stopped doing embroidery."), (5.0, "She refuses to take it off.")],
)
def test_a_delighted_reviewers_words_are_about_something_else(stars: float, text: str) -> None:
    assert find_drawback(reviews((stars, text))) is None


def test_stars_do_not_outweigh_plain_words() -> None:
    assert find_drawback(reviews((5.0, "Poor quality."))) is not None


def test_the_blade_cover_is_not_the_blade() -> None:
    found = find_drawback(reviews((3.0, "A twig jams the blade."), (3.0, "The blade cover cracked.")))
    assert found is not None
    assert found.topic is None


@pytest.mark.parametrize("text", ["It is not too heavy.", "My old one leaked.", "It does not leak.", "A fine bag."])
def test_what_finds_no_fault(text: str) -> None:
    assert not finds_fault(text)

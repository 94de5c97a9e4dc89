import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.drawbacks import Drawback, find_drawback, finds_fault, is_low
from retrieval.snippets import Snippet


def reviews(*rows: tuple[float, str]) -> list[Snippet]:
    return [Snippet(f"i/r{n}", "review", text, f"review {n}", "i", stars) for n, (stars, text) in enumerate(rows, 1)]


def found(*rows: tuple[float, str]) -> Drawback:
    drawback = find_drawback(reviews(*rows))
    assert drawback is not None
    return drawback


def quoted(*rows: tuple[float, str]) -> str:
    return found(*rows).complaints[0].sentence


def test_the_fault_that_most_reviewers_name_is_counted() -> None:
    drawback = found(
        (3.0, "Roomy. Sadly the strap is too short for me."),
        (4.0, "I wish the strap was longer. It leaks at the top. And the strap is awkward."),
        (5.0, "The strap is lovely and nothing leaks."),
        (2.0, "The zip broke within a week."),
    )
    assert (drawback.topic, len(drawback.complaints), drawback.reviewers) == ("strap", 2, 4)
    assert drawback.complaints[0].sentence == "Sadly the strap is too short for me."


def test_of_topics_named_by_equally_many_the_unhappier_reviewers_are_told() -> None:
    drawback = found(
        (4.0, "The lid is awkward."), (4.0, "The lid is too stiff."), (1.0, "The zip broke."), (3.0, "The zip jammed.")
    )
    assert drawback.topic == "zip"


def test_one_line_reviews_share_a_topic_too() -> None:
    assert found((2.0, "Strap too short."), (3.0, "Fine, but the strap is too short.")).topic == "strap"
    assert found((1.0, "Poor quality."), (2.0, "Quality is poor.")).topic == "quality"


@pytest.mark.parametrize(
    "texts",
    [
        ("A twig jams the blade.", "The blade cover cracked."),
        ("The strap broke on the bus.", "It leaked on the bus."),
        ("The lid of the bottle broke.", "The handle of the bottle broke."),
        ("The dog was disappointed.", "The dog was annoyed."),
        ("Too quiet to follow the story.", "The story is too loud."),
    ],
    ids=["part of a longer name", "where it happened", "what it belongs to", "who complained", "object of no fault"],
)
def test_what_is_named_but_not_at_fault_is_no_topic(texts: tuple[str, ...]) -> None:
    assert found(*((3.0, text) for text in texts)).topic is None


def test_without_a_common_topic_those_who_gave_few_stars_are_counted() -> None:
    drawback = found((1.0, "Would not recommend!"), (2.0, "Not for me."), (1.0, "It is blue."), (5.0, "Fine."))
    assert (drawback.topic, drawback.low_stars, len(drawback.complaints), drawback.reviewers) == (None, True, 3, 4)
    assert drawback.complaints[0].sentence == "Would not recommend!"


def test_one_complaint_alone_has_no_topic_and_the_unhappiest_is_quoted() -> None:
    drawback = found((4.0, "The lid is a bit fiddly."), (1.0, "The zip broke within a week."), (5.0, "Fine."))
    assert (drawback.topic, drawback.low_stars, drawback.reviewers) == (None, False, 3)
    assert [c.sentence for c in drawback.complaints] == ["The zip broke within a week."]


@pytest.mark.parametrize(
    ("stars", "text", "sentence"),
    [
        (
            3.0,
            "Superb at my desk. Outdoors, though, it picks up every gust.",
            "Outdoors, though, it picks up every gust.",
        ),
        (2.0, "Nice on the lap. After two months a seam let go.", "After two months a seam let go."),
        (
            1.0,
            "Half the holes didn't line up, and the paint flaked off. Sent back.",
            "Half the holes didn't line up, and the paint flaked off.",
        ),
        (5.0, "Poor quality.", "Poor quality."),
    ],
    ids=["praise that turns", "few stars and a failure", "not the terse sentence", "plain words beside five stars"],
)
def test_a_complaint_is_read_from_words_and_stars_together(stars: float, text: str, sentence: str) -> None:
    assert quoted((stars, text)) == sentence


@pytest.mark.parametrize(
    ("stars", "text"),
    [
        (5.0, "With my poor eyesight I had stopped doing embroidery."),
        (5.0, "She refuses to take it off."),
        (5.0, "I wish I had bought it sooner."),
        (4.0, "No complaints at all, and never too heavy."),
        (4.0, "You won't be disappointed."),
        (4.0, "I was afraid it would be too big but it fits."),
        (4.0, "Handles beautifully and the lining rescued me after a leaking bottle."),
        (4.0, "It removes wine stains."),
        (4.0, "Solid stainless steel, and a cracking price."),
        (3.0, "My potatoes fly past this peeler."),
        (1.0, "Great product!"),
        (2.0, "It is certainly loud. But the sound is good."),
    ],
)
def test_what_is_no_complaint_gives_no_drawback(stars: float, text: str) -> None:
    assert find_drawback(reviews((stars, text))) is None


def test_no_reviews_no_drawback() -> None:
    assert find_drawback([]) is None


@pytest.mark.parametrize("text", ["It is not too heavy.", "My old one leaked.", "It does not leak.", "A fine bag."])
def test_what_finds_no_fault(text: str) -> None:
    assert not finds_fault(text)


SENTENCE = st.sampled_from(
    [
        "The strap broke.",
        "The strap is too short.",
        "Strap too short.",
        "I wish the lid was lighter.",
        "Would not recommend!",
        "Lovely bag.",
        "But it leaks.",
        "No complaints.",
        "Poor quality.",
        "It is blue.",
    ]
)
REVIEW = st.tuples(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]), st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join))


@given(st.lists(REVIEW, max_size=8))
def test_no_reviewer_is_counted_twice_and_none_is_invented(rows: list[tuple[float, str]]) -> None:
    given_reviews = reviews(*rows)
    drawback = find_drawback(given_reviews)
    if drawback is None:
        return
    counted = [complaint.review.snippet_id for complaint in drawback.complaints]
    assert len(counted) == len(set(counted)) <= drawback.reviewers == len(rows)
    assert all(c.review in given_reviews and c.sentence in c.review.text for c in drawback.complaints)
    if drawback.topic is None and not drawback.low_stars:
        assert len(counted) == 1
    if drawback.low_stars:
        assert len(counted) == sum(is_low(stars) for stars, _ in rows)

"""What examples are about: items of made-up shops and of the demo shop, with all that can be said of each."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from retrieval.catalogue import Attribute, Item
from retrieval.evidence import EvidenceKind
from retrieval.feeds import BadRow, read_items
from retrieval.snippets import sentences
from retrieval.words import stems
from serving.training.speech import agreed, as_clause, capitalised, plural, tellable, with_article

SHOPS = Path(__file__).parent / "shops"
DEMO_NEEDS = Path(__file__).parent / "demo.yaml"

Tone: TypeAlias = Literal["praise", "complaint", "plain"]
_CURRENCIES = ("EUR", "EUR", "EUR", "USD", "GBP", "CHF")
_LONGEST_SENTENCE = 26
_PITCH = re.compile(r"(?:\w+(?:ed|ly)\b[^,]*, (?:this|it)\b|Made for\b|Enjoy\b|Indulge\b|Perfectly\b)")
"""How a sentence begins that cannot stand after "the shop says that"."""
_BUT = re.compile(r"\b(?:but|though|however|complaint|sadly|unfortunately)\b", re.I)
_MIXED = re.compile(
    r"\b(?:not|no|never|only|nothing|hardly|too|missed|less|wish|flat|crack\w*|jams?|ripped|delicate|stings?|broke|stiff|"
    r"wasted|slow|annoy\w*|struggl\w*|thin|bulky|fingerprints|scratch\w*|leak\w*|fiddly|noisy|loud|awkward|cheap|poor|"
    r"worse|sore|ach\w+|faded|had given up|had stopped|trouble|fell|pity|shame|expected|hoped)\b|n['’]t\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing a text says: word for word, and as a clause that can be told of somebody, if it can."""

    quote: str
    clause: str | None
    aspects: frozenset[str]
    tone: Tone = "praise"


@dataclass(frozen=True, slots=True)
class Line:
    """A possible line of evidence. An attribute has no points; a review has one or more; a description has one."""

    kind: EvidenceKind
    text: str
    aspects: frozenset[str]
    points: tuple[Point, ...] = ()
    attribute: Attribute | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """An item, the lines of evidence about it, and what shoppers may want it for, by aspect."""

    item: Item
    shop: str
    name: str
    lines: tuple[Line, ...]
    needs: Mapping[str, tuple[str, ...]]
    held_out: bool
    exact: bool
    """Whether the aspects are certain, so that a line without a need's aspect does not fit that need."""
    reviewers: tuple[str, ...] = ("customer", "buyer", "reviewer", "owner", "buyer")
    """Who writes reviews of it."""

    @property
    def goods(self) -> bool:
        """Whether it is a thing, which "something light" may stand for."""
        return "owner" in self.reviewers or self.shop in {"books", "groceries", "pharmacy"}


def made_up_shops(rng: random.Random, models: Sequence[str], *, items: int) -> Iterator[Subject]:
    """``items`` items of each vocabulary in `SHOPS`; every fifth is held out, and with it a fifth of the texts."""
    for path in sorted(SHOPS.glob("*.yaml")):
        shop = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number in range(items):
            yield _made_up(shop, rng, models, held_out=number % 5 == 4)


def demo_shop(folder: Path) -> Iterator[Subject]:
    """The demo shop's items; those of the held-out categories have ``shop`` "held out"."""
    wanted = yaml.safe_load(DEMO_NEEDS.read_text(encoding="utf-8"))
    words = {aspect: stems(row["words"]) for aspect, row in wanted["aspects"].items()}
    for number, item in enumerate(i for i in read_items(folder / "catalogue") if not isinstance(i, BadRow)):
        asked = {
            a: found for a, found in words.items() if item.category in wanted["aspects"][a].get("in", [item.category])
        }
        lines = tuple(_demo_lines(item, asked))
        found = {aspect for line in lines for aspect in line.aspects}
        needs = {a: tuple(_filled(wanted["aspects"][a]["needs"], item.kind)) for a in words if a in found}
        shop = "held out" if item.category in wanted["held_out"] else "demo"
        name = _short_name(item)
        yield Subject(item, shop, name, lines, needs, number % 5 == 4, exact=False)


def _short_name(item: Item) -> str:
    """Brand and model: the title before its first comma, or the brand and one word more."""
    named, comma, _ = item.title.partition(",")
    return named if comma else " ".join(item.title.split()[: len((item.brand or "").split()) + 1])


def _made_up(shop: Mapping[str, Any], rng: random.Random, models: Sequence[str], *, held_out: bool) -> Subject:
    noun, brand = rng.choice(shop["nouns"]), rng.choice(shop["brands"])
    name = f"{brand} {rng.choice([m for i, m in enumerate(models) if (i % 5 == 4) == held_out])}"
    low, high = shop["price"]
    price = round(low + (high - low) * rng.random() ** 2) - rng.choice((0, 0, 0, 0.01, 0.5)) if high else 0.0
    attributes = dict(_attributes(shop["attributes"], rng))
    item = Item(
        item_id=name,
        title=f"{name} {noun}",
        description="",
        category=shop["category"],
        price=max(price, 0.0),
        currency=rng.choice(_CURRENCIES),
        brand=brand,
        attributes=(Attribute("type", noun), *attributes.values()),
    )
    lines = [
        Line("attribute", f"{a.name}: {a.text}", frozenset(shop["attributes"][name]["aspects"]), attribute=a)
        for name, a in attributes.items()
    ]
    lines += _descriptions(_part(shop["sentences"], held_out), attributes)
    praise, complaint = _part(shop["praise"], held_out), _part(shop["complaint"], held_out)
    lines += [_review(rng, praise, complaint, shop["contexts"]) for _ in range(8)]
    needs = {aspect: tuple(_filled(texts, noun)) for aspect, texts in shop["needs"].items()}
    return Subject(item, shop["category"], name, tuple(lines), needs, held_out, True, tuple(shop["reviewers"]))


def _attributes(rows: Mapping[str, Mapping[str, Any]], rng: random.Random) -> Iterator[tuple[str, Attribute]]:
    for name in rng.sample(sorted(rows), k=min(len(rows), rng.randint(5, 8))):
        row = rows[name]
        if "values" in row:
            yield name, Attribute(name, rng.choice(row["values"]))
        else:
            value = rng.randrange(row["from"], row["to"] + 1, row["step"])
            if row["unit"] == "g" and value > 1000 and rng.random() < 0.5:
                yield name, Attribute(name, value / 1000, "kg")
            else:
                yield name, Attribute(name, value, row["unit"])


def _part(texts: Mapping[str, Sequence[str]], held_out: bool) -> list[tuple[str, str]]:
    """(aspect, text) rows: every fifth for held-out items, the others for training."""
    rows = [(aspect, text) for aspect, found in texts.items() for text in found]
    return [row for number, row in enumerate(rows) if (number % 5 == 4) == held_out]


def _descriptions(rows: Sequence[tuple[str, str]], attributes: Mapping[str, Attribute]) -> Iterator[Line]:
    for aspect, text in rows:
        for name, attribute in attributes.items():
            text = text.replace(f"{{{name}}}", attribute.text)  # noqa: PLW2901
        if "{" not in text:
            clause = None if _PITCH.match(text) else text[0].lower() + text[1:].rstrip(".")
            point = Point(text.rstrip("."), clause, frozenset({aspect}), "plain")
            yield Line("attribute", text, frozenset({aspect}), (point,))


def _review(
    rng: random.Random,
    praise: Sequence[tuple[str, str]],
    complaint: Sequence[tuple[str, str]],
    contexts: Sequence[str],
) -> Line:
    good = [_point(*row, "praise") for row in rng.sample(praise, k=min(2, len(praise)))]
    bad = _point(*rng.choice(complaint), "complaint") if complaint else good[-1]
    first, second = good[0].quote, good[-1].quote
    form, points = rng.choice(
        (
            (f"{capitalised(first)}.", good[:1]),
            (f"{capitalised(first)}. {capitalised(second)}.", good),
            (f"{capitalised(first)}, and {second}.", good),
            (f"{capitalised(first)}, but {bad.quote}.", [good[0], bad]),
            (f"{capitalised(first)}. {capitalised(bad.quote)}.", [good[0], bad]),
            (f"{capitalised(bad.quote)}, but {first}.", [bad, good[0]]),
            (f"{capitalised(first)}. {capitalised(bad.quote)}, though {second}.", [good[0], bad, good[-1]]),
            (f"{capitalised(bad.quote)}.", [bad]),
        )
    )
    text = f"{rng.choice(contexts)}. {form}" if rng.random() < 0.35 else form
    aspects = frozenset[str]().union(*(p.aspects for p in points if p.tone == "praise"))
    return Line("review", text, aspects, tuple(dict.fromkeys(points)))


def _point(aspect: str, clause: str, tone: Tone) -> Point:
    return Point(clause, clause, frozenset({aspect}), tone)


def _filled(needs: Sequence[str], noun: str) -> Iterator[str]:
    for need in needs:
        text = need.replace("a {noun}", "{a}").replace("{a}", with_article(noun)).replace("{noun}", noun)
        yield agreed(re.sub(r"^an? (?=.*\b" + re.escape(noun) + r"\b)", "", text) if plural(noun) else text, noun)


def _demo_lines(item: Item, words: Mapping[str, frozenset[str]]) -> Iterator[Line]:
    def aspects(text: str) -> frozenset[str]:
        return frozenset(aspect for aspect, known in words.items() if known & stems(text))

    for attribute in item.attributes:
        if attribute.name != "type":
            text = f"{attribute.name}: {attribute.text}"
            yield Line("attribute", text, aspects(text), attribute=attribute)
    for sentence in _whole(item.description):
        clause = as_clause(sentence)
        told = clause if clause[0].islower() and ":" not in clause and ";" not in clause else None
        point = Point(sentence.rstrip("."), told, aspects(sentence), "plain")
        yield Line("attribute", sentence, point.aspects, (point,))
    for review in item.reviews:
        points = tuple(_demo_points(review.text, review.rating, aspects))
        found = frozenset[str]().union(*(p.aspects for p in points if p.tone == "praise"))
        yield Line("review", review.text, found, points)


def _demo_points(text: str, rating: float, aspects: Any) -> Iterator[Point]:
    first = next(iter(sentences(text)), "")
    for sentence in _whole(text):
        if _BUT.search(sentence):
            tone: Tone = "complaint"
        elif _MIXED.search(sentence) or rating <= 3 or (rating < 5 and sentence != first):
            tone = "plain"  # it may be either, so nothing is made of it
        else:
            tone = "praise"
        quote = re.sub(r"^(?:But|And|So)\s+", "", sentence).rstrip(".")
        clause = as_clause(sentence) if tellable(sentence) else None
        yield Point(capitalised(quote), clause, aspects(sentence), tone)


def _whole(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        fits = sentence.endswith(".") and 4 <= len(sentence.split()) <= _LONGEST_SENTENCE
        if fits and not re.search(r"[.!?]\s|[“”\"]", sentence):
            yield sentence

"""What examples are about: items of made-up shops and of the demo shop, with all that can be said of each."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from retrieval.catalogue import Attribute, Item
from retrieval.facts import fact
from retrieval.feeds import BadRow, read_items
from retrieval.snippets import sentences
from retrieval.words import stems
from serving.training.speech import agreed, as_clause, capitalised, plural, states, tellable, two_parties, with_article
from serving.training.subjects import Line, Point, Subject, Tone

__all__ = ["DEMO_NEEDS", "SHOPS", "Line", "Point", "Subject", "Tone", "demo_shop", "made_up_shops"]

SHOPS = Path(__file__).parent / "shops"
DEMO_NEEDS = Path(__file__).parent / "demo.yaml"

_CURRENCIES = ("EUR", "EUR", "EUR", "USD", "GBP", "CHF")
_LONGEST_SENTENCE = 24
_PITCH = re.compile(r"(?:\w+(?:ed|ly)\b[^,]*, (?:this|it)\b|Made for\b|Enjoy\b|Indulge\b|Perfectly\b)")
"""How a sentence begins that cannot stand after "the shop says that"."""
_BARE = re.compile(r"(?:An?|At|In|On|Not|Think|Small|British|Your|Hold|[A-Z]\w+,) ")
"""How a description's sentence begins that, where it states nothing, is no sentence at all or no reason."""
_ABOUT_SELF = re.compile(
    r"(?:I|We|My|Our)\b(?!.*\b(?:it|its|this|these|them|they)\b)|Bought\b|My \w+ (?:was|had)\b", re.I
)
"""How a customer speaks of their own life, which praises nothing."""
_BUT = re.compile(r"\b(?:but|though|however|complaint|sadly|unfortunately)\b", re.I)
_MIXED = re.compile(
    r"\b(?:not|no|never|only|nothing|hardly|too|missed|less|wish|flat|crack\w*|jams?|ripped|delicate|stings?|broke|stiff|"
    r"wasted|slow|annoy\w*|struggl\w*|thin|bulky|fingerprints|scratch\w*|leak\w*|fiddly|noisy|loud|awkward|cheap|poor|"
    r"worse|sore|ach\w+|faded|had given up|had stopped|trouble|fell|pity|shame|expected|hoped)\b|n['’]t\b",
    re.I,
)


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
    odd = _odd(shop, noun)
    name = f"{brand} {rng.choice([m for i, m in enumerate(models) if (i % 5 == 4) == held_out])}"
    low, high = shop["price"]
    price = round(low + (high - low) * rng.random() ** 2) - rng.choice((0, 0, 0, 0.01, 0.5)) if high else 0.0
    rows = {n: row for n, row in shop["attributes"].items() if n not in odd and not set(row["aspects"]) <= odd}
    attributes = dict(_attributes(rows, rng))
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
        Line("attribute", fact(a), frozenset(shop["attributes"][name]["aspects"]), attribute=a)
        for name, a in attributes.items()
    ]
    lines += _descriptions(_part(shop["sentences"], held_out, odd), attributes)
    praise, complaint = (_part(shop[tone], held_out, odd) for tone in ("praise", "complaint"))
    lines += [_review(rng, praise, complaint, shop["contexts"]) for _ in range(8 if praise else 0)]
    wanted = {
        aspect: [t for t in texts if t not in odd] for aspect, texts in shop["needs"].items() if aspect not in odd
    }
    needs = {aspect: tuple(_filled(texts, noun)) for aspect, texts in wanted.items() if texts}
    return Subject(item, shop["category"], name, tuple(lines), needs, held_out, True, tuple(shop["reviewers"]))


def _odd(shop: Mapping[str, Any], noun: str) -> frozenset[str]:
    """What makes no sense of such a product, so that no ladder is asked to be quiet.

    The key ``only`` of a shop names, for some aspects, attributes and texts, the nouns that they are of.
    """
    return frozenset(name for name, nouns in shop.get("only", {}).items() if noun not in nouns)


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


def _part(texts: Mapping[str, Sequence[str]], held_out: bool, odd: frozenset[str]) -> list[tuple[str, str]]:
    """(aspect, text) rows without the odd ones: every fifth for held-out items, the others for training."""
    rows = [(aspect, text) for aspect, found in texts.items() for text in found]
    return [row for number, row in enumerate(rows) if (number % 5 == 4) == held_out and odd.isdisjoint(row)]


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
    return Point(clause, None if two_parties(clause) else clause, frozenset({aspect}), tone)


def _filled(needs: Sequence[str], noun: str) -> Iterator[str]:
    for need in needs:
        text = need.replace("a {noun}", "{a}").replace("{a}", with_article(noun)).replace("{noun}", noun)
        yield agreed(re.sub(r"^an? (?=.*\b" + re.escape(noun) + r"\b)", "", text) if plural(noun) else text, noun)


def _demo_lines(item: Item, words: Mapping[str, frozenset[str]]) -> Iterator[Line]:
    def aspects(text: str) -> frozenset[str]:
        return frozenset(aspect for aspect, known in words.items() if known & stems(text))

    for attribute in item.attributes:
        if attribute.name != "type":
            text = fact(attribute)
            yield Line("attribute", text, aspects(text), attribute=attribute)
    for sentence in _whole(item.description):
        told = as_clause(sentence) if states(sentence) else None
        if told is None and _BARE.match(sentence):
            continue
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
        elif (
            _MIXED.search(sentence) or _ABOUT_SELF.match(sentence) or rating <= 3 or (rating < 5 and sentence != first)
        ):
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

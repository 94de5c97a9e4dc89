"""Whether a reply is what a script expects: each miss in words. Items are judged by the catalogue's own data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from agent.gathered import Gathered
from agent.stream import EvidenceView
from retrieval.catalogue import Item
from retrieval.need import Bound
from serving.bench.dialog_script import (
    Cards,
    Chips,
    EvidenceWanted,
    Expect,
    Language,
    Message,
    Obey,
    Reasons,
    TableWanted,
)

Miss = tuple[str, str]
"""The name of the expectation, and what was found instead."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_TICKET = re.compile(r"(?:ticket|case|reference|工单|单号)\D{0,16}\d", re.IGNORECASE)
_ABSTAINS = re.compile(
    r"\b(?:do(?:es)?|did|is|are|was|were|can|could)(?: not|n['’]t)(?: \w+){0,2}? "
    r"(?:say|answer|state|mention|tell|know|stated|mentioned|given|recorded|find)\b"
    r"|\bcannot (?:say|answer|tell|find)\b|\bno (?:answer|information|data|record|review\w* mention)\b"
    r"|\bnothing (?:about|on|in)\b|(?:没有|没|未|不)(?:有)?"
    r"(?:回答|说明|提到|提及|写明|写|注明|说|标明|记载|知道|清楚|答案)",
    re.IGNORECASE,
)
"""Words that say that there is no answer; looked for only where a script expects one or the other."""


def misses(expect: Expect, heard: Gathered, items: Mapping[str, Item], previous: Sequence[str]) -> tuple[Miss, ...]:
    """What of the expectation the reply does not meet; empty if it meets all.

    Args:
        items: the catalogue by id.
        previous: the ids of the cards of the last turn before this one that had any.
    """
    if heard.done is None:
        return (("turn", f"failed: {heard.failed.message if heard.failed else 'no end'}"),)
    return tuple(_misses(expect, heard, items, previous))


def _misses(expect: Expect, heard: Gathered, items: Mapping[str, Item], previous: Sequence[str]) -> Iterator[Miss]:
    if expect.intent and (found := heard.need.intent if heard.need else "none") not in expect.intent:
        yield "intent", f"taken for {found}, not {' or '.join(expect.intent)}"
    if expect.cards is not None:
        ids = [card.item_id for card in heard.cards]
        yield from (("cards", each) for each in _cards(expect.cards, ids, items, previous))
    if expect.message is not None:
        yield from (("message", each) for each in _message(expect.message, heard.message.text))
    if expect.evidence is not None and not any(_fits(expect.evidence, each) for each in _evidence(heard)):
        yield "evidence", f"none is {expect.evidence.model_dump(exclude_defaults=True)}"
    if expect.table is not None:
        yield from (("table", each) for each in _table(expect.table, heard))
    if expect.chips is not None:
        yield from (("chips", each) for each in _chips(expect.chips, heard))
    if expect.reasons is not None:
        yield from (("reasons", each) for each in _reasons(expect.reasons, heard))
    if expect.tools is not None:
        yield from (("tools", each) for each in expect.tools.misses(heard.tools))
    for name, wanted, is_so in (
        ("asked_back", expect.asked_back, asked_back(heard)),
        ("abstained", expect.abstained, abstained(heard)),
        ("handed_over", expect.handed_over, handed_over(heard)),
    ):
        if wanted is not None and wanted != is_so:
            yield name, f"{'should' if wanted else 'should not'} be so: {heard.message.text[:120]!r}"


def asked_back(heard: Gathered) -> bool:
    """A question instead of an answer: a wish was understood, no card is shown, and the reply asks something."""
    wish = heard.need is not None and heard.need.intent in {"recommend", "refine"}
    return wish and not heard.cards and bool(re.search(r"[?？]", heard.message.text))


def abstained(heard: Gathered) -> bool:
    """The reply says that there is no answer, and shows no cards instead of one."""
    return not heard.cards and bool(_ABSTAINS.search(heard.message.text))


def handed_over(heard: Gathered) -> bool:
    """The reply names the number of a ticket."""
    return bool(_TICKET.search(heard.message.text))


def language_of(text: str) -> Language:
    """``zh`` with at least two Chinese characters; names of items may stay in the catalogue's language."""
    return "zh" if len(_HAN.findall(text)) >= 2 else "en"


def broken(obey: Obey, item: Item) -> tuple[str, ...]:
    """What of the limits the item breaks, in words."""
    return tuple(_broken(obey, item))


def _broken(obey: Obey, item: Item) -> Iterator[str]:
    if obey.price_max is not None and item.price > obey.price_max:
        yield f"costs {item.price:g}, more than {obey.price_max:g}"
    if obey.price_min is not None and item.price < obey.price_min:
        yield f"costs {item.price:g}, less than {obey.price_min:g}"
    colour = str(item.colour.value) if item.colour else ""
    for name, value in (("brands", item.brand or ""), ("categories", item.category), ("kinds", item.kind)):
        wanted, unwanted = getattr(obey, name), getattr(obey, f"{name}_excluded")
        if wanted and _plain(value) not in set(map(_plain, wanted)):
            yield f"is of {name} {value!r}"
        if _plain(value) in set(map(_plain, unwanted)):
            yield f"is of the excluded {name} {value!r}"
    if obey.colours and not _has(colour, obey.colours):
        yield f"is {colour}"
    if _has(colour, obey.colours_excluded):
        yield f"is {colour}, which is excluded"
    stated = " ; ".join([item.title, *(f"{a.name} {a.value}" for a in item.attributes)])
    if word := next((word for word in obey.without if _has(stated, [word])), None):
        yield f"has {word}"
    for name, limit in obey.limits.items():
        if Bound(name, limit.unit, limit.low, limit.high).broken_by(item):
            found = item.attribute(name)
            yield f"has {name} {found.text if found else 'not stated'}"
    if obey.in_stock and not item.in_stock:
        yield "is out of stock"


def _cards(wanted: Cards, ids: Sequence[str], items: Mapping[str, Item], previous: Sequence[str]) -> Iterator[str]:
    if wanted.none:
        if ids:
            yield f"there should be none, but there are {', '.join(ids)}"
        return
    if len(ids) < wanted.at_least or (wanted.at_most is not None and len(ids) > wanted.at_most):
        yield f"{len(ids)} are shown"
    for item_id in ids:
        yield from (f"{item_id} {why}" for why in broken(wanted.obey, items[item_id]))
    if missing := [item_id for item_id in wanted.includes if item_id not in ids]:
        yield f"{', '.join(missing)} not among {', '.join(ids)}"
    if wanted.includes_any and not set(wanted.includes_any) & set(ids):
        yield f"none of {', '.join(wanted.includes_any)} among {', '.join(ids)}"
    if there := [item_id for item_id in wanted.excludes if item_id in ids]:
        yield f"{', '.join(there)} should not be shown"
    if wanted.first is not None and ids[:1] != [wanted.first]:
        yield f"{wanted.first} is not first of {', '.join(ids)}"
    yield from _beside(wanted, ids, items, previous)


def _beside(wanted: Cards, ids: Sequence[str], items: Mapping[str, Item], previous: Sequence[str]) -> Iterator[str]:
    """What is wrong beside the cards before and beside other items."""
    prices = [items[item_id].price for item_id in ids]
    if wanted.cheaper_than_previous:
        if not previous:
            yield "nothing was shown before that these could be cheaper than"
        elif prices and max(prices) >= min(items[item_id].price for item_id in previous):
            yield f"one costs {max(prices):g}, no less than what was shown"
    if wanted.cheaper_than and any(price >= items[wanted.cheaper_than].price for price in prices):
        yield f"one costs {max(prices):g}, no less than {wanted.cheaper_than}"
    if wanted.dearer_than and any(price <= items[wanted.dearer_than].price for price in prices):
        yield f"one costs {min(prices):g}, no more than {wanted.dearer_than}"
    if wanted.none_of_previous and (again := [item_id for item_id in ids if item_id in previous]):
        yield f"{', '.join(again)} again"


def _message(wanted: Message, text: str) -> Iterator[str]:
    if missing := [word for word in wanted.mentions if not _in(word, text)]:
        yield f"does not mention {', '.join(missing)}: {text[:200]!r}"
    if wanted.any_of and not any(_in(word, text) for word in wanted.any_of):
        yield f"mentions none of {', '.join(wanted.any_of)}: {text[:200]!r}"
    if there := [word for word in wanted.not_mentions if _in(word, text)]:
        yield f"mentions {', '.join(there)}: {text[:200]!r}"
    if wanted.language is not None and language_of(text) != wanted.language:
        yield f"is not in {wanted.language}: {text[:120]!r}"


def _evidence(heard: Gathered) -> list[EvidenceView]:
    return [*heard.message.evidence, *(each for reason in heard.reasons.values() for each in reason.evidence)]


def _fits(wanted: EvidenceWanted, found: EvidenceView) -> bool:
    kind = not wanted.kinds or found.kind in wanted.kinds
    source = wanted.source_contains is None or _in(wanted.source_contains, found.source)
    return kind and source and (wanted.text_contains is None or _in(wanted.text_contains, found.text))


def _table(wanted: TableWanted, heard: Gathered) -> Iterator[str]:
    if heard.comparison is None:
        yield f"there is none: {heard.message.text[:120]!r}"
        return
    found = heard.comparison.item_ids
    if isinstance(wanted.items, int):
        if len(found) != wanted.items:
            yield f"of {len(found)} items, not {wanted.items}"
    elif set(found) != set(wanted.items):
        yield f"of {', '.join(found)}, not {', '.join(wanted.items)}"
    names = [_plain(row.name) for row in heard.comparison.rows]
    if missing := [name for name in wanted.rows if _plain(name) not in names]:
        yield f"without the rows {', '.join(missing)}"


def _chips(wanted: Chips, heard: Gathered) -> Iterator[str]:
    chips = heard.need.chips if heard.need else ()
    labels = " | ".join(chip.label for chip in chips)
    if missing := [word for word in wanted.labels if not _in(word, labels)]:
        yield f"without {', '.join(missing)}: {labels!r}"
    if there := [word for word in wanted.absent if _in(word, labels)]:
        yield f"with {', '.join(there)}: {labels!r}"
    if wanted.memory is not None and wanted.memory != any(chip.source == "memory" for chip in chips):
        yield f"{'none' if wanted.memory else 'one'} is from memory: {labels!r}"


def _reasons(wanted: Reasons, heard: Gathered) -> Iterator[str]:
    if len(heard.reasons) != len(heard.cards):
        yield f"{len(heard.reasons)} for {len(heard.cards)} cards"
    for item_id, reason in heard.reasons.items():
        if reason.state not in wanted.states:
            yield f"{item_id} is {reason.state}"
        there = {each.id for each in reason.evidence}
        if wanted.cited and any(not claim.evidence_ids or set(claim.evidence_ids) - there for claim in reason.claims):
            yield f"{item_id} has a claim without its evidence"
        if wanted.languages and reason.text and language_of(reason.text) != wanted.languages:
            yield f"{item_id} is not in {wanted.languages}: {reason.text[:80]!r}"


def _plain(text: str) -> str:
    """Without differences of case and width, and with one kind of apostrophe and space."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def _in(word: str, text: str) -> bool:
    """Whether the text has the word; a number is not found within a longer one."""
    wanted, where = _plain(word), _plain(text)
    if re.fullmatch(r"\d+(?:[.,]\d+)?", wanted):
        return bool(re.search(rf"(?<![\d.,]){re.escape(wanted)}(?!\d|[.,]\d)", where))
    return wanted in where


def _has(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words is a word of the text."""
    return any(re.search(rf"\b{re.escape(_plain(word))}\b", _plain(text)) for word in words)

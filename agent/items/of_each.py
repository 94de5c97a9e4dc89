"""One question put to several items: which of those is easiest to clean, do any of them have a hood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agent.items.asking import EMPTY
from agent.items.comparison_text import names
from agent.items.product_question import ItemAnswer
from agent.texts import Texts
from agent.words.denial import spelled_out
from retrieval.catalogue import Item
from retrieval.evidence import numbered
from retrieval.words import stems

_SETS_APART = re.compile(
    r"^.*?\b(?:which|what)(?:['’]s)?\b(?:\s+(?:one|ones))?"
    r"(?:\s+of\s+(?:(?:these|those|them|the)\b)?(?:\s+(?:two|three|four|ones))?)?"
    r"(?:\s+(?:is|are|has|have|would|will|can|could|does|do|be|you)\b)*\s*(?:the\s+)?",
    re.IGNORECASE,
)
"""What comes before that by which items are set apart: 'which of the two would be the'."""
_ANY = re.compile(
    r"\b(?:any|some|all|each|either|both|neither|none|every)(?:\s+one)?(?:\s+of\s+(?:these|those|them|the \w+))?\b"
    r"|\b(?:one|ones)\s+of\s+(?:these|those|them)\b|\b(?:these|those|them|they)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"^(?:most|more|best|better)\s+|^(?P<base>\w{3,}?)(?:(?P<y>i)(?:er|est)|est)\b", re.IGNORECASE
)
_DOUBLED = re.compile(r"(?P<letter>[bdgmnprt])(?P=letter)$")
_COMPARING = stems(
    "best better good worse worst difference differ different differs compare compared comparison versus vs choose "
    "pick recommend should would prefer both either neither first second third fourth last two three four other "
    "others these those them they which more most less least one ones suits suit right pros cons against between value"
)
"""Stems that set items against each other and do not say by what."""


def apart_by(message: str, items: Sequence[Item]) -> str:
    """What a message asks of each of the items: 'which is easiest to clean' asks whether it is 'easy to clean'.

    Returns:
        "" if it only sets them against each other.
    """
    rest = _ANY.sub("it", _SETS_APART.sub("", message.strip(" ?？.!"), count=1)).strip()
    match = _SUPERLATIVE.match(rest)
    if match and match["base"]:
        base = f"{match['base']}y" if match["y"] else _DOUBLED.sub(r"\g<letter>", match["base"])
        rest = base + rest[match.end() :]
    elif match:
        rest = rest[match.end() :]
    named = " ".join(f"{item.title} {item.kind} {item.brand or ''}" for item in items)
    return rest if stems(spelled_out(rest)) - _COMPARING - EMPTY - stems(named) else ""


def of_each(items: Sequence[Item], answer: Callable[[Item], ItemAnswer], language: str = "en") -> ItemAnswer | None:
    """What the shop's data says of each item to a question; items of which it says nothing are named.

    Args:
        answer: answers the question for one item.
        language: of the words around the answers.
    Returns:
        None if the data says nothing of any of them.
    """
    texts = Texts.of(language)
    answers = dict(zip(names(items, texts), map(answer, items), strict=True))
    said = {name: each for name, each in answers.items() if not each.abstained}
    if not said:
        return None
    parts = [texts.say("compare.said", name=name[:1].upper() + name[1:], text=each.text) for name, each in said.items()]
    if silent := [name for name in answers if name not in said]:
        parts.append(texts.say("compare.silent", names=texts.listed(silent, last="or")))
    evidence = numbered((e.kind, e.text, e.source) for each in said.values() for e in each.evidence)
    return ItemAnswer(texts.say("between_sentences").join(parts), evidence)

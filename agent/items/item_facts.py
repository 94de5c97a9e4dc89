"""All that a shop says of one item, sentence by sentence: what a question about it may be answered from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from retrieval.catalogue import Item
from retrieval.facts import fact
from retrieval.snippets import item_snippets, sentences

FactKind: TypeAlias = Literal["attribute", "description", "document", "review"]

_HEADING = re.compile(r"^\s*#+\s*(?P<text>.+?)\s*$")
_MARKS = re.compile(r"[*_`]{1,3}")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|half|one|single|hours?|days?|weeks?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement. ``name`` is that of an attribute, ``title`` that of a document, ``stars`` those of a review."""

    kind: FactKind
    text: str
    source: str
    name: str = ""
    title: str = ""
    stars: float | None = None

    @property
    def measured(self) -> bool:
        """Whether it has a quantity, as what answers "how long" must."""
        return _NUMBER.search(self.text) is not None


def facts_of(item: Item) -> Iterator[Fact]:
    """Attributes, price and stock, then the sentences of the description, of documents and of reviews."""
    data = f"product data of {item.title}"
    yield Fact("attribute", f"price: {item.price_text}", data, name="price")
    if item.stock is not None:
        stock = f"{item.stock} in stock" if item.stock > 0 else "out of stock"
        yield Fact("attribute", f"stock: {stock}", data, name="stock")
    for attribute in item.attributes:
        if attribute.name != "type":
            yield Fact("attribute", fact(attribute), data, name=attribute.name)
    for sentence in sentences(item.description):
        yield Fact("description", sentence, f"description of {item.title}")
    for document in item.documents:
        source = f"{document.title}, {item.title}"
        for line in _lines(document.text):
            yield Fact("document", line, source, title=document.title)
    for snippet in item_snippets(item):
        if snippet.kind == "review":
            for sentence in sentences(snippet.text):
                yield Fact("review", sentence, snippet.source, stars=snippet.rating)


def _lines(text: str) -> Iterator[str]:
    """The sentences of a document that may be marked up; an entry of a list is one, a heading is none."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*•#]|\d+[.)]\s|\*\*))|  \n", text):
        if not paragraph.strip() or _HEADING.match(paragraph):
            continue
        plain = " ".join(_MARKS.sub("", _BULLET.sub("", paragraph)).split())
        yield from sentences(plain)

"""Where a claim takes up the shopper's question ("you asked for something quiet: ...")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.words import stems

QUOTED = re.compile(r"“[^”]*”|(?<!\w)\"[^\"]*\"")
_CLAUSE_END = re.compile(r"[,;:](?=\s)")
_REQUEST = re.compile(
    r"\byou(?:['’]re| are| were| have| had|['’]ve|['’]d| also| just| told us(?: that)? you)*\s+"
    r"(?:ask(?:ed|ing)?\b|(?:look|search)(?:ing|ed)? for\b|after\b|want(?:ed)?\b|need(?:ed)?\b|hop(?:ed|ing) for\b|"
    r"wish(?:ed)? for\b|(?:have |had )?in mind\b|mention(?:ed)?\b|named\b|set\b|gave as\b)"
    r"|\byour (?:budget|limit|wish|question|request|[€$£]?\d)"
    r"|^\s*(?:so |and |but )?(?:for|as (?:a|the) (?:gift|present|birthday present|surprise) for) your\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:\b(?:keeps?|stays?|comes?|falls?|is|and|so)\s+)?"
    r"\b(?:within|under|below|beneath|inside|less than|not (?:go )?(?:above|over)|no more than|at most)\b"
    r"(?=[^,;:\d]*(?P<amount>\d[\d.,]*))",
    re.IGNORECASE,
)

PEOPLE = stems(
    "mother mum mom father dad parents grandmother grandma grandfather grandpa sister brother daughter son child "
    "children kids aunt uncle niece nephew cousin wife husband partner girlfriend boyfriend friend colleague boss "
    "teacher neighbour flatmate family somebody someone"
)
"""Whom something may be for."""


@dataclass(frozen=True, slots=True)
class Parts:
    """``asked`` are the clauses that take up the question; ``rest`` is the claim without them."""

    asked: tuple[str, ...]
    rest: str


def parts(text: str, cited: str, need: str) -> Parts:
    """The claim in its two parts. Words that stand so in the cited evidence are the evidence's, whatever they say.

    A limit whose amount the need names ("under 15 euros") takes up the question without a "you", too.
    """
    asked: list[str] = []
    rest: list[str] = []
    for clause in _clauses(text):
        bare = QUOTED.sub(lambda match: " " * len(match[0]), clause)
        limit = _LIMIT.search(bare)
        amount = limit["amount"].rstrip(".,") if limit else ""
        named = bool(amount) and amount in need and amount not in cited
        if not (_REQUEST.search(bare) or named) or clause.strip(" ,;:.") in cited:
            rest.append(clause)
            continue
        start = limit.start() if limit else 0
        rest.append(clause[:start] or " ")
        asked.append(clause[start:].strip(" ,;:"))
    return Parts(tuple(asked), " ".join("".join(rest).split()))


def states_limit(clause: str) -> bool:
    """Whether a request clause says that something lies within a limit: "within the 50 EUR you named"."""
    return _LIMIT.search(clause) is not None


def _clauses(text: str) -> Iterator[str]:
    """The text cut after commas, semicolons and colons that stand in no quotation."""
    quoted = [match.span() for match in QUOTED.finditer(text)]
    start = 0
    for match in _CLAUSE_END.finditer(text):
        if not any(low < match.start() < high for low, high in quoted):
            yield text[start : match.end()]
            start = match.end()
    yield text[start:]

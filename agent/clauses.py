"""How close a claim keeps to the evidence: quotations as they stand, and a customer's words within their clauses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.snippets import sentences

Stems = frozenset[str]

_QUOTED = re.compile(
    r"“(?P<curly>[^”]+)(?:”|$)|(?<!\w)\"(?P<straight>.+?)(?:\"(?!\w)|$)"
    r"|‘(?P<single>.+?)’(?!\w)|(?<!\w)'(?P<plain>[^']+)'(?!\w)"
)
_DOUBLE_MARKS = str.maketrans("“”„«»", '"' * 5)
_SINGLE_MARKS = str.maketrans("‘’‚", "'" * 3)
_CLAUSE_END = re.compile(r"[,;](?=\s)|\bbut\b", re.I)
_IN_ITS_CLAUSE = {
    "too": re.compile(r"\btoo\s+(?!and\b|but\b|so\b)\w", re.I),
    "old one": re.compile(r"\bold ones?\b", re.I),
}
"""What bears on its own clause: 'too heavy' (but not 'comfortable too'), 'my old one leaked'."""
_IN_ITS_SENTENCE = {
    "wish": re.compile(r"\bwish(?:e[sd])?\b(?! (?:i|we)(?:['’]d| had) (?:bought|found|got))", re.I),
    "if": re.compile(r"\bif\b", re.I),
    "unless": re.compile(r"\bunless\b", re.I),
    "until": re.compile(r"\b(?:un)?til\b", re.I),
    "used to": re.compile(r"(?<!am )(?<!are )(?<!get )(?<!got )(?<!['’]m )\bused to\b", re.I),
    "wanted": re.compile(r"(?<!what i )(?<!all i )(?<!thing i )\bwanted\b", re.I),
    "hoped": re.compile(r"(?<!what i )(?<!all i )(?<!thing i )\bhoped\b", re.I),
}
"""What makes a customer's whole sentence say less than its words do."""


@dataclass(frozen=True, slots=True)
class _Window:
    """One clause or two neighbouring ones of a sentence, with the hedges that bear on them."""

    stems: Stems
    hedges: Stems


def invented_quotation(claim: str, evidence: Sequence[str]) -> str:
    """The first quotation in the claim that stands in no text of the evidence, or "".

    Case, white space, the form of quotation marks and a full stop or comma at the end do not matter. A quotation
    that is not closed goes on to the end.
    """
    there = [_plain(text) for text in evidence]
    for match in _QUOTED.finditer(claim):
        quoted = next(part for part in match.groups() if part is not None)
        plain = re.escape(_plain(quoted).rstrip(".,").rstrip())
        if not any(re.search(rf"(?<!\w){plain}(?!\w)", text) for text in there):
            return quoted
    return ""


def torn_from(claim: str, reviews: Sequence[str], content: Callable[[str], Stems]) -> str:
    """What is wrong with how the claim puts a customer's words together, or "".

    The words of each of its clauses must stand in one clause of a review, or in two neighbouring ones of a sentence,
    without a hedge ('I wish', 'too') that the claim leaves out.

    Args:
        reviews: the cited reviews.
        content: the stems of a text that must stand in the reviews.
    """
    kept = frozenset(_hedges(claim))
    windows = [list(_windows(review, content)) for review in reviews]
    unhedged = [[window for window in each if window.hedges <= kept] for each in windows]
    for clause in (part for sentence in sentences(claim) for part in _CLAUSE_END.split(sentence)):
        said = content(clause)
        if _covered(said, unhedged):
            continue
        if not _covered(said, windows):
            return "the review cited does not say this in one place"
        hedges = {hedge for each in windows for w in each if w.stems & said for hedge in w.hedges - kept}
        return f"the review cited says it only with “{', '.join(sorted(hedges))}”"
    return ""


def _covered(said: Stems, reviews: Sequence[Sequence[_Window]]) -> bool:
    """Whether one window of each review, at most, holds all these stems."""
    if not said:
        return True
    if not reviews:
        return False
    first, *others = reviews
    fitting = {w.stems & said for w in first} - {frozenset()}
    return _covered(said, others) or any(_covered(said - stems, others) for stems in fitting)


def _windows(review: str, content: Callable[[str], Stems]) -> Iterator[_Window]:
    for sentence in sentences(review):
        whole = frozenset(name for name, hedge in _IN_ITS_SENTENCE.items() if hedge.search(sentence))
        clauses = [part for part in _CLAUSE_END.split(sentence) if part.strip()]
        for i, clause in enumerate(clauses):
            for text in (clause, f"{clause}, {clauses[i + 1]}") if i + 1 < len(clauses) else (clause,):
                near = frozenset(name for name, hedge in _IN_ITS_CLAUSE.items() if hedge.search(text))
                yield _Window(content(text), whole | near)


def _hedges(text: str) -> Iterator[str]:
    for name, hedge in (_IN_ITS_SENTENCE | _IN_ITS_CLAUSE).items():
        if hedge.search(text):
            yield name


def _plain(text: str) -> str:
    return " ".join(text.translate(_DOUBLE_MARKS).translate(_SINGLE_MARKS).casefold().split())

"""How close a claim keeps to the evidence: quotations as they stand, and a customer's words within their clauses."""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agent.words.thesaurus import Thesaurus
from retrieval.snippets import sentences

Stems = frozenset[str]

_QUOTED = re.compile(
    r"“(?P<curly>[^”]+)(?:”|$)|(?<!\w)\"(?P<straight>.+?)(?:\"(?!\w)|$)"
    r"|‘(?P<single>.+?)’(?!\w)|(?<!\w)'(?P<plain>[^']+)'(?!\w)"
)
_DOUBLE_MARKS = str.maketrans("“”„«»", '"' * 5)
_SINGLE_MARKS = str.maketrans("‘’‚", "'" * 3)
_CLAUSE_END = re.compile(r"[,;](?=\s)|\bbut\b", re.I)
_ANAPHORA = re.compile(r"^\W*(?:(?:and|but|so|then|now|yet)\s+)?(?:he|she|it|they|this|that|these|those)\b", re.I)
"""How a sentence begins that goes on about what the one before it named."""
_RELATIVE = re.compile(r",\s*(?:who|which|whose|where)\b[^,;.!?]*", re.I)
"""What is said of the last word only: a hedge in it bears on nothing else."""
_FIRST_PERSON = re.compile(r"\b(?:i|my|mine|me|we|our|ours|us)\b", re.I)
_OF_A_CUSTOMER = re.compile(
    r"^\W*(?:an?|one|another|some\w*)\b"
    r"|\bone \w+ (?!says?\b|said\b|finds?\b|found\b|writes?\b|wrote\b|warns?\b|points?\b|notes?\b|reports?\b|adds?\b)",
    re.I,
)
"""How a claim begins that tells what a customer did: 'A nurse on early shifts finally sees the holes'."""
_IN_ITS_CLAUSE = {
    "too": re.compile(r"\btoo\s+(?!and\b|but\b|so\b)\w", re.I),
    "old one": re.compile(r"\bold ones?\b", re.I),
}
"""What bears on its own clause: 'too heavy' (but not 'comfortable too'), 'my old one leaked'."""
_IN_ITS_SENTENCE = {
    "wish": re.compile(r"\bwish(?:e[sd])?\b(?! (?:i|we)(?:['’]d| had) (?:bought|found|got))", re.I),
    "if": re.compile(
        r"(?<!as )(?<!ask )(?<!asks )(?<!asked )(?<!asking )(?<!see )(?<!wonder )(?<!even )\bif\b"
        r"(?! (?:i must|any|ever))",
        re.I,
    ),
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
    personal: bool = False

    def __or__(self, other: _Window) -> _Window:
        return _Window(self.stems | other.stems, self.hedges | other.hedges, self.personal or other.personal)


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
    without a hedge ('I wish', 'too') that the claim leaves out. What a claim tells of a customer may also join what
    they say of themselves with what they say elsewhere.

    Args:
        reviews: the cited reviews.
        content: the stems of a text that must stand in the reviews.
    """
    kept = frozenset(_hedges(claim))
    framing = Thesaurus.read().framing
    windows = [list(_windows(review, content)) for review in reviews]
    if _OF_A_CUSTOMER.match(claim):
        windows = [[*each, *_about_customer(each)] for each in windows]
    unhedged = [[window for window in each if window.hedges <= kept] for each in windows]
    for clause in (part for sentence in sentences(claim) for part in _CLAUSE_END.split(sentence)):
        said = content(clause) - framing
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
    before: _Window | None = None
    for sentence in sentences(review):
        found = list(_windows_of_sentence(sentence, content))
        yield from found
        if before is not None and _ANAPHORA.match(sentence):
            yield from [before | window for window in found]
        before = functools.reduce(operator.or_, found) if found else before


def _windows_of_sentence(sentence: str, content: Callable[[str], Stems]) -> Iterator[_Window]:
    main = _RELATIVE.sub(" ", sentence)
    whole = frozenset(name for name, hedge in _IN_ITS_SENTENCE.items() if hedge.search(main))
    # What is put in between and says nothing ("outdoors, though, it hums") keeps no two clauses apart.
    clauses = [part for part in _CLAUSE_END.split(sentence) if part.strip() and content(part)]
    for i, clause in enumerate(clauses):
        for text in (clause, f"{clause}, {clauses[i + 1]}") if i + 1 < len(clauses) else (clause,):
            near = (
                frozenset(_hedges(text))
                if _RELATIVE.search(f", {text}")
                else frozenset(name for name, hedge in _IN_ITS_CLAUSE.items() if hedge.search(text))
            )
            yield _Window(content(text), whole | near, _FIRST_PERSON.search(text) is not None)


def _about_customer(windows: Sequence[_Window]) -> Iterator[_Window]:
    for one, other in itertools.combinations(windows, 2):
        if one.personal or other.personal:
            yield one | other


def _hedges(text: str) -> Iterator[str]:
    for name, hedge in (_IN_ITS_SENTENCE | _IN_ITS_CLAUSE).items():
        if hedge.search(text):
            yield name


def _plain(text: str) -> str:
    return " ".join(text.translate(_DOUBLE_MARKS).translate(_SINGLE_MARKS).casefold().split())

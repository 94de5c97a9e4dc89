"""What a text denies: the words in the reach of its negations."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.words import stems

_CUE = re.compile(
    r"\b(?:not(?! (?:only|just)\b)|no|never|none|nothing|without|cannot|hardly|barely|rarely|seldom|neither|nor|lacks?|"
    r"anything but|far from|(?:fail|refuse)(?:s|d|ed)? to|unable to|impossible to|instead of|rather than|no longer|"
    r"struggle(?:s|d)? to|stop(?:s|ped)?(?= \w+ing\b)|(?:gave|given|give) up(?= \w+ing\b)|free (?:of|from))\b",
    re.I,
)
_CLAUSE_END = re.compile(r"[.,;:!?()“”\n]|\b(?:and|but|though|although|because|so|yet|while|which)\b", re.I)
_ADJUNCT = frozenset("in on at under with from during after before near by next beside inside between".split())  # noqa: SIM905
"""What begins a place or a time, which is not denied itself: 'no room in the cupboard'."""
_EMPTY = stems(
    "somebody someone anybody anyone something anything people ever one ones thing things "
    "put puts use uses used go goes get gets take takes keep keeps come comes"
)
"""Words that a negation stands before but that are not what is denied: 'cannot be put in the dishwasher'."""
_NOT_WITHOUT = re.compile(r"\b(?:not|never|nor) without\b", re.I)
_WITHOUT = re.compile(r"([\w-]+)-free\b", re.I)
_STATED_AS_NO = re.compile(r"^\s*([\w -]+): (?:no|none)\b.*$", re.I | re.M)
_SHORT_FORMS = ((re.compile(r"\bcan['’]t\b", re.I), "can not"), (re.compile(r"n['’]t\b", re.I), " not"))
_REACH = 6
"""Content words after a negation, within its clause, that it may deny."""

CUE_WORDS = stems("not no never none nothing without cannot rarely seldom neither nor lack lacks")


def spelled_out(text: str) -> str:
    """The text with 'doesn't' as 'does not', and without the ends of 'it's' and 'you've'."""
    for short, full in _SHORT_FORMS:
        text = short.sub(full, text)
    return re.sub(r"(?<=\w)['’](?:s|re|ve|ll|d|m)\b", "", text)


@lru_cache(maxsize=1024)
def denied(text: str) -> tuple[frozenset[str], ...]:
    """For each negation in the text, the stems of the words that it may deny.

    That is what follows in its clause, or what stands before where nothing follows ('weighs nothing').
    An attribute that is stated as ``waterproof: no`` denies its name, and ``fragrance-free`` denies fragrance.
    """
    text = _NOT_WITHOUT.sub("with", spelled_out(text))
    found = [stems(match[1]) for match in _STATED_AS_NO.finditer(text)]
    text = _STATED_AS_NO.sub(" ", text)
    found += [stems(match[1]) for match in _WITHOUT.finditer(text)]
    for cue in _CUE.finditer(text):
        after = _reached(_CLAUSE_END.split(text[cue.end() :], maxsplit=1)[0])
        before = _content(_CLAUSE_END.split(text[: cue.start()])[-1])
        found.append(stems(" ".join(after[:_REACH] or before[-_REACH:])) - _EMPTY)
    return tuple(found)


def negated_from(text: str) -> bool:
    """Whether a negation in the last clause of a text may deny what comes after the text."""
    return _CUE.search(_CLAUSE_END.split(text)[-1]) is not None


def _reached(clause: str) -> list[str]:
    """The content words up to where a place or a time begins; all of them, if the clause begins with it."""
    found: list[str] = []
    for word in clause.split():
        if found and word.casefold() in _ADJUNCT:
            break
        if stems(word) - _EMPTY:
            found.append(word)
    return found


def _content(clause: str) -> list[str]:
    return [word for word in clause.split() if stems(word)]


def contradicts(claim: str, evidence: str) -> bool:
    """Whether the claim denies what the evidence does not deny, or says what it does deny."""
    by_claim, by_evidence = denied(claim), denied(evidence)
    if any(mine and not any(mine & theirs for theirs in by_evidence) for mine in by_claim):
        return True
    said, said_not = stems(spelled_out(claim)), frozenset[str]().union(*by_claim)
    return any(theirs & said and not theirs & said_not for theirs in by_evidence)

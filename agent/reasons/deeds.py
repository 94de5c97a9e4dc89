"""What a claim says of the shopper: deeds that the history bears out, and no guess about who they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.reasons.wording import unsaid
from agent.words.measures import measures_in, same
from retrieval.evidence import Evidence
from retrieval.words import stems

_DEED = re.compile(
    r"\byou(?:['’]ve| have| had| also| already| once| recently)*\s+(?:bought|purchased|ordered|own(?:ed)?|looked at|"
    r"viewed|rated|gave|put|added|shared|said|wrote|commented|found|liked?|enjoyed|loved|praised|described|called|chose|"
    r"picked|tried|used|noted)\b",
    re.IGNORECASE,
)
"""What the shopper did: only the history can say so."""
_LIKED = re.compile(
    r"\byou(?:['’]ve| have| had| also| really)*\s+(liked?|enjoyed|loved|praised|rated\b[^,;:]*\bhighly)\b",
    re.IGNORECASE,
)
_STARS = re.compile(r"\b([\d.]+) of 5 stars\b|\bthumb (up|down)\b")
_GOOD = 4.0
CLAUSE_END = re.compile(r"[,;:](?=\s)|\s(?:and|so|but|while)\s(?=(?:this|it|its|here|the)\b)")
"""Where a claim turns from the shopper to the item."""
_YOU = re.compile(r"\byou(?:r|rs|['’]re|['’]ve)?\b|^\s*as an? ", re.IGNORECASE)
_PERSONAL = stems(
    "mother mum mom father dad parent grandmother grandfather grandparent son daughter child children kids kid "
    "baby toddler family wife husband partner sister brother aunt uncle niece nephew girlfriend boyfriend "
    "pregnant pregnancy woman man lady gentleman girl boy male female old young elderly senior teenager student "
    "retired retirement age aged eczema asthma allergy allergies allergic diabetes arthritis back knee knees "
    "migraine skin health disease pain sensitive illness condition disability income salary rich poor beginner "
    "expert professional religion "
)
"""What nobody guesses about a shopper: age, sex, health, family, means, skill."""


def without_liking(text: str) -> str:
    """The text without "you liked" and the like, which stars bear out and no word of the evidence."""
    return _LIKED.sub(" ", text)


def wrong_of_shopper(text: str, cited: Sequence[Evidence], need: str) -> str:
    """What is wrong with what a claim says of the shopper, or "".

    Args:
        need: the shopper's question; what they say of themselves is known.
    """
    history = [each.text for each in cited if each.kind == "history"]
    # What a customer says of themselves is not said of "you".
    told = [each.text for each in cited if each.kind != "review"]
    known = stems(" ".join([*told, need]))
    clauses = CLAUSE_END.split(text)
    for clause in clauses:
        guessed = stems(clause) & _PERSONAL - known if _YOU.search(clause) else frozenset[str]()
        if guessed:
            return f"nothing is known of the shopper's: {', '.join(sorted(guessed))}"
    if _DEED.search(text) and not history:
        return "the sentence tells what the shopper did, but cites no history"
    if _LIKED.search(text) and not any(_rated_well(each) for each in history):
        return "the history cited does not say that the shopper liked it"
    deeds = [clause for clause in clauses if _DEED.search(clause)]
    return next(filter(None, (_deed(clause, "\n".join(history)) for clause in deeds)), "")


def _deed(clause: str, history: str) -> str:
    """What is wrong with a clause about what the shopper did: all of it must stand in the history."""
    clause = without_liking(clause)
    known = list(measures_in(history))
    for measure in measures_in(clause):
        if not any(same(measure, other) for other in known):
            return f"the history cited does not say {measure.raw}"
    missing = unsaid(clause, history)
    return f"the history cited does not say: {', '.join(sorted(missing))}" if missing else ""


def _rated_well(history: str) -> bool:
    match = _STARS.search(history)
    return match is not None and (match[2] == "up" or (match[1] is not None and float(match[1]) >= _GOOD))

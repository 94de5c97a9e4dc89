"""What reviewers find fault with: the one drawback of an item that most of them name, counted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from retrieval.snippets import Snippet, sentences
from retrieval.words import stems

_FAULT = re.compile(
    r"\b(?:wish(?:ed)?|could be|would have (?:liked|preferred)|complaint|gripe|drawback|downside|sadly|alas|"
    r"unfortunately|annoy\w*|awkward|disappoint\w*|not enough|broke\w*|leak\w*|ripp?ed|tore|crack\w*|snapp\w*|"
    r"too (?:short|long|small|big|large|tight|loose|thin|thick|heavy|loud|weak|dim|bright|stiff|soft|narrow|wide|slow|"
    r"shallow|deep|hot|cold|warm|sweet|salty|expensive|low|high|hard|mild|dark)|flims\w*|fidd\w*|wobbl\w*|squeak\w*|"
    r"poor\w*|useless|hopeless|would not recommend|not worth|waste\w*|refuses?|fail\w*|stopped working|came loose|"
    r"fell (?:off|apart)|jam(?:s|med)|slips?|slipped|scratch\w*|itch\w*|stings?|rattl\w*|worse|faded|peel\w*|"
    r"stain\w*)\b",
    re.IGNORECASE,
)
_NO_FAULT = re.compile(
    r"\b(?:no|not|never|nothing|without|hardly|isn['’]t|wasn['’]t|doesn['’]t|didn['’]t|don['’]t|cannot|can['’]t|nor|"
    r"neither)\b(?:\W+\w+){0,4}?\W+(?:complaint|too|annoy|leak|crack|squeak|rattl|slip|sting|itch|scratch|wobbl|fail|"
    r"stain|peel|fidd|disappoint|wish|broke|waste)",
    re.IGNORECASE,
)
_PAST_ITEM = re.compile(
    r"\b(?:my|the|our) (?:old|last|previous|other|former)\b|\b(?:others|another one) I\b", re.IGNORECASE
)
_NAMED = re.compile(
    r"\b(?:the|its|this|these|both)\s+([a-z][a-z-]{2,})(?=\s*(?:[,.;:!?]|$)|\s+(?:is|are|was|were|has|have|had|does|do|"
    r"did|can|could|will|would|came|comes?|gets?|got|goes|went|of|on|in|at|to|for|with|and|but|after|within|while|when|"
    r"that|which|from|by|under|as|so|too|not|keeps?|feels?|looks?|broke|snapped|leaks?|slips?|rattles?|jammed|tore|"
    r"cracked)\b)",
    re.IGNORECASE,
)
"""A noun after "the": what follows it is no further noun, as in "the blade cover"."""
_NO_TOPIC = frozenset(
    "first second third last next other same whole only best worst middle end day days week weeks month months "  # noqa: SIM905
    "year years night morning evening time times price money way moment rest most bit lot thing one ones product "
    "item two".split()
)
_REGRET = re.compile(
    r"\b(?:wish(?:ed)?|could be|would have (?:liked|preferred)|complaint|gripe|drawback|downside|sadly|alas|"
    r"unfortunately|annoy\w*|disappoint\w*)\b",
    re.IGNORECASE,
)
_DELIGHTED = 5.0
_BLUNT = 4
"""Words of a sentence so short that it can only be about the item: "Poor quality."."""
_LONGEST_QUOTE = 30


@dataclass(frozen=True, slots=True)
class Complaint:
    """One reviewer's sentence that finds fault."""

    review: Snippet
    sentence: str


@dataclass(frozen=True, slots=True)
class Drawback:
    """What ``len(complaints)`` of ``reviewers`` find fault with.

    ``topic`` is their common word for it, as they write it; None where one reviewer alone complains. The first
    complaint is the one to quote. No reviewer has two.
    """

    topic: str | None
    complaints: tuple[Complaint, ...]
    reviewers: int


def find_drawback(reviews: Sequence[Snippet]) -> Drawback | None:
    """The drawback that most reviewers name, or None if none of them finds fault.

    Two complaints are about the same thing only if both name it with the same noun ("the strap"); of topics named
    by equally many, the one whose reviewers gave the fewest stars is taken.
    """
    found = [Complaint(review, sentence) for review in reviews for sentence in _complaints(review)]
    if not found:
        return None
    by_topic: dict[str, dict[str, Complaint]] = defaultdict(dict)
    words: dict[str, str] = {}
    for complaint in found:
        for word in _topics(complaint.sentence):
            for stem in stems(word):
                by_topic[stem].setdefault(complaint.review.snippet_id, complaint)
                words.setdefault(stem, word)
    shared = [stem for stem, complaints in by_topic.items() if len(complaints) > 1]
    if shared:
        topic = max(shared, key=lambda stem: (len(by_topic[stem]), -_stars(by_topic[stem].values()), words[stem]))
        complaints = sorted(by_topic[topic].values(), key=_quotability)
        return Drawback(words[topic], tuple(complaints), len(reviews))
    return Drawback(None, (min(found, key=_quotability),), len(reviews))


def finds_fault(sentence: str) -> bool:
    """Whether a sentence complains of the item: it says so, denies nothing of it and is not about an older one."""
    return bool(_FAULT.search(sentence)) and not _NO_FAULT.search(sentence) and not _PAST_ITEM.search(sentence)


def _complaints(review: Snippet) -> Iterator[str]:
    """The sentences that find fault. Beside five stars, words like "poor" are mostly about something else."""
    delighted = review.rating == _DELIGHTED
    for sentence in sentences(review.text):
        length = len(sentence.split())
        if length > _LONGEST_QUOTE or not finds_fault(sentence):
            continue
        if not delighted or length <= _BLUNT or _REGRET.search(sentence):
            yield sentence


def _topics(sentence: str) -> Iterator[str]:
    for match in _NAMED.finditer(sentence):
        if match[1].casefold() not in _NO_TOPIC:
            yield match[1].casefold()


def _stars(complaints: Collection[Complaint]) -> float:
    return sum(c.review.rating or 0.0 for c in complaints) / len(complaints)


def _quotability(complaint: Complaint) -> tuple[float, int]:
    """The unhappiest reviewer first, then the shortest sentence that still says what is wrong."""
    return complaint.review.rating or 0.0, len(complaint.sentence)

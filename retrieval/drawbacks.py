"""What reviewers find fault with: the one drawback of an item that most of them name, counted.

Words decide what is a complaint; stars only say how much must be said for it. English alone is read, and what is
left open is taken for no complaint.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.snippets import Snippet, sentences
from retrieval.words import stems

LOW_STARS = 2.0
"""A review of so many stars or fewer counts as unfavourable whatever it names."""
_MIXED = 3.0
_DELIGHTED = 5.0
_BLUNT = 4
"""Words of a sentence so short that it can only be about the item: "Poor quality."."""
_TERSE, _TERSE_IF_PLAIN, _PREFERRED_QUOTE, _LONGEST_QUOTE = 9, 5, 24, 30
"""In words. A terse sentence ("Sent back.") seldom says what is wrong; where a longer one does, that is quoted."""


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


_WISH = (
    r"wish(?:ed)?(?! (?:list|(?:i|we)(?:['’]d| had)|you (?:all|well)))",
    r"could be (?:better|more|less|a (?:bit|little|touch)|\w+er)",
    r"(?:i|we)(?:['’]d| would) have (?:liked|preferred)",
    r"my (?:only |one )*(?:complaint|gripe|quibble)",
    r"drawback|downside",
)
"""What even the delighted say of the item itself."""
_REGRET = (
    r"sadly|alas|unfortunately|annoy(?:s|ed|ing|ingly)|awkward|complaints?|gripe|disappoint(?:s|ed|ing|ment)",
    r"too (?:short|long|small|big|large|tight|loose|thin|thick|heavy|top-heavy|loud|quiet|weak|dim|bright|stiff|soft"
    r"|narrow|wide|slow|shallow|deep|hot|cold|warm|sweet|salty|expensive|low|high|hard|mild|dark|blunt|strong)",
    r"(?:flimsy|fiddly|wobbly|useless|hopeless|shoddy|unusable|of no use|no use|worse than)",
    r"poor (?:quality|value|fit|finish|sound|design|build|service|packaging|instructions|battery)",
    r"(?:is|was|are|were|very|really|so|fits?|works?) poor(?:ly)?|poorly made",
    r"(?:would|do|can(?:not|['’]t)|could)(?: not|n['’]t)? not recommend|(?:wouldn|don|can)['’]t recommend",
    r"not (?:worth|bright|strong|big|long|loud|warm) enough|not worth|waste of|wasted|let (?:me|us) down",
)
_MISHAP = (
    r"broke|broken|broke (?:off|down)|leaks|leaked|leaky|leaking|ripped|tore|torn|cracked|snapped|splintered",
    r"refuses? to|fails|failed|stopped (?:working|charging)|dropped out|wore through|worn through",
    r"(?:came|come|comes) (?:loose|off|apart)|fell (?:off|apart)|gave (?:out|up)|went (?:limp|floppy)",
    r"jams (?:the|on|up|when)|jammed|slips (?:off|out|open|down|on|round)|scratches|every scratch",
    r"itch(?:es|ed)|stings?|rattles|wobbles|squeaks|creaks|flickers|faded|peels|peeling|stains?|stained",
)
"""What may have happened to something else than the item: beside praise it is no complaint."""
_SAYS_SO, _WISHES, _HAPPENED = _any(*_WISH, *_REGRET), _any(*_WISH), _any(*_MISHAP)
_NOT = r"(?:no|not|never|nothing|nobody|none|without|hardly|barely|cannot|nor|neither|stops?|avoids?|\w+n['’]t)"
_DENIED = re.compile(
    rf"\b{_NOT}\b(?:[^\w,;:]+\w+){{0,4}}?[^\w,;:]+(?:complain|too|annoy|leak|crack|squeak|creak|rattl|slip|sting|itch"
    r"|scratch|wobbl|fail|stain|peel|fidd|disappoint|wish|broke|jam|rip|tor|fell|snap|worse|poor|flimsy|awkward|drawback"
    r"|downside|useless|regret)"
    r"|\b(?:removes?|out) \w* ?stains?\b|\bstain remov|\bless\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:my|the|our|his|her) (?:old|last|previous|other|former)\b|\bothers?\b|\bother \w+s\b|\banother one i\b"
    r"|\bunlike\b|\bcompared\b|\b(?:worried|afraid|feared|expected|nervous|concerned|thought (?:it|they|this))\b"
    r"|\bif (?:it|they|this|one|you)\b|\bpoor (?:eye|hearing|circulation|sleep)|\b(?:i|we)['’]d seen\b",
    re.IGNORECASE,
)
"""An older or another item, a fear, a condition, the reviewer's own body."""
_PRAISE = _any(
    r"good|great|nice|nicely|lovely|loves?|loved|excellent|superb|brilliant|brilliantly|wonderful|wonderfully",
    r"beautiful|beautifully|gorgeous|perfect|perfectly|comfortable|handy|pretty|sweet|fine|fun|best|well|happy|pleased",
    r"fantastic|marvellous|charming|delightful|handsome|easy|easily|sturdy|solid|strong|clear|light|quiet|quietest",
    r"rescued|saved|delighted|impressed|recommend|worth it|faultless|cheap|smart|cheerful|roomy|clever|superbly|safe",
    r"keeps?|survive[sd]?|like|likes|waterproof|as promised",
)
_GRANTS = _any(r"granted|i(?:['’]ll| will) (?:give|say)|i (?:grant|admit)|fair enough|no (?:doubt|question|argument)")
_TURNS = re.compile(r"(?:^|[,;] |\s)(?P<sharp>but|yet)\b|\b(?:though|however|sadly)\b", re.IGNORECASE)
_NEGATIVE = re.compile(
    rf"\b{_NOT}\b|\b(?:after|within) (?:only |just |about |barely )?(?:an?|one|two|three|four|five|six|seven|\d+|the)"
    r"(?: few)? (?:days?|weeks?|months?|fortnight|first)\b|\b(?:terrible|awful|dreadful|bad|rubbish|dangerous|avoid"
    r"|returned|sent back|dead|too)\b",
    re.IGNORECASE,
)
"""Enough for a complaint in a review of few stars."""

_VERB = (
    r"(?:is|are|was|were|isn['’]t|aren['’]t|wasn['’]t|has|have|had|does|did|can|could|will|would|too|came|comes|gets?|got|"
    r"keeps?|feels?|looks?|broke|snapped|leaks?|leaked|slips?|rattles?|jams|jammed|tore|ripped|cracked|split|wobbles?|"
    r"stopped|fell|fails|failed|faded|peels|stings?)\b"
)
_SUBJECT = re.compile(
    rf"(?:^|(?P<before>[\w'’-]+)\W+)(?:the|its|both) (?P<noun>[a-z][a-z-]{{2,}})(?=\W*$|[.!]|\s+{_VERB})"
    rf"|^(?P<bare>[a-z]{{3,}})(?=\s+{_VERB})|\bpoor (?P<poor>\w{{3,}})",
    re.IGNORECASE,
)
"""A noun that is fault-bearing: subject or object of the clause, and no part of a longer name ("the blade cover")."""
_CLAUSE_END = re.compile(
    r"[,;:]\s|\b(?:and|but|while|when|because|so|as|after|before|until|since|if|unless|although|though)\b",
    re.IGNORECASE,
)
_PREPOSITION = frozenset(
    "on in at to for with of from by after before under over through into onto near against during like than off round "  # noqa: SIM905
    "behind between inside outside without within around across up down".split()
)
_NO_TOPIC = frozenset(
    "first second third last next other others same whole only best worst middle end left right day days week weeks "  # noqa: SIM905
    "month months year years night morning evening time times money way moment rest most bit lot thing things one ones "
    "product item items two point fact problem problems issue issues trouble fault drawback downside complaint gripe "
    "review reviews weather rain wind dog dogs cat cats baby child children kid kids boy girl son daughter wife "
    "husband friend friends family mother father neighbour neighbours everything nothing something anything "
    "everyone nobody this that these those they she her his him you mine ours which what who there here also "
    "just still never but and yet far much very way not both all none some many few how why it its the quite "
    "really simply sadly alas now then once even soon later again too hand hands thumb thumbs finger fingers "
    "foot feet skin".split()
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What one reviewer finds fault with: a whole sentence, or the whole of an unfavourable review."""

    review: Snippet
    sentence: str


@dataclass(frozen=True, slots=True)
class Drawback:
    """What ``len(complaints)`` of ``reviewers`` have in common; no reviewer is counted twice.

    With a ``topic`` they find fault with that, in the word the first of them has for it. With ``low_stars`` they are
    all who gave so few. With neither it is one complaint, which says nothing of how many others there are. The
    first complaint is the one to quote.
    """

    topic: str | None
    complaints: tuple[Complaint, ...]
    reviewers: int
    low_stars: bool = False


def find_drawback(reviews: Sequence[Snippet]) -> Drawback | None:
    """The drawback that most reviewers name, or None if none of them finds fault.

    Complaints are about the same thing only if their clauses name it with the same noun ("the strap"). Where no two
    are, those who gave few stars are counted; where fewer than two did, the unhappiest complaint stands alone.

    Args:
        reviews: all of one item's, each of another reviewer.
    """
    found = [Complaint(review, sentence) for review in reviews for sentence in _complaints(review)]
    if not found:
        return None
    return (
        _shared(found, len(reviews))
        or _unfavourable(found, reviews)
        or Drawback(None, (min(found, key=_quotability),), len(reviews))
    )


def finds_fault(text: str) -> bool:
    """Whether a sentence says that something is wrong with the item, whatever the stars beside it."""
    said = _SAYS_SO.search(text) or _HAPPENED.search(text)
    return bool(said) and not _DENIED.search(text) and not _ELSEWHERE.search(text)


def is_low(stars: float | None) -> bool:
    """Whether a review with so many stars is unfavourable."""
    return stars is not None and stars <= LOW_STARS


def _shared(found: Iterable[Complaint], reviewers: int) -> Drawback | None:
    by_topic: dict[str, dict[str, Complaint]] = defaultdict(dict)
    words: dict[str, str] = {}
    for complaint in sorted(found, key=_quotability):
        for word in _topics(complaint.sentence) if finds_fault(complaint.sentence) else ():
            for stem in stems(word):
                by_topic[stem].setdefault(complaint.review.snippet_id, complaint)
                words.setdefault(stem, word)
    shared = {stem: tuple(each.values()) for stem, each in by_topic.items() if len(each) > 1}
    if not shared:
        return None
    topic = max(
        shared, key=lambda stem: (len(shared[stem]), -_mean_stars(shared[stem]), -len(shared[stem][0].sentence))
    )
    return Drawback(words[topic], shared[topic], reviewers)


def _unfavourable(found: Iterable[Complaint], reviews: Sequence[Snippet]) -> Drawback | None:
    """All who gave few stars, if there are two of them and one says in words why."""
    best: dict[str, Complaint] = {}
    for complaint in sorted(found, key=_quotability):
        if is_low(complaint.review.rating):
            best.setdefault(complaint.review.snippet_id, complaint)
    low = [review for review in reviews if is_low(review.rating)]
    if not best or len(low) < 2:
        return None
    rest = (Complaint(review, review.text) for review in low if review.snippet_id not in best)
    return Drawback(None, (*best.values(), *rest), len(reviews), low_stars=True)


def _complaints(review: Snippet) -> Iterator[str]:
    parts = sentences(review.text)
    for number, sentence in enumerate(parts):
        if len(sentence.split()) <= _LONGEST_QUOTE and _complains(review, sentence, " ".join(parts[:number])):
            yield sentence


def _complains(review: Snippet, sentence: str, before: str) -> bool:
    """Whether a sentence complains, given the stars and what stands before it in the review."""
    stars = _DELIGHTED - 1 if review.rating is None else review.rating
    if finds_fault(sentence):
        if stars >= _DELIGHTED:
            return bool(_WISHES.search(sentence)) or len(sentence.split()) <= _BLUNT
        return stars <= _MIXED or bool(_SAYS_SO.search(sentence)) or not _PRAISE.search(sentence)
    if stars > _MIXED or _DENIED.search(sentence) or _ELSEWHERE.search(sentence):
        return False
    if _turns_to_fault(sentence, before):
        return True
    alone = sentence == review.text.strip() and len(sentence.split()) <= _BLUNT
    return is_low(stars) and not _praises(sentence) and (alone or bool(_NEGATIVE.search(sentence)))


def _turns_to_fault(sentence: str, before: str) -> bool:
    """ "Comfortable, yes. But the hooks fight with my glasses." In a mixed review praise turns to its contrary."""
    turn = _TURNS.search(sentence)
    if turn is None:
        return False
    start = turn.end() if turn["sharp"] else 0
    return _praises(f"{before} {sentence[:start]}") and not _praises(sentence[start:])


def _praises(text: str) -> bool:
    return bool(_PRAISE.search(text) or _GRANTS.search(text))


def _topics(sentence: str) -> Iterator[str]:
    """The nouns with which a clause of the sentence finds fault."""
    for clause in map(str.strip, _CLAUSE_END.split(sentence)):
        if not finds_fault(clause):
            continue
        for match in _SUBJECT.finditer(clause):
            group = next(name for name in ("noun", "bare", "poor") if match[name])
            named = match[group].casefold() not in _NO_TOPIC
            if (
                named
                and (match["before"] or "").casefold() not in _PREPOSITION
                and _is_at_fault(clause, match.start(group))
            ):
                yield match[group].casefold()


def _is_at_fault(clause: str, start: int) -> bool:
    """Whether a noun stands before a fault ("the strap is too short") or right after it ("I wish the strap was")."""
    faults = (*_SAYS_SO.finditer(clause), *_HAPPENED.finditer(clause))
    return any(
        start < f.end() or clause[f.end() : start].strip().casefold() in {"", "the", "its", "both"} for f in faults
    )


def _mean_stars(complaints: Sequence[Complaint]) -> float:
    return sum(each.review.rating or _DELIGHTED for each in complaints) / len(complaints)


def _quotability(complaint: Complaint) -> tuple[float, bool, bool, bool, int]:
    """The unhappiest reviewer first, then what says plainly what is wrong, then the shortest that is not terse."""
    size = len(complaint.sentence.split())
    stars = complaint.review.rating or _DELIGHTED
    plain = finds_fault(complaint.sentence)
    terse = size <= (_TERSE_IF_PLAIN if plain else _TERSE)
    return stars, terse, not plain, size > _PREFERRED_QUOTE, len(complaint.sentence)

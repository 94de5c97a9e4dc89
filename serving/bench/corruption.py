"""True claims made false by one change each, in ways that cannot leave them true by chance.

A change is made only where what it brings in stands nowhere in the evidence, the title or the need, so that no
judgement of the verifier is needed to know that the result is unsupported.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from agent.reasons.claims import Claim
from retrieval.evidence import Evidence
from retrieval.words import stems, words
from serving.bench.invention import invented_numbers

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w.,]*\d)")
_UNITS = {
    "g": "kg", "kg": "g", "ml": "l", "l": "ml", "mm": "cm", "cm": "mm", "m": "km", "h": "min", "min": "h", "W": "dB",
    "dB": "W", "lm": "W", "mAh": "W", "years": "months", "months": "years", "EUR": "USD", "USD": "EUR", "GBP": "EUR",
    "grams": "kilograms", "kilograms": "grams", "hours": "minutes", "minutes": "hours", "litres": "millilitres",
    "millilitres": "litres", "centimetres": "metres", "metres": "centimetres", "watts": "decibels",
    "decibels": "watts", "euros": "dollars", "dollars": "euros",
}  # fmt: skip
_MEASURE = re.compile(rf"(?<![\w.,])(\d+(?:[.,]\d+)*)(\s*)({'|'.join(map(re.escape, _UNITS))})\b")
_AFFIRMED = {
    "is": "is not", "are": "are not", "was": "was not", "were": "were not", "can": "cannot", "will": "will not",
    "has": "does not have", "weighs": "does not weigh", "costs": "does not cost",
    "comes": "does not come", "holds": "does not hold", "keeps": "does not keep", "fits": "does not fit",
    "runs": "does not run", "lasts": "does not last", "makes": "does not make", "works": "does not work",
}  # fmt: skip
_VERB = re.compile(rf"\b(?:{'|'.join(_AFFIRMED)})\b(?=\s\w)")
_DENIED = re.compile(
    r"\b(?:not|no|never|without|nothing|hardly|neither|nor|nobody|none|cannot|only|but)\b|n['’]t\b", re.I
)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_SUBJECT = re.compile(r"(?<!puts )\b(?:it|this (?:one|item))\b(?!['’]| is worth)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim whose truth is known, with what it is about. ``kind`` says how it is false, or where it is from."""

    kind: str
    claim: Claim
    title: str
    brand: str
    need: str
    evidence: tuple[Evidence, ...]
    wishes: tuple[str, ...] = ()
    """What the need asks for, as the shopper hears it."""

    @property
    def known(self) -> str:
        return "\n".join((*(each.text for each in self.evidence), self.title, self.need))

    @property
    def cited(self) -> tuple[Evidence, ...]:
        return tuple(each for each in self.evidence if each.id in self.claim.evidence_ids)


@dataclass(frozen=True, slots=True)
class Others:
    """What can be brought in from elsewhere: titles and brands of other items, claims about other histories."""

    titles: Sequence[str]
    brands: Sequence[str]
    histories: Sequence[Trial]


class Corruption(Protocol):
    """One way to make a claim false; None where the claim gives no hold for it."""

    def __call__(self, trial: Trial, others: Others, rng: random.Random) -> Claim | None: ...


def corrupted(trials: Sequence[Trial], others: Others, rng: random.Random, *, most: int = 150) -> Iterator[Trial]:
    """True claims with one corruption each: of every kind as many as give a hold for it, at most ``most``."""
    for kind, corruption in CORRUPTIONS.items():
        made = ((trial, corruption(trial, others, rng)) for trial in trials)
        held = ((trial, claim) for trial, claim in made if claim is not None)
        yield from (replace(trial, kind=kind, claim=claim) for trial, claim in islice(held, most))


def _number(trial: Trial, others: Others, rng: random.Random) -> Claim | None:  # noqa: ARG001
    """Another number in the place of one, of about its size, and standing nowhere else."""
    found = list(_NUMBER.finditer(trial.claim.text))
    if not found:
        return None
    match = rng.choice(found)
    value = float(match[0].replace(",", "."))
    for factor in rng.sample((0.5, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0), k=7):
        other = f"{value * factor:.1f}" if "." in match[0] or "," in match[0] else f"{round(value * factor)}"
        if float(other) != value and invented_numbers(other, trial.known):
            return _with(trial, _replaced(trial.claim.text, match.span(), other))
    return None


def _unit(trial: Trial, others: Others, rng: random.Random) -> Claim | None:  # noqa: ARG001
    """Another unit after one of the numbers, with which the number stands nowhere."""
    found = [m for m in _MEASURE.finditer(trial.claim.text) if float(m[1].replace(",", "")) != 0]
    if not found:
        return None
    match = rng.choice(found)
    other = f"{match[1]}{match[2]}{_UNITS[match[3]]}"
    if other.replace(" ", "").casefold() in trial.known.replace(" ", "").casefold():
        return None
    return _with(trial, _replaced(trial.claim.text, match.span(), other))


def _brand(trial: Trial, others: Others, rng: random.Random) -> Claim | None:
    """Another of the shop's brands in the place of the item's."""
    match = re.search(rf"\b{re.escape(trial.brand)}\b", trial.claim.text) if trial.brand else None
    fresh = [b for b in others.brands if not words(b) & words(trial.known)]
    if match is None or not fresh:
        return None
    return _with(trial, _replaced(trial.claim.text, match.span(), rng.choice(fresh)))


def _product(trial: Trial, others: Others, rng: random.Random) -> Claim | None:
    """Another item of the shop in the place of the first ``it``."""
    match = next(_unquoted(_SUBJECT, trial.claim.text), None)
    fresh = [t for t in others.titles if not words(t.split()[0]) & words(trial.known)]
    if match is None or not fresh or all(e.kind == "history" for e in trial.cited):
        return None
    article = "The" if match.start() == 0 else "the"
    return _with(trial, _replaced(trial.claim.text, match.span(), f"{article} {rng.choice(fresh)}"))


def _negation(trial: Trial, others: Others, rng: random.Random) -> Claim | None:  # noqa: ARG001
    """The last verb of a claim denied, where neither it nor what it cites denies anything."""
    text = trial.claim.text
    found = list(_unquoted(_VERB, text))
    if not found or _DENIED.search("\n".join((text, *(each.text for each in trial.cited)))):
        return None
    return _with(trial, _replaced(text, found[-1].span(), _AFFIRMED[found[-1][0]]))


def _history(trial: Trial, others: Others, rng: random.Random) -> Claim | None:
    """What another shopper did with an item that this one's evidence does not name, cited as this one's own."""
    own = [each.id for each in trial.evidence if each.kind == "history"] or [trial.claim.evidence_ids[0]]
    strange = [o for o in others.histories if (names := _names(o)) and not names & words(trial.known)]
    return replace(rng.choice(strange).claim, evidence_ids=(own[0],)) if strange else None


def _names(history: Trial) -> frozenset[str]:
    """The capitalised words within a claim about a history: those of the item that it names."""
    return words(" ".join(re.findall(r"(?<=\s)[A-Z][\w’'-]+", history.claim.text)))


def _citation(trial: Trial, others: Others, rng: random.Random) -> Claim | None:  # noqa: ARG001
    """The claim with the id of another line that shares none of its content with it."""
    told = stems(trial.claim.text) - stems(trial.title)
    ground = told & stems(" ".join(each.text for each in trial.cited))
    strange = [e for e in trial.evidence if e not in trial.cited and not stems(e.text) & told]
    if len(ground) < 2 or not strange:
        return None
    return replace(trial.claim, evidence_ids=(rng.choice(strange).id,))


def _relevance(trial: Trial, others: Others, rng: random.Random) -> Claim | None:  # noqa: ARG001
    """The claim as an answer to a wish that nothing it cites answers."""
    answered = stems(" ".join(answer for each in trial.cited for answer in each.answers or ()))
    asked = {wish: stems(wish) - stems(trial.title) for wish in trial.wishes}
    wishes = [wish for wish, said in asked.items() if said and not said & answered]
    text = trial.claim.text
    if not wishes or re.search(r"\byou", text, re.IGNORECASE):
        return None
    return _with(trial, f"You asked for {rng.choice(wishes)}: {text[0].lower()}{text[1:]}")


CORRUPTIONS: Mapping[str, Corruption] = {
    "number": _number,
    "unit": _unit,
    "brand": _brand,
    "product": _product,
    "negation": _negation,
    "history": _history,
    "citation": _citation,
    "relevance": _relevance,
}


def _with(trial: Trial, text: str) -> Claim:
    return replace(trial.claim, text=text)


def _unquoted(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern outside quotations."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    return (m for m in pattern.finditer(text) if not any(start <= m.start() < end for start, end in quoted))


def _replaced(text: str, span: tuple[int, int], other: str) -> str:
    return text[: span[0]] + other + text[span[1] :]

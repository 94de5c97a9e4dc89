"""What is counted of answers about items, by the rules alone, as the model writes them, and as they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.items.answer_proof import SILENT, Shown, opened
from agent.items.product_question import ItemAnswer, Reading
from agent.reasons.claims import split_claims
from serving.bench.invention import invented_names, invented_numbers
from serving.bench.measures import Share, Spread
from serving.bench.reason_report import Table

Judgement: TypeAlias = Literal["supported", "abstained rightly", "abstained wrongly", "answered wrongly"]
JUDGEMENTS: tuple[Judgement, ...] = ("supported", "abstained rightly", "abstained wrongly", "answered wrongly")


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer to be judged: its words, and the texts of the evidence that it cites."""

    text: str
    cited: tuple[str, ...]
    silent: bool

    @classmethod
    def of(cls, answer: ItemAnswer) -> AnswerText:
        return cls(answer.text, tuple(each.text for each in answer.evidence), answer.abstained)

    @classmethod
    def raw(cls, text: str, lines: Sequence[Shown]) -> AnswerText:
        """What a model wrote. That it does not say stands alone: after an answer it takes nothing back."""
        claims = split_claims(text)
        known = {each.evidence.id: each.evidence.text for each in lines}
        cited = tuple(known[i] for claim in claims for i in claim.evidence_ids if i in known)
        return cls(text, cited, not claims or claims[0].text == SILENT)


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """A question with what is right: the texts of the facts that answer it, or the words that an answer has.

    With neither of them, silence is right. ``begins`` is the Yes or No that the answer must not contradict.
    """

    reading: Reading
    lines: tuple[Shown, ...]
    facts: frozenset[str] = frozenset()
    says: tuple[str, ...] = ()
    begins: str = ""

    @property
    def answered(self) -> bool:
        return bool(self.facts or self.says)

    def judged(self, answer: AnswerText) -> Judgement:
        if answer.silent:
            return "abstained wrongly" if self.answered else "abstained rightly"
        there = "\n".join((answer.text, *answer.cited)).casefold()
        right = bool(self.facts & set(answer.cited)) or any(word.casefold() in there for word in self.says)
        polar = opened(answer.text)[0]
        opposed = polar != "open" and self.begins != "" and polar != self.begins.casefold()
        return "supported" if right and not opposed else "answered wrongly"

    def invents(self, answer: AnswerText) -> bool:
        """Whether the words have a number or a name that nothing has which the answer may know."""
        if answer.silent:
            return False
        facts = [found.fact for found in self.reading.found]
        # What introduces a quotation: the name of the document, the stars of the review.
        framing = [f"{fact.source} {fact.stars or 0:g} of 5 stars" for fact in facts if fact.text in answer.cited]
        evidence = [each.evidence.text for each in self.lines]
        known = "\n".join(
            (*evidence, *answer.cited, *framing, self.reading.item.title, self.reading.question, "Yes No")
        )
        return bool(invented_numbers(answer.text, known) or invented_names(answer.text, known))


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """One case, answered three times; ``ms`` is the time of the model's answer, None if it gave none."""

    case: AnswerCase
    rules: AnswerText
    raw: AnswerText | None
    shown: AnswerText
    state: str
    problem: str
    ms: float | None


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Of one set of cases. ``states`` are those of what is shown."""

    cases: int
    judgements: dict[str, dict[Judgement, Share]]
    """By rules, raw and shown: of the cases with an answer, or of those without; wrong ones of all."""
    invented: dict[str, Share]
    states: dict[str, Share]
    time_ms: Spread | None


def figures_of(outcomes: Sequence[AnswerOutcome]) -> AnswerFigures:
    """The figures of one set, which may not be empty."""
    ways: dict[str, Callable[[AnswerOutcome], AnswerText | None]] = {
        "rules": lambda o: o.rules, "raw": lambda o: o.raw, "shown": lambda o: o.shown,
    }  # fmt: skip
    times = [o.ms for o in outcomes if o.ms is not None]
    states = Counter(o.state for o in outcomes)
    return AnswerFigures(
        len(outcomes),
        {name: _judgements([(o.case, text) for o in outcomes if (text := way(o))]) for name, way in ways.items()},
        {
            name: Share.of(o.case.invents(text) for o in outcomes if (text := way(o)) is not None)
            for name, way in ways.items()
        },
        {state: Share.of(o.state == state for o in outcomes) for state in sorted(states)},
        Spread.of(times) if times else None,
    )


def _judgements(answers: Sequence[tuple[AnswerCase, AnswerText]]) -> dict[Judgement, Share]:
    judged = [(case, case.judged(text)) for case, text in answers]
    of_answered = [judgement for case, judgement in judged if case.answered]
    of_silent = [judgement for case, judgement in judged if not case.answered]
    return {
        "supported": Share.of(j == "supported" for j in of_answered),
        "abstained wrongly": Share.of(j == "abstained wrongly" for j in of_answered),
        "abstained rightly": Share.of(j == "abstained rightly" for j in of_silent),
        "answered wrongly": Share.of(j == "answered wrongly" for _, j in judged),
    }


def answer_tables(figures: AnswerFigures, title: str) -> tuple[Table, ...]:
    """The figures as tables."""
    ways = ("rules", "raw", "shown")
    heads = {
        "supported": "answered and supported, of those with an answer",
        "abstained rightly": "abstained, of those without",
        "abstained wrongly": "abstained, of those with an answer",
        "answered wrongly": "wrong, of all",
    }
    rows = [(heads[j], *(str(figures.judgements[way][j]) for way in ways)) for j in JUDGEMENTS]
    rows.append(("with an invented number or name", *(str(figures.invented[way]) for way in ways)))
    head = (f"{figures.cases} questions", "by the rules alone", "raw model", "shown")
    return (Table(title, head, tuple(rows)), Table("", ("shown", "share"), tuple(_rest(figures))))


def _rest(figures: AnswerFigures) -> Iterator[tuple[str, str]]:
    names = {"generated": "in the model’s words", "extractive": "quoted by the rules", "none": "does not say"}
    for state, share in figures.states.items():
        yield names.get(state, state), str(share)
    if figures.time_ms is not None:
        t = figures.time_ms
        yield "time of the model, ms: p50, p95 (n)", f"{t.p50:,.0f}, {t.p95:,.0f} ({t.n})"

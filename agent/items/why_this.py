"""The answer to "why this one?", in words: the parts of its score, and what the shopper did that spoke for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.items.comparison_text import names
from agent.items.why import ordinal
from agent.reasons.extract import deed_told
from agent.texts import Texts
from retrieval.suggestion import Attention, Factor, Suggestion

_FOR, _AGAINST, _DEEDS = 3, 2, 1
_LEAST, _ATTENDED = 0.01, 0.08
"""A factor under this is not worth words; nor is a deed that weighs less in the score."""

_HISTORY = "history"


def why_this(suggestion: Suggestion, language: str = "en") -> str:
    """What raised a suggestion and what lowered it, the most first, each with its part of the score.

    Args:
        suggestion: as it was shown, with the deeds that spoke for it.
        language: of the text; the titles in it and what a deed quotes stay as they are.
    """
    texts = Texts.of(language)
    told_in = [replace(f, label=texts.factor(f.label, f.region)) for f in suggestion.factors]
    raised = sorted((f for f in told_in if f.value >= _LEAST), key=lambda f: -f.value)[:_FOR]
    lowered = sorted((f for f in told_in if f.value <= -_LEAST), key=lambda f: f.value)[:_AGAINST]
    name = names([suggestion.item], texts)[0]
    values = {"name": name[:1].upper() + name[1:], "place": ordinal(suggestion.rank, texts)}
    deeds = _deeds(suggestion)
    told = [_factor(f, deeds if f.name == _HISTORY else [], texts) for f in raised]
    if told:
        parts = [texts.say("why_this.opening", **values, factors=_joined(told, texts))]
    else:
        parts = [texts.say("why_this.opening_only", **values)]
    if lowered:
        against = [_factor(f, [], texts) for f in lowered]
        parts.append(texts.say("why_this.against", factors=_joined(against, texts)))
    if suggestion.propensity < 1.0:
        parts.append(texts.say("why_this.explored"))
    return texts.say("between_sentences").join(parts)


def _factor(factor: Factor, deeds: Sequence[Attention], texts: Texts) -> str:
    value = f"{factor.value:.2f}"
    if not deeds:
        return texts.say("why_this.factor", label=factor.label, value=value)
    told = "; ".join(_deed(deed, texts) for deed in deeds)
    return texts.say("why_this.deed", label=factor.label, value=value, deed=told)


def _deeds(suggestion: Suggestion) -> list[Attention]:
    """What the shopper did that weighs most for the item."""
    attended = sorted(suggestion.attention, key=lambda attention: -attention.weight)
    return [attention for attention in attended if attention.weight >= _ATTENDED][:_DEEDS]


def _deed(attention: Attention, texts: Texts) -> str:
    """A deed within a sentence, with its day: "you bought the …, 4 March 2026"; what it quotes is left as it is."""
    text, when = attention.trace.snippet.text, attention.trace.event.at
    text = deed_told(text, texts) or text
    small = text[:1].lower() + text[1:].rstrip(".。")
    return texts.say("why_this.dated", deed=small, day=texts.day(when.date()))


def _joined(parts: Sequence[str], texts: Texts) -> str:
    *most, last = parts
    return texts.say("comma").join(most) + texts.say("and") + last if most else last

"""The answer to "why this one?", in words: the parts of its score, and what the shopper did that spoke for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.items.comparison_text import names
from agent.items.why import ordinal
from agent.texts import Texts
from retrieval.snippets import Snippet
from retrieval.suggestion import Factor, Suggestion

_FOR, _AGAINST, _DEEDS = 3, 2, 1
_LEAST, _ATTENDED = 0.01, 0.08
"""A factor under this is not worth words; nor is a deed that weighs less in the score."""

_EN = {
    "opening": "{name} came {place}: {factors}.",
    "opening_only": "{name} came {place}; nothing in its score speaks for it.",
    "factor": "{label} ({value:.2f})",
    "deed": "{label} ({value:.2f}; {deed})",
    "against": "Against it: {factors}.",
    "explored": "It stands there also because I try items that were seldom shown.",
    "and": " and ", "comma": ", ", "space": " ",
}  # fmt: skip
_ZH = {
    "opening": "{name}排在第{place}：{factors}。",
    "opening_only": "{name}排在第{place}；没有什么给它加分。",
    "factor": "“{label}”（{value:.2f}）",
    "deed": "“{label}”（{value:.2f}；{deed}）",
    "against": "减分的是：{factors}。",
    "explored": "另外，我也会试着展示不常出现的商品。",
    "and": "，", "comma": "，", "space": "",
}  # fmt: skip
_HISTORY = "history"


def why_this(suggestion: Suggestion, language: str = "en") -> str:
    """What raised a suggestion and what lowered it, the most first, each with its part of the score.

    Args:
        suggestion: as it was shown, with the deeds that spoke for it.
        language: ``en`` or ``zh``; the shopper's deeds stay in the words that they are stored in.
    """
    words = _ZH if language == "zh" else _EN
    texts = Texts.of(language)
    told_in = [replace(f, label=texts.label(f.label)) for f in suggestion.factors]
    raised = sorted((f for f in told_in if f.value >= _LEAST), key=lambda f: -f.value)[:_FOR]
    lowered = sorted((f for f in told_in if f.value <= -_LEAST), key=lambda f: f.value)[:_AGAINST]
    name = names([suggestion.item], the=words is _EN)[0]
    name = name[:1].upper() + name[1:]
    place = str(suggestion.rank) if words is _ZH else ordinal(suggestion.rank)
    deeds = _deeds(suggestion)
    told = [_factor(f, deeds if f.name == _HISTORY else [], words) for f in raised]
    key = "opening" if told else "opening_only"
    parts = [words[key].format(name=name, place=place, factors=_joined(told, words))]
    if lowered:
        against = [words["factor"].format(label=f.label, value=f.value) for f in lowered]
        parts.append(words["against"].format(factors=_joined(against, words)))
    if suggestion.propensity < 1.0:
        parts.append(words["explored"])
    return words["space"].join(parts)


def _factor(factor: Factor, deeds: Sequence[Snippet], words: dict[str, str]) -> str:
    if not deeds:
        return words["factor"].format(label=factor.label, value=factor.value)
    told = "; ".join(f"{_small(deed.text)}{_when(deed)}" for deed in deeds)
    return words["deed"].format(label=factor.label, value=factor.value, deed=told)


def _deeds(suggestion: Suggestion) -> list[Snippet]:
    """What the shopper did that weighs most for the item."""
    attended = sorted(suggestion.attention, key=lambda attention: -attention.weight)
    return [attention.trace.snippet for attention in attended if attention.weight >= _ATTENDED][:_DEEDS]


def _small(text: str) -> str:
    """A deed within a sentence: "you bought the …"; what it quotes is left as it is."""
    return text[:1].lower() + text[1:].rstrip(".")


def _when(deed: Snippet) -> str:
    """The day of a deed, as its source names it: "your history, 4 March 2026"."""
    _, _, day = deed.source.partition(", ")
    return f", {day}" if day else ""


def _joined(parts: Sequence[str], words: dict[str, str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return words["comma"].join(parts[:-1]) + words["and"] + parts[-1]

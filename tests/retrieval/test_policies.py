from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import FeedUnreadable
from retrieval.policies import read_answers
from tests.retrieval.samples import DEMO, jsonl

QA = {"qa_id": "q1", "topic": "returns", "question": "May I return it?", "answer": "Yes, within 30 days."}
COUPON = {
    "coupon_id": "c1",
    "code": "HILL10",
    "title": "10% off",
    "description": "10% off tents.",
    "ends": "2026-06-30",
}


def test_the_demo_shops_answers_are_read() -> None:
    answers = list(read_answers(DEMO))
    assert len({answer.answer_id for answer in answers}) == len(answers) > 50
    policies = (DEMO / "policies.md").read_text()
    for answer in answers:
        if answer.answer_id.startswith("policy/"):
            assert answer.text in " ".join(policies.split())


def test_each_policy_paragraph_is_an_answer_under_its_heading(tmp_path: Path) -> None:
    text = "# Shop\n\n## Returns\nWithin\n30 days.\n\nUnused only.\n\n## Delivery\n\nFree.\n"
    (tmp_path / "policies.md").write_text(text)
    answers = list(read_answers(tmp_path))
    assert [answer.text for answer in answers] == ["Within 30 days.", "Unused only.", "Free."]
    assert answers[0].asks == "Returns: Within 30 days."
    assert [answer.source for answer in answers] == ["shop policies, returns"] * 2 + ["shop policies, delivery"]


def test_a_coupon_holds_until_its_last_day(tmp_path: Path) -> None:
    jsonl(tmp_path / "coupons.jsonl", [COUPON])
    (coupon,) = read_answers(tmp_path)
    assert coupon.text == "HILL10: 10% off tents. Valid until 30 June 2026."
    assert coupon.ends == date(2026, 6, 30)


def test_a_line_separator_within_a_text_is_no_new_line(tmp_path: Path) -> None:
    row = json.dumps(QA | {"answer": "Yes.\u2028Within 30 days."}, ensure_ascii=False)
    (tmp_path / "support.jsonl").write_text(f"{row}\n\n", encoding="utf-8")
    (answer,) = read_answers(tmp_path)
    assert answer.text.endswith("30 days.") and answer.asks == "May I return it?"


@pytest.mark.parametrize(
    ("name", "bad", "reason"),
    [
        ("support.jsonl", "{", "Expecting property name"),
        ("support.jsonl", "[]", ""),
        ("support.jsonl", {"qa_id": "q2"}, "the field 'question' is missing"),
        ("coupons.jsonl", COUPON | {"ends": "soon"}, "soon"),
        ("coupons.jsonl", COUPON | {"ends": None}, ""),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, bad: object, reason: str) -> None:
    good = QA if name == "support.jsonl" else COUPON
    jsonl(tmp_path / name, [good, bad])  # type: ignore[list-item]
    with pytest.raises(FeedUnreadable, match=f"{name}, line 2: .*{reason}.*; correct the line and index again"):
        list(read_answers(tmp_path))


def test_a_folder_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedUnreadable, match="holds none of"):
        list(read_answers(tmp_path))

"""Chinese reasons to learn from: evidence mostly in English, needs and reasons in Chinese, each claim proved."""

from serving.training.chinese.examples import make_chinese_examples

__all__ = ["make_chinese_examples"]

import pytest

from agent.language import language_of


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("a light backpack", "en"),
        ("a café crème mug", "en"),
        ("", "en"),
        ("€ 100 ?!", "en"),
        ("我想要一个轻便的背包", "Han"),
        ("легкий рюкзак", "Cyrillic"),
        ("軽いリュックサックがほしいです", "Hiragana"),
        ("가벼운 배낭", "Hangul"),
        ("حقيبة ظهر", "Arabic"),
        ("a Torrwick 背包", "en"),
    ],
)
def test_the_script_most_letters_are_in_decides(message: str, language: str) -> None:
    assert language_of(message) == language

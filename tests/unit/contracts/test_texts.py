import pytest

from contracts.texts import can_be_seen


@pytest.mark.parametrize("text", ["Départ.", "是", "👍", " x\u200b", "e\u0301", "?"])
def test_words_can_be_seen(text):
    assert can_be_seen(text)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b", "\u00a0\u2060\ufeff\u00ad", "\u3164", "\u2800", "\u0301\ufe0f"]
)
def test_signs_that_show_nothing_are_no_words(text):
    assert not can_be_seen(text)

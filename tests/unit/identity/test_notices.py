from __future__ import annotations

import pytest

from services.identity.domain import notices


def test_news_are_shown_to_everybody_until_acknowledged() -> None:
    assert notices.to_show(acknowledged=[], space_is_open=False) == ["news:1"]
    assert notices.to_show(acknowledged=["news:1"], space_is_open=False) == []


def test_data_protection_is_shown_once_the_space_is_open() -> None:
    assert notices.to_show(acknowledged=["news:1"], space_is_open=True) == ["data_protection:1"]
    assert notices.to_show(acknowledged=["news:1", "data_protection:1"], space_is_open=True) == []


def test_an_earlier_version_that_was_acknowledged_does_not_hide_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(notices.CURRENT, notices.NEWS, 2)

    assert notices.to_show(acknowledged=["news:1"], space_is_open=False) == ["news:2"]
    assert notices.is_notice("news:1")


@pytest.mark.parametrize("text", ["", "news", "news:", "news:0", "news:2", "news:-1", "news:1:1", "other:1", "news:١"])
def test_what_is_no_notice_is_not_taken_for_one(text: str) -> None:
    assert not notices.is_notice(text)

import json

import pytest

from chassis.seals import Opener, SealBroken, Sealer, generate_keys


@pytest.fixture
def seals(tmp_path):
    private, public = generate_keys()
    other_private, _ = generate_keys()
    (tmp_path / "public.json").write_text(json.dumps({"notifications": public}))
    (tmp_path / "notifications").write_text(private + "\n")
    (tmp_path / "other").write_text(other_private)
    return tmp_path


def test_the_named_consumer_opens_what_was_sealed_for_it(seals):
    sealed = Sealer(seals / "public.json").seal("notifications", {"email": "amelie@example.org"})

    assert "amelie" not in sealed
    assert Opener(seals / "notifications").open(sealed) == {"email": "amelie@example.org"}


def test_nobody_else_opens_it(seals):
    sealed = Sealer(seals / "public.json").seal("notifications", {"email": "amelie@example.org"})

    with pytest.raises(SealBroken):
        Opener(seals / "other").open(sealed)


def test_an_altered_seal_is_broken(seals):
    with pytest.raises(SealBroken):
        Opener(seals / "notifications").open("AAAA")

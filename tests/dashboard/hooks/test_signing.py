"""A webhook's signature: whole, recent, and of this secret."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.hooks.signing import is_signed, new_secret, sign

SECRET = "whsec_test"


@given(st.binary(max_size=64), st.integers(0, 10**11))
def test_what_was_signed_is_known(body: bytes, at: int) -> None:
    assert is_signed(body, sign(body, SECRET, at), SECRET, at)


@given(st.binary(max_size=64), st.binary(min_size=1, max_size=8))
def test_a_changed_body_is_noticed(body: bytes, more: bytes) -> None:
    assert not is_signed(body + more, sign(body, SECRET, 5), SECRET, 5)


def test_an_old_or_foreign_signature_is_refused() -> None:
    header = sign(b"{}", SECRET, 1_000)
    assert not is_signed(b"{}", header, SECRET, 1_301)
    assert not is_signed(b"{}", header, "whsec_other", 1_000)
    assert not is_signed(b"{}", "v1=abc", SECRET, 1_000)


def test_two_secrets_are_never_the_same() -> None:
    assert new_secret() != new_secret()

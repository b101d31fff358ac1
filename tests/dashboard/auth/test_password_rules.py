"""Which passwords are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.auth.password_rules import LONGEST, SHORTEST, problem_of


@pytest.mark.parametrize(
    "password",
    [
        "柿の木坂に小さな電話 7",
        "correct horse battery",
        "8月の朝に港で会いましょう",
        "xK3#pQ9!vL2m",
        "あいうえおかきくけこさしす",
    ],
)
def test_a_good_one_is_taken(password: str) -> None:
    assert problem_of(password, "mori") is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password!2026",
        "passwordpassword",
        "qwertyuiop123",
        "123456789012",
        "987654321098",
        "abcdefghijklmnop",
        "111111111111",
        "uketsuke20261",
        "administrator1",
        "管理者パスワード2026",
        "p@ssw0rd2026!",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert problem_of(password, "mori") is not None


def test_the_login_is_no_password() -> None:
    assert problem_of("mori.tatsuya", "mori.tatsuya") is not None
    assert problem_of("xx MORI.TATSUYA 9", "mori.tatsuya") is not None
    assert problem_of("湖畔の森を歩くmo 42", "mo") is None


@given(st.text(max_size=SHORTEST - 1))
def test_nothing_short_is_taken(password: str) -> None:
    if len(password) < SHORTEST // 2:
        assert problem_of(password, "mori") is not None


@given(st.text(max_size=LONGEST + 10), st.text(max_size=20))
def test_whatever_is_typed_is_judged_in_a_sentence_or_taken(password: str, login: str) -> None:
    problem = problem_of(password, login)
    assert problem is None or problem.endswith("。") or problem.endswith("）。")

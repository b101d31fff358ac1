"""Signing in with a password: the same answer and the same time whether the login exists, and honest about locks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dashboard.auth.attempts import LOCKED_FOR, WRONG_IN_A_ROW, AddressAttempts, UnknownLogins
from dashboard.auth.passwords import BusyError, Passwords
from records.people import PeopleRepository, User, folded_login

WRONG: Final = "ログイン名またはパスワードが違います。"
ZONE: Final = ZoneInfo("Asia/Tokyo")
STOPPED: Final = "このアカウントは停止されています。管理者にお問い合わせください。"
BUSY: Final = "ただいまサインインが混み合っています。少し待ってから、もう一度お試しください。"


class SignInRefusedError(RuntimeError):
    """Not signed in. `status` is HTTP's, the message for the person; `user` whom it was tried for, if there is one."""

    def __init__(self, status: int, sentence: str, user: User | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.user = user


class SignIn:
    """Checks a login and a password."""

    def __init__(
        self, people: PeopleRepository, passwords: Passwords, addresses: AddressAttempts, now: Callable[[], datetime]
    ) -> None:
        self._people = people
        self._passwords = passwords
        self._addresses = addresses
        self._unknown = UnknownLogins(now)
        self._now = now

    async def by_password(self, login: str, password: str, address: str) -> User:
        """Who it is. Raises `SignInRefusedError`."""
        waits = self._addresses.until(address)
        if waits is not None:
            raise SignInRefusedError(429, told_to_wait(waits))
        user = await self._people.by_login(login)
        self._refuse_locked(user, login)
        try:
            right = await self._passwords.match(user.password_hash if user is not None else "", password)
        except BusyError as error:
            raise SignInRefusedError(503, BUSY) from error
        if user is not None:
            # Others may have been wrong for the same account while this one waited for its turn.
            user = await self._people.get(user.id)
        self._refuse_locked(user, login)
        if user is None or not right:
            self._addresses.wrong(address)
            raise await self._wrong(user, login)
        if not user.active:
            raise SignInRefusedError(403, STOPPED, user)
        await self._people.signed_in(user.id)
        return user

    def _refuse_locked(self, user: User | None, login: str) -> None:
        until = user.locked_until if user is not None else self._unknown.until(folded_login(login))
        if until is not None and self._now() < until:
            raise SignInRefusedError(429, _locked(until), user)

    async def _wrong(self, user: User | None, login: str) -> SignInRefusedError:
        if user is None:
            count, until = self._unknown.wrong(folded_login(login))
        else:
            user = await self._people.failed(user.id, WRONG_IN_A_ROW, self._now() + LOCKED_FOR)
            count, until = user.failed_logins, user.locked_until
        if until is not None and self._now() < until:
            return SignInRefusedError(429, _locked(until), user)
        left = WRONG_IN_A_ROW - count
        minutes = int(LOCKED_FOR.total_seconds() // 60)
        return SignInRefusedError(
            401, f"{WRONG}あと{left}回間違えると、{minutes}分間サインインできなくなります。", user
        )


def told_to_wait(until: datetime) -> str:
    """What an address that was wrong too often is told."""
    return (
        f"この接続元からの間違いが続いたため、{_clock(until)}まで受け付けません。時間をおいて、もう一度お試しください。"
    )


def _locked(until: datetime) -> str:
    return (
        f"パスワードを{WRONG_IN_A_ROW}回続けて間違えたため、{_clock(until)}までサインインできません。"
        "お急ぎのときは、管理者に解除をご依頼ください。"
    )


def _clock(at: datetime) -> str:
    """The first whole minute from which it works again."""
    return f"{(at + timedelta(seconds=59)).astimezone(ZONE):%H時%M分}"

"""People with an account. Nobody can take the last administrator away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.people_schema import SessionRow, UserRow
from records.plain import clean_text

ADMINISTRATOR: Final = "administrator"


@dataclass(frozen=True)
class User:
    """One account. `password_hash` is empty for those who come by single sign-on alone."""

    id: str
    login: str
    name: str
    role: str
    password_hash: str = field(repr=False)
    oidc_subject: str | None
    active: bool
    failed_logins: int
    locked_until: datetime | None
    created_at: datetime
    changed_at: datetime
    last_login_at: datetime | None


class PeopleError(ValueError):
    """It cannot be done; the message says why and what to do, in Japanese."""


class NoSuchUserError(PeopleError):
    """There is no such account."""

    def __init__(self) -> None:
        super().__init__("この利用者は見つかりません。一覧を開き直してください。")


class LoginTakenError(PeopleError):
    """Another account has that login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"ログイン名「{login}」は、すでに使われています。別の名前にしてください。")


class LastAdministratorError(PeopleError):
    """Without this one nobody could manage the service any more."""

    def __init__(self) -> None:
        super().__init__(
            "管理者が一人もいなくなるため、変更できません。先に、ほかの方を管理者にしてから、もう一度お試しください。"
        )


class AlreadySetUpError(PeopleError):
    """There is an account already."""

    def __init__(self) -> None:
        super().__init__("初期設定はすでに終わっています。サインインしてください。")


class PeopleRepository:
    """The accounts. Logins are compared in lower case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def any(self) -> bool:
        """Whether there is an account at all."""
        async with self._database.read() as connection:
            return await _count(connection) > 0

    async def list(self) -> list[User]:
        """Everyone, by name."""
        wanted = select(UserRow.__table__).order_by(UserRow.name, UserRow.login)
        async with self._database.read() as connection:
            return [User(**row) for row in (await connection.execute(wanted)).mappings()]

    async def get(self, user_id: str) -> User | None:
        """One account."""
        return await self._one(UserRow.id == user_id)

    async def by_login(self, login: str) -> User | None:
        """The account that signs in by that name."""
        return await self._one(UserRow.login == folded_login(login))

    async def by_subject(self, subject: str) -> User | None:
        """The account of that person of the single sign-on."""
        return await self._one(UserRow.oidc_subject == subject)

    async def add(
        self,
        login: str,
        name: str,
        role: str,
        password_hash: str,
        *,
        oidc_subject: str | None = None,
        only_first: bool = False,
    ) -> User:
        """A new account. Raises `LoginTakenError`, and with `only_first` `AlreadySetUpError` when there is one."""
        now = utc_now()
        user = User(
            id=new_id(),
            login=folded_login(login),
            name=clean_text(name).strip(),
            role=role,
            password_hash=password_hash,
            oidc_subject=oidc_subject,
            active=True,
            failed_logins=0,
            locked_until=None,
            created_at=now,
            changed_at=now,
            last_login_at=None,
        )
        try:
            async with self._database.write() as connection:
                if only_first and await _count(connection):
                    raise AlreadySetUpError
                await connection.execute(insert(UserRow).values(vars(user)))
        except IntegrityError as error:
            raise LoginTakenError(user.login) from error
        return user

    async def change(
        self, user_id: str, *, name: str | None = None, role: str | None = None, active: bool | None = None
    ) -> User:
        """Change what is given. Raises `NoSuchUserError`, `LastAdministratorError`."""
        wanted = {"name": clean_text(name).strip() if name is not None else None, "role": role, "active": active}
        values = {key: value for key, value in wanted.items() if value is not None}
        async with self._database.write() as connection:
            user = await _known(connection, user_id)
            loses = values.get("active") is False or values.get("role", user.role) != ADMINISTRATOR
            if loses:
                await _keep_an_administrator(connection, user)
            await connection.execute(_on(user_id).values({**values, "changed_at": utc_now()}))
            if values.get("active") is False:
                await connection.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
            return await _known(connection, user_id)

    async def remove(self, user_id: str) -> User:
        """Take an account away with its sessions. Raises `NoSuchUserError`, `LastAdministratorError`."""
        async with self._database.write() as connection:
            user = await _known(connection, user_id)
            await _keep_an_administrator(connection, user)
            await connection.execute(delete(UserRow).where(UserRow.id == user_id))
        return user

    async def set_password(self, user_id: str, password_hash: str) -> None:
        """Another password; who was locked out may try again. Raises `NoSuchUserError`."""
        values = {"password_hash": password_hash, "failed_logins": 0, "locked_until": None, "changed_at": utc_now()}
        await self._set(user_id, values)

    async def unlock(self, user_id: str) -> None:
        """Let somebody who was locked out try again. Raises `NoSuchUserError`."""
        await self._set(user_id, {"failed_logins": 0, "locked_until": None})

    async def signed_in(self, user_id: str) -> None:
        """Note a sign-in that went well."""
        await self._set(user_id, {"failed_logins": 0, "locked_until": None, "last_login_at": utc_now()})

    async def failed(self, user_id: str, allowed: int, locked_until: datetime) -> User:
        """Note a wrong password. After `allowed` in a row the account is locked, and the count begins anew."""
        async with self._database.write() as connection:
            user = await _known(connection, user_id)
            count = user.failed_logins + 1
            values: dict[str, Any] = {"failed_logins": count}
            if count >= allowed:
                values = {"failed_logins": 0, "locked_until": locked_until}
            await connection.execute(_on(user_id).values(values))
            return await _known(connection, user_id)

    async def _set(self, user_id: str, values: dict[str, Any]) -> None:
        async with self._database.write() as connection:
            if (await connection.execute(_on(user_id).values(values))).rowcount == 0:
                raise NoSuchUserError

    async def _one(self, condition: Any) -> User | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(UserRow.__table__).where(condition))).mappings().first()
        return None if row is None else User(**row)


def folded_login(login: str) -> str:
    """A login as it is kept and compared."""
    return clean_text(login).strip().lower()


def _on(user_id: str) -> Any:
    return update(UserRow).where(UserRow.id == user_id)


async def _count(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).select_from(UserRow)) or 0


async def _known(connection: AsyncConnection, user_id: str) -> User:
    wanted = select(UserRow.__table__).where(UserRow.id == user_id).with_for_update()
    row = (await connection.execute(wanted)).mappings().first()
    if row is None:
        raise NoSuchUserError
    return User(**row)


async def _keep_an_administrator(connection: AsyncConnection, leaving: User) -> None:
    """The rows are locked (PostgreSQL), so that two administrators cannot take each other away at once."""
    wanted = select(UserRow.id).where(UserRow.role == ADMINISTRATOR, UserRow.active).order_by(UserRow.id)
    administrators = set((await connection.scalars(wanted.with_for_update())).all())
    if administrators == {leaving.id}:
        raise LastAdministratorError

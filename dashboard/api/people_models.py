"""What the API of people, sessions and keys takes and tells."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dashboard.auth.password_rules import LONGEST
from dashboard.auth.permissions import ROLE_NAMES, Permission, Role
from records.api_keys import ApiKey
from records.people import User
from records.sessions import Session

LOGIN_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@+\-]*$"

Login = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=LOGIN_PATTERN),
    Field(title="ログイン名", description="半角の英数字と . _ @ + - で、2文字以上。大文字と小文字は区別しません。"),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    Field(title="お名前", description="記録と画面に出る名前。"),
]
Password = Annotated[str, Field(title="パスワード", min_length=1, max_length=LONGEST)]


class Body(BaseModel):
    """What is sent: no field that nobody reads."""

    model_config = ConfigDict(extra="forbid")


class SetUpBody(Body):
    """The first administrator."""

    login: Login
    name: Name
    password: Password
    code: Annotated[
        str,
        Field(title="初期設定コード", max_length=64, description="ほかのコンピューターから設定するときだけ必要です。"),
    ] = ""


class LoginBody(Body):
    """Signing in."""

    login: Annotated[str, Field(title="ログイン名", min_length=1, max_length=100)]
    password: Password


class OwnPasswordBody(Body):
    """One's own password, anew."""

    current: Annotated[str, Field(title="いまのパスワード", min_length=1, max_length=LONGEST)]
    new: Password


class NewUserBody(Body):
    """A new account."""

    login: Login
    name: Name
    role: Annotated[Role, Field(title="役割")]
    password: Annotated[str, Field(title="最初のパスワード", min_length=1, max_length=LONGEST)]


class UserChangeBody(Body):
    """What is to be changed of an account."""

    name: Name | None = None
    role: Annotated[Role | None, Field(title="役割")] = None
    active: Annotated[bool | None, Field(title="使えるかどうか")] = None


class PasswordBody(Body):
    """Another password for somebody else."""

    password: Password


class NewKeyBody(Body):
    """A new key."""

    name: Annotated[Name, Field(title="名前", description="何に使うキーか。")]
    scopes: Annotated[list[Permission], Field(title="できること", min_length=1, max_length=len(Permission))]
    days: Annotated[
        int | None, Field(title="有効な日数", ge=1, le=3650, description="書かなければ期限はありません。")
    ] = None


class UserTold(BaseModel):
    """An account as it is told."""

    id: str
    login: str
    name: str
    role: Role
    role_name: str = Field(description="役割の日本語名")
    active: bool
    locked_until: datetime | None = Field(description="間違いが続いて入れない場合、その終わり")
    has_password: bool
    sso: bool = Field(description="シングルサインオンと結び付いているか")
    created_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User) -> UserTold:
        """Without its hash."""
        return cls(
            id=user.id,
            login=user.login,
            name=user.name,
            role=Role(user.role),
            role_name=ROLE_NAMES[Role(user.role)],
            active=user.active,
            locked_until=user.locked_until,
            has_password=bool(user.password_hash),
            sso=user.oidc_subject is not None,
            created_at=user.created_at,
            last_login_at=user.last_login_at,
        )


class SessionTold(BaseModel):
    """A signed-in browser as it is told."""

    id: str
    user_id: str
    user_name: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str = Field(description="ブラウザーの名乗り")
    own: bool = Field(description="いま使っているものかどうか")

    @classmethod
    def of(cls, session: Session, user: User, own_id: str) -> SessionTold:
        """Without its token against forged requests."""
        return cls(
            id=session.id,
            user_id=user.id,
            user_name=user.name,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
            address=session.address,
            agent=session.agent,
            own=session.id == own_id,
        )


class KeyTold(BaseModel):
    """A key as it is told."""

    id: str
    name: str
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyTold:
        """Without its sum."""
        return cls(**{name: getattr(key, name) for name in cls.model_fields})


class NewKeyTold(BaseModel):
    """A new key with its secret."""

    secret: str = Field(description="キーそのもの。表示はこの一度だけです。")
    key: KeyTold

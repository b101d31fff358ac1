"""Any server that speaks the OpenAI chat API: on premises or, if the settings say so, elsewhere."""

from __future__ import annotations

import asyncio
import os
import time

import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion

from dialogue.llm.chat_model import (
    ChatFailedError,
    ChatRequest,
    ChatResult,
    ChatTimeoutError,
    ChatUnavailableError,
    ModelState,
    ModelStatus,
)


class OpenAIChatModel:
    """Asks `model` at `base_url`. One try a request: a second one would come too late for a caller.

    The key is read from the environment variable `api_key_env`; servers inside a company often need none.
    Redirections are not followed, so that nothing goes to another address than `base_url`. The environment's
    proxies are used only with `proxies`: a server on the premises is asked directly.
    """

    def __init__(self, base_url: str, model: str, api_key_env: str | None = None, proxies: bool = False) -> None:
        key = os.environ.get(api_key_env, "") if api_key_env else ""
        self._client = AsyncOpenAI(
            base_url=base_url,
            api_key=key or "not-needed",
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(trust_env=proxies, follow_redirects=False),
        )
        self._model = model
        self._base_url = base_url
        self._status = ModelStatus(ModelState.READY, f"{base_url} の {model} を使います。")

    @property
    def name(self) -> str:
        """The served model's name."""
        return self._model

    @property
    def ready(self) -> bool:
        """Always: a server that failed once may answer the next time."""
        return True

    @property
    def status(self) -> ModelStatus:
        """How the last request went."""
        return self._status

    async def start(self) -> None:
        """Nothing runs in the background."""

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, request: ChatRequest) -> ChatResult:
        """See `ChatModel.complete`."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(request.deadline_s):
                answer = await self._ask(request)
            text, tokens, prompt_tokens = _read(answer)
        except (TimeoutError, openai.APITimeoutError) as error:
            raise ChatTimeoutError(self._failed(f"{request.deadline_s:g} 秒以内に返事がありません")) from error
        except openai.APIConnectionError as error:
            raise ChatUnavailableError(self._failed("つながりません")) from error
        except openai.APIStatusError as error:
            raise ChatFailedError(self._failed(f"HTTP {error.status_code} が返りました")) from error
        except (openai.OpenAIError, ValueError, LookupError, AttributeError, TypeError) as error:
            raise ChatFailedError(self._failed("返事を読み取れません")) from error
        self._status = ModelStatus(ModelState.READY, f"{self._base_url} の {self._model} を使っています。")
        return ChatResult(text, (time.perf_counter() - began) * 1000, tokens, prompt_tokens)

    async def _ask(self, request: ChatRequest) -> ChatCompletion:
        schema = request.json_schema
        return await self._client.chat.completions.create(
            model=self._model,
            messages=[
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            timeout=request.deadline_s,
            response_format=openai.omit
            if schema is None
            else {
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": dict(schema), "strict": True},
            },
        )

    def _failed(self, what: str) -> str:
        message = f"言語モデルのサーバー {self._base_url}（{self._model}）: {what}。"
        self._status = ModelStatus(
            ModelState.FAILED, f"{message}設定 llm.base_url とサーバーの状態を確かめてください。"
        )
        return message


def _read(answer: ChatCompletion) -> tuple[str, int, int]:
    """Text and counts of tokens written and read; a server may send JSON of any shape, so nothing is trusted."""
    text = answer.choices[0].message.content
    if not isinstance(text, str) or not text:
        raise ValueError("no text")
    usage = answer.usage
    return text, _count(usage, "completion_tokens"), _count(usage, "prompt_tokens")


def _count(usage: object, name: str) -> int:
    value = getattr(usage, name, 0)
    return value if isinstance(value, int) else 0

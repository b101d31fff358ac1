"""`uketsuke ask`: the mind on text, with its evidence."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from bench.narration import Narration
from dialogue.llm.chat_model import ChatModel, ModelState
from dialogue.llm.embedded import EmbeddedChatModel
from dialogue.turns import CallerTurn, TurnKind
from uketsuke.call_models import OneModel, without_models
from uketsuke.cli.options import ConfigOption
from uketsuke.language_model import build_chat_model
from uketsuke.minds import Minds
from uketsuke.places import model_store, places_of
from uketsuke.settings import Settings, load_settings

MODEL_WAIT_S = 60.0


def ask(
    questions: Annotated[list[str], typer.Argument(help="たずねる言葉。並べると、一つの会話として続けます。")],
    with_model: Annotated[bool, typer.Option("--llm", help="言語モデルの準備を待って、使います。")] = False,
    config: ConfigOption = None,
) -> None:
    """文字でたずねて、答えとその根拠を見ます（音声は使いません）。"""
    asyncio.run(_converse(load_settings(config), questions, with_model))


async def _converse(settings: Settings, questions: list[str], with_model: bool) -> None:
    places = places_of(settings)
    chat = build_chat_model(settings, places, model_store(settings)) if with_model else None
    console = Console(highlight=False)
    if chat is not None:
        await chat.start()
        await _await_ready(chat, console)
    try:
        minds = await Minds.from_files(places, OneModel(chat, settings.llm) if chat is not None else without_models)
        conversation = minds.new_conversation()
        await conversation.open()
        narrate = Narration(console)
        for question in questions:
            decision = await conversation.decide(CallerTurn(TurnKind.SPEECH, text=question))
            conversation.commit(decision)
            conversation.heard(decision.reply.text)
            reply = decision.reply
            console.print(f"[cyan]お客様[/cyan] {question}")
            data = {"act": reply.act.value, "evidence": reply.evidence.to_dict()}
            narrate({"kind": "decided", "at_ms": 0, "data": data})
            console.print(f"[green]受付[/green] {reply.text}")
    finally:
        if chat is not None:
            await chat.close()


async def _await_ready(chat: ChatModel, console: Console) -> None:
    """Wait for an embedded model to load; go on without it when it takes too long."""
    try:
        if isinstance(chat, EmbeddedChatModel):
            await chat.wait_for(ModelState.READY, MODEL_WAIT_S)
    except TimeoutError:
        console.print(f"[yellow]言語モデルなしで続けます（{chat.status.explanation}）[/yellow]")

"""With the embedded model alone, a whole turn and a summary open no connection, here or in the child."""

import os
import socket

import pytest

from dialogue.llm.confidentiality import ConfidentialityClassifier
from dialogue.llm.embedded import EmbeddedChatModel
from dialogue.llm.purpose import Place, Purpose
from dialogue.llm.router import TurnRouter
from dialogue.llm.session import GatewayChatModel, ModelSession
from dialogue.llm.summary import draft_summary
from dialogue.privacy.finder import find_personal
from dialogue.privacy.pseudonyms import Pseudonyms
from tests.dialogue.llm.connections import CONNECTIONS, internet_sockets
from tests.dialogue.llm.models import Notes, card, gateway

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_turn_and_a_summary_by_the_embedded_model_open_no_connection(embedded: EmbeddedChatModel) -> None:
    log = Notes()
    door = gateway({"embedded": (card("embedded", Place.IN_PROCESS), embedded)}, log)
    session = ModelSession(ConfidentialityClassifier(find_personal), Pseudonyms())
    with CONNECTIONS.watched() as seen:
        session.hear("田中と申します、解約したいです")
        router = TurnRouter(GatewayChatModel(door, Purpose.ROUTE, session), deadline_s=60)
        routing = await router.route("田中と申します、解約したいです", [("cancel-001", "解約の方法")])
        summary = await draft_summary(
            GatewayChatModel(door, Purpose.SUMMARY, session), ["お客様: 解約したいです", "受付: 会員ページからできます"]
        )
    assert routing.model_use.outcome == "used"
    assert summary is not None
    assert seen == []
    assert embedded.process_id is not None
    assert internet_sockets(embedded.process_id) == []
    assert log.told == [("embedded", "used"), ("embedded", "used")]


async def test_a_socket_that_a_process_holds_is_seen() -> None:
    before = len(internet_sockets(os.getpid()))
    with socket.create_server(("127.0.0.1", 0)):
        assert len(internet_sockets(os.getpid())) == before + 1

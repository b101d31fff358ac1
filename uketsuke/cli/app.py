"""The Typer application: one module a command, put together here."""

from __future__ import annotations

import typer

from uketsuke.cli import (
    ask,
    audit,
    bench,
    call,
    capacity,
    doctor,
    faq,
    mine,
    models,
    replay,
    rules,
    scenarios,
    serve,
    speakers,
    users,
)

app = typer.Typer(
    name="uketsuke",
    help="受付: 自社の中で動く、日本語の電話応対エージェントです。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("serve")(serve.serve)
app.command("call")(call.call)
app.command("ask")(ask.ask)
app.command("doctor")(doctor.doctor)
app.command("speakers")(speakers.speakers)
app.command("scenarios")(scenarios.scenarios)
app.command("mine")(mine.mine)
app.command("capacity")(capacity.capacity)
app.command("replay")(replay.replay)
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.add_typer(faq.app, name="faq")
app.add_typer(rules.app, name="rules")
app.add_typer(models.app, name="models")
app.add_typer(bench.app, name="bench")

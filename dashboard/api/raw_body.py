"""A request's bytes, no more than were agreed on."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Request


async def bytes_of(request: Request, most: int, too_long: str) -> bytes:
    """The body. Raises 413 with `too_long` as soon as it is longer than `most` bytes."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > most:
            raise HTTPException(413, too_long)
    return bytes(taken)


def raw_body(media_type: str, description: str) -> dict[str, Any]:
    """`openapi_extra` for an endpoint that reads its body itself."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "description": description, "content": content}}

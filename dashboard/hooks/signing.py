"""The signature of a webhook: the receiver knows who sent it, that it is whole, and that it is not old.

`X-Uketsuke-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, in the manner of common payment webhooks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

HEADER: Final = "x-uketsuke-signature"
DELIVERY_HEADER: Final = "x-uketsuke-delivery"
"""One id for all attempts of a delivery: who has seen it already may answer 200 and do nothing."""
_SIGNED: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def new_secret() -> str:
    """A secret of 256 bits."""
    return "whsec_" + secrets.token_urlsafe(32)


def sign(body: bytes, secret: str, at: int) -> str:
    """The header's value for `body`, sent at `at` seconds since 1970."""
    return f"t={at},v1={_sum(body, secret, at)}"


def is_signed(body: bytes, header: str, secret: str, now: int, tolerance_s: int = 300) -> bool:
    """Whether the header is of this body and secret, and not older or newer than the tolerance."""
    found = _SIGNED.fullmatch(header)
    if found is None or abs(now - int(found[1])) > tolerance_s:
        return False
    return hmac.compare_digest(found[2], _sum(body, secret, int(found[1])))


def _sum(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()

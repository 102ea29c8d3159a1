"""Verification of COS request signatures, in the query (presigned URL) or in `Authorization`.

The algorithm is Tencent Cloud's "Request Signature" for COS (document 436/7778): HMAC-SHA1 over method, path, and
the parameters and headers that the signer listed.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

_FIELDS = (
    "q-sign-algorithm",
    "q-ak",
    "q-sign-time",
    "q-key-time",
    "q-header-list",
    "q-url-param-list",
    "q-signature",
)


class SignatureRefused(Exception):
    """The request is refused: HTTP 403 with COS's own error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class SignedRequest:
    """The parts of a request that a signature can cover. `path` is decoded; header names are lower-case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]


def verify(request: SignedRequest, *, secrets: Mapping[str, str], now: float) -> None:
    """Raise SignatureRefused unless the request is signed by one of `secrets` and still valid.

    `secrets` maps an access key id to its secret; `now` is in seconds since the epoch.
    """
    fields = _signature_fields(request)
    if fields["q-sign-algorithm"] != "sha1":
        raise SignatureRefused("InvalidArgument", "The signature algorithm is not supported.")
    secret = secrets.get(fields["q-ak"])
    if secret is None:
        raise SignatureRefused("InvalidAccessKeyId", "The access key id does not exist.")
    for times in (fields["q-sign-time"], fields["q-key-time"]):
        _check_times(times, now)
    if not any(
        hmac.compare_digest(expected, fields["q-signature"].encode())
        for expected in _expected_signatures(request, fields, secret)
    ):
        raise SignatureRefused(
            "SignatureDoesNotMatch",
            "The signature is not the one calculated from method, path, parameters and headers.",
        )


def _signature_fields(request: SignedRequest) -> dict[str, str]:
    authorization = request.headers.get("authorization", "")
    given = parse_qsl(authorization, keep_blank_values=True) if authorization else list(request.query)
    fields: dict[str, str] = {}
    for name, value in given:
        if name not in _FIELDS:
            continue
        if name in fields:
            raise SignatureRefused("InvalidArgument", f"{name} is given more than once.")
        fields[name] = value
    if not fields:
        raise SignatureRefused("AccessDenied", "Access Denied.")
    if missing := [name for name in _FIELDS if name not in fields]:
        raise SignatureRefused("InvalidArgument", f"The signature lacks {', '.join(missing)}.")
    return fields


def _check_times(times: str, now: float) -> None:
    start, separator, end = times.partition(";")
    if not (separator and start.isdecimal() and end.isdecimal() and int(start) < int(end)):
        raise SignatureRefused("InvalidArgument", "The time of the signature is malformed.")
    if now < int(start):
        raise SignatureRefused("RequestTimeTooSkewed", "The signature is not valid yet.")
    if now > int(end):
        raise SignatureRefused("AccessDenied", "Request has expired.")


def _expected_signatures(request: SignedRequest, fields: Mapping[str, str], secret: str) -> Iterable[bytes]:
    parameters = _pick(_encoded(request.query), fields["q-url-param-list"])
    names = fields["q-header-list"]
    # The Python SDK signs the host without its port, the JavaScript one with it. The bucket's
    # real host has no port, so COS itself never sees a difference.
    host = request.headers.get("host", "")
    for signed_host in dict.fromkeys((host, host.partition(":")[0])):
        headers = {**request.headers, "host": signed_host}
        covered = _pick(_encoded(headers.items()), names)
        canonical = f"{request.method.lower()}\n{request.path}\n{parameters}\n{covered}\n"
        digest = hashlib.sha1(canonical.encode(), usedforsecurity=False).hexdigest()
        to_sign = f"sha1\n{fields['q-sign-time']}\n{digest}\n"
        key = _hmac_sha1(secret, fields["q-key-time"])
        yield _hmac_sha1(key, to_sign).encode()


def _pick(encoded: Mapping[str, str], names: str) -> str:
    """The canonical `name=value&...` of the listed names; an absent one cannot match."""
    listed = [name for name in names.split(";") if name]
    if absent := [name for name in listed if name not in encoded]:
        raise SignatureRefused("SignatureDoesNotMatch", f"Signed but absent: {', '.join(absent)}.")
    return "&".join(f"{name}={encoded[name]}" for name in sorted(listed))


def _encoded(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {quote(name, safe="-_.~").lower(): quote(value, safe="-_.~") for name, value in items}


def _hmac_sha1(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha1).hexdigest()

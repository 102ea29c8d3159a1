"""The FastAPI app of a function."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.config import AppSettings, load
from shared.errors import (
    AppError,
    Forbidden,
    InternalError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    TokenRevoked,
    Unauthorized,
)
from shared.logging import configure_logging, request_context
from shared.schemas import ErrorBody, Health
from shared.web.dependencies import confirm_token_user
from shared.web.middleware import (
    BodyLimitMiddleware,
    RequestContextMiddleware,
    RetryMiddleware,
    UnhandledErrorMiddleware,
)
from shared.web.responses import error_responses
from shared.web.routing import Router

# Gateways allow far more (AWS 10 MB, SCF 6 MB); few calls of ours need it, images go to the store.
MAX_BODY_BYTES = 1_000_000
_METHODS = ("GET", "POST")
# Errors that the framework raises itself.
_BY_STATUS: dict[int, type[AppError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    413: PayloadTooLarge,
}


class _App(FastAPI):
    """Adds component schemas to the OpenAPI document, which are made only when it is."""

    def __init__(self, schemas: Callable[[], Mapping[str, Any]] | None, **options: Any) -> None:
        super().__init__(**options)
        self._schemas = schemas

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None and self._schemas is not None:
            super().openapi()["components"]["schemas"].update(self._schemas())
        return super().openapi()


def create_app(
    domain: str,
    routers: Sequence[Router],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    max_body_bytes: int = MAX_BODY_BYTES,
    schemas: Callable[[], Mapping[str, Any]] | None = None,
) -> FastAPI:
    """The app of one domain: its routers, `/<domain>/health`, and the contract's errors.

    `/<domain>/openapi.json` exists in the local stage only. `max_body_bytes` is for a domain whose
    bodies may be larger than those of the others. `schemas` gives the component schemas that routes refer to by name
    alone (`schema_reference`).
    """
    configure_logging()
    settings = load(AppSettings)
    errors = error_responses()
    own = APIRouter(prefix=f"/{domain}", tags=[domain], responses=errors)

    # The one place where an error's body is named as a model; elsewhere it is a `schema_reference`.
    @own.get(
        "/health",
        responses={500: {**errors[500], "model": ErrorBody}},
        summary="Check that the function runs",
        description="Needs no token and does not use the database.",
    )
    async def health() -> Health:
        return Health(status="ok")

    app = _App(
        schemas,
        title=domain,
        # As they are: FastAPI builds each route of a router that is included a second time.
        routes=[route for router in (own, *routers) for route in router.routes],
        lifespan=lifespan,
        openapi_url=f"/{domain}/openapi.json" if settings.is_local else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_exception)
    # The last one added is the outermost.
    app.add_middleware(RetryMiddleware)
    app.add_middleware(BodyLimitMiddleware, max_bytes=max_body_bytes)
    app.add_middleware(UnhandledErrorMiddleware)
    if settings.cors_origins:
        # Around the two above: a browser must be able to read their errors, too.
        app.add_middleware(
            _Cors,
            allow_origins=[origin.strip() for origin in settings.cors_origins.split(",")],
            allow_methods=_METHODS,
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
            expose_headers=["X-Request-Id", "Retry-After"],
            max_age=86400,
        )
    app.add_middleware(RequestContextMiddleware)
    return app


class _Cors(CORSMiddleware):
    """Refuses a preflight in the contract's format."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            return answer
        refusal = _render(Forbidden("This origin, method or header is not allowed."))
        refusal.headers["Vary"] = answer.headers["Vary"]
        return refusal


def _render(error: AppError) -> JSONResponse:
    context = request_context.get()
    body = error.body(context.request_id if context else "")
    return JSONResponse(body, error.status, error.headers)


async def _app_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    return _render(error)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # A revoked login is answered before validation errors, like in calls that check the login before their body.
    try:
        await confirm_token_user(request)
    except TokenRevoked as revoked:
        return _render(revoked)
    return _render(InvalidInput(details=[_detail(entry) for entry in error.errors()]))


def _detail(entry: dict[str, Any]) -> dict[str, str]:
    # `input` and `ctx` contain the sent value, which can be a password: only field and rule are returned.
    location = [str(part) for part in entry["loc"]]
    field = ".".join(location[1:] if location[0] in ("body", "query", "path", "header") else location)
    if entry["type"] == "json_invalid":
        return {"field": "", "message": "The body is not valid JSON."}
    return {"field": field, "message": entry["msg"]}


async def _http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, AppError):  # Raised while FastAPI read the body.
        return _render(error.__cause__)
    if error.status_code == 400:  # FastAPI's answer to a body that is not UTF-8.
        return _render(InvalidInput("The body could not be read."))
    if error.status_code == 405:
        return _render(MethodNotAllowed(headers={"Allow": ", ".join(_allowed_methods(request))}))
    return _render(_BY_STATUS.get(error.status_code, InternalError)(headers=error.headers))


def _allowed_methods(request: Request) -> list[str]:
    # The framework lists only the methods of the first matching route.
    def is_taken(method: str) -> bool:
        return any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)

    return [method for method in _METHODS if is_taken(method)]

"""The router of a domain: path prefix, dependencies and error responses that all its routes share."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import getdoc, iscoroutinefunction
from typing import Any, ParamSpec, TypeVar

from fastapi import APIRouter
from fastapi.routing import APIRoute

from shared.web.blocking import run_blocking
from shared.web.dependencies import ConnectionSlot
from shared.web.responses import error_responses

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Router(APIRouter):
    """The routes of `domain`, below `/<domain>` unless another prefix is given. Plain functions may block.

    The first paragraph of a route's docstring is the summary of its operation in the OpenAPI document, the rest the
    description. Its return annotation is the model of the response.
    """

    def __init__(
        self,
        domain: str,
        *,
        prefix: str | None = None,
        responses: Mapping[int | str, dict[str, Any]] | None = None,
        route_class: type[APIRoute] = APIRoute,
    ) -> None:
        super().__init__(
            prefix=prefix or f"/{domain}",
            tags=[domain],
            dependencies=[ConnectionSlot],
            responses={**error_responses(), **(responses or {})},
            route_class=route_class,
        )

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        summary, _, description = (getdoc(endpoint) or "").partition("\n\n")
        options |= {"summary": summary.rstrip("."), "description": description}
        super().add_api_route(path, endpoint if iscoroutinefunction(endpoint) else _unblocked(endpoint), **options)


def _unblocked(endpoint: Callable[_P, _T]) -> Callable[_P, Any]:
    @wraps(endpoint)
    async def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await run_blocking(endpoint, *args, **kwargs)

    return call

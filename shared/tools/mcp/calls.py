"""Calls of a server's tools as the turn sees them: a result, a question to the user, or a task that is polled."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from shared.db.types import utc_now
from shared.tools.errors import RpcError, ServerFailed
from shared.tools.mcp import elicitation
from shared.tools.mcp.client import STATELESS, McpClient
from shared.tools.mcp.result import Blob, read_result
from shared.tools.mcp.schema import ToolDefinition
from shared.tools.tool import InputAnswer, InputRequired, TaskPending, ToolObject, ToolOutcome, ToolResult

# Rounds of one call in which the server wants to be called again without a question to the user.
_MAX_ROUNDS = 10
_MIN_POLL_SECONDS, _DEFAULT_POLL_SECONDS, _MAX_POLL_SECONDS = 1.0, 5.0, 300.0
# JSON-RPC error of a call that needs a visit to a URL first (revision 2025-11-25).
_LOGIN_REQUIRED = -32042

_IN_VAIN = "The server asked you something during the call and cannot wait for an answer."

# Stores an image or file of a result; None when it cannot be stored.
StoreBlob = Callable[[Blob], Awaitable[ToolObject | None]]


class ServerCalls:
    """Calls through one client. Raises ServerFailed; what a server reports in the result is a ToolResult."""

    def __init__(self, client: McpClient, store: StoreBlob | None = None) -> None:
        self._client = client
        self._store = store

    async def call(
        self, tool: ToolDefinition, arguments: Mapping[str, Any], answer: InputAnswer | None, idempotency_key: str
    ) -> ToolOutcome:
        state = answer.state if answer is not None and answer.state is not None else {}
        responses: dict[str, Any] | None = None
        request_state: str | None = None
        if answer is not None and "requests" in state:
            responses = _with_answer(state, answer)
            question = _next_question(state["requests"], responses, state.get("request_state"))
            if question is not None:
                return question
            request_state = state.get("request_state")
        for _ in range(_MAX_ROUNDS):
            try:
                result = await self._client.call(
                    tool,
                    arguments,
                    idempotency_key=idempotency_key,
                    input_responses=responses,
                    request_state=request_state,
                )
            except RpcError as error:
                question = _login_question(error)
                if question is None:
                    return _failed(error)
                return question
            if result.get("resultType") == "task":
                return self._pending(result)
            if result.get("resultType") != "input_required":
                return await self.finished(result)
            requests = result.get("inputRequests") or {}
            request_state = result.get("requestState")
            if not isinstance(requests, dict) or not isinstance(request_state, (str, type(None))):
                raise elicitation.UnsupportedInput
            responses = {}
            question = _next_question(requests, responses, request_state)
            if question is not None:
                return question
            responses = None
        raise ServerFailed("The tool server asks to be called again and again.")

    async def poll(self, handle: Mapping[str, Any], answer: InputAnswer | None) -> ToolOutcome:
        task_id, session_id = handle["task_id"], handle.get("session_id")
        if answer is not None and answer.state is not None and "requests" in answer.state:
            responses = _with_answer(answer.state, answer)
            question = _next_question(answer.state["requests"], responses, None)
            if question is not None:
                return question
            await self._client.update_task(task_id, responses)
        try:
            task = await self._client.get_task(task_id, session_id)
        except RpcError as error:
            return _failed(error)
        status = task.get("status")
        if status == "completed" and isinstance(task.get("result"), dict):
            return await self.finished(task["result"])
        if status == "input_required":
            requests = task.get("inputRequests")
            if isinstance(requests, dict) and requests:
                question = _next_question(requests, {}, None)
                if question is not None:
                    return question
            elif self._client.protocol != STATELESS:
                return await self.finished(await self._client.answer_task(task_id, session_id))
        if status in ("working", "input_required"):
            return self._pending({**task, "taskId": task_id, "session": session_id})
        failure = task.get("error")
        words = failure.get("message") if isinstance(failure, dict) else task.get("statusMessage")
        return ToolResult(str(words) if words else f"The task ended as {status!s}.", is_error=True)

    async def finished(self, result: Mapping[str, Any]) -> ToolResult:
        read = read_result(result)
        if self._client.asked_in_vain:
            return ToolResult(f"{_IN_VAIN}\n\n{read.text}", is_error=True, preview=_IN_VAIN)
        objects = [stored for blob in read.blobs if self._store and (stored := await self._store(blob)) is not None]
        return ToolResult(read.text, is_error=read.is_error, preview=read.preview, objects=objects)

    @staticmethod
    def _pending(task: Mapping[str, Any]) -> TaskPending:
        task_id = task.get("taskId")
        if not isinstance(task_id, str):
            raise ServerFailed("The tool server began a task without an id.")
        wait = task.get("pollIntervalMs", task.get("pollInterval"))
        seconds = wait / 1000 if isinstance(wait, (int, float)) and not isinstance(wait, bool) else None
        seconds = _DEFAULT_POLL_SECONDS if seconds is None else min(max(seconds, _MIN_POLL_SECONDS), _MAX_POLL_SECONDS)
        handle = {"task_id": task_id, "session_id": task.get("session")}
        return TaskPending(handle, utc_now() + timedelta(seconds=seconds))


def _failed(error: RpcError) -> ToolResult:
    return ToolResult(error.message, is_error=True)


def _with_answer(state: Mapping[str, Any], answer: InputAnswer) -> dict[str, Any]:
    """The responses so far, and the answer to the question that was asked last."""
    requests, asked = state["requests"], state["asked"]
    return {**state.get("responses", {}), asked: elicitation.to_result(requests[asked], answer)}


def _next_question(
    requests: Mapping[str, Any], responses: Mapping[str, Any], request_state: str | None
) -> InputRequired | None:
    """The first request that has no response, as a question; None when all have one."""
    for key, request in requests.items():
        if key not in responses:
            state = {
                "requests": dict(requests),
                "responses": dict(responses),
                "asked": key,
                "request_state": request_state,
            }
            return elicitation.read_request(request, state)
    return None


def _login_question(error: RpcError) -> InputRequired | None:
    """The visit to a URL that a call needs before it is repeated, in an error of revision 2025-11-25."""
    wanted = error.data.get("elicitations") if isinstance(error.data, dict) else None
    if error.rpc_code != _LOGIN_REQUIRED or not isinstance(wanted, list) or not wanted:
        return None
    return elicitation.read_request({"method": elicitation.METHOD, "params": wanted[0]}, {})

"""Fault injection: a function that kills itself (SIGKILL) at a step named in the environment, as if its platform had
stopped the instance.

DIE_AT is `before:MODULE:FUNCTION:n` or `after:MODULE:FUNCTION:n`, for its nth call, or `statement:WORDS::n`, for
after the nth statement that begins with the words. `tests.chaos.mortal:app` is then the
streaming function's app; as a program this is the sweep.
"""

import importlib
import os
import signal
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

from functions.chat_stream.app import app
from functions.maintenance.handler import handler

__all__ = ["app"]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_around(moment: str, module_name: str, name: str, number: int) -> None:
    module = importlib.import_module(module_name)
    function: Callable[..., Any] = getattr(module, name)
    calls = count(1)

    def mortal(*arguments: Any, **named: Any) -> Any:
        is_last = next(calls) == number
        if is_last and moment == "before":
            _die()
        result = function(*arguments, **named)
        if is_last:
            _die()
        return result

    setattr(module, name, mortal)


def _die_after_statement(words: str, number: int) -> None:
    calls = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def watch(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(words) and next(calls) == number:
            _die()


_moment, _where, _name, _number = os.environ["DIE_AT"].split(":")
if _moment == "statement":
    _die_after_statement(_where, int(_number))
else:
    _die_around(_moment, _where, _name, int(_number))

if __name__ == "__main__":
    handler({"task": "sweep"}, None)

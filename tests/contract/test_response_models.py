"""Response models are made so that a field that nobody fills is found without a request."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.schemas import ResponseBody

ROOT = Path(__file__).parents[2]


def models_made_from_others() -> Iterator[tuple[str, type[ResponseBody], ast.Call]]:
    """Each call `Model(**fields, ...)` of a response model, which the type checker does not compare with its fields."""
    for path in sorted([*ROOT.glob("shared/**/*.py"), *ROOT.glob("functions/**/*.py")]):
        source = path.read_text()
        if "**" not in source:
            continue
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        for call in calls:
            if not isinstance(call.func, ast.Name) or all(keyword.arg for keyword in call.keywords):
                continue
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            model = getattr(module, call.func.id, None)
            if isinstance(model, type) and issubclass(model, ResponseBody):
                yield f"{path.relative_to(ROOT)}:{call.lineno}", model, call


MADE_FROM_OTHERS = {where: (model, call) for where, model, call in models_made_from_others()}


def test_the_calls_are_found() -> None:
    assert {model.__name__ for model, _ in MADE_FROM_OTHERS.values()} >= {"SavedShare", "FileWithUrls", "MessageItem"}


@pytest.mark.parametrize("where", MADE_FROM_OTHERS)
def test_a_model_made_from_its_parents_fields_is_given_all_of_its_own(where: str) -> None:
    model, call = MADE_FROM_OTHERS[where]
    (unpacked,) = (keyword.value for keyword in call.keywords if keyword.arg is None)
    # Any other expression could lack fields of the parent.
    assert isinstance(unpacked, ast.Call)
    assert isinstance(unpacked.func, ast.Name)
    assert unpacked.func.id == "vars"
    inherited = {name for base in model.__bases__ for name in getattr(base, "model_fields", {})}
    own = {name for name, field in model.model_fields.items() if field.is_required() and name not in inherited}
    assert own <= {keyword.arg for keyword in call.keywords}

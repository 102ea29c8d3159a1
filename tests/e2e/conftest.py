"""The stack that these tests share, with a scripted default model."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.conftest import PASSWORD
from tests.support.api import Client
from tests.support.scripted_provider import ScriptedProvider
from tests.support.stack import Stack, running_stack

_numbers = count(1)


@pytest.fixture(scope="package")
def stack_and_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, ScriptedProvider]]:
    with (
        ScriptedProvider().serve() as model,
        running_stack(
            tmp_path_factory.mktemp("stack"),
            DEFAULT_MODEL_BASE_URL=model.base_url,
            DEFAULT_MODEL="scripted",
            DEFAULT_MODEL_API_KEY="the-operators-key",
        ) as stack,
    ):
        yield stack, model


@pytest.fixture
def stack(stack_and_model: tuple[Stack, ScriptedProvider]) -> Stack:
    return stack_and_model[0]


@pytest.fixture
def model(stack_and_model: tuple[Stack, ScriptedProvider]) -> Iterator[ScriptedProvider]:
    yield stack_and_model[1]
    stack_and_model[1].reset()


@pytest.fixture
def person(stack: Stack) -> Iterator[Client]:
    """The client of a new account."""
    client = Client(stack.url)
    email = f"person{next(_numbers)}@example.com"
    client.sign_in(client.post("/user/register", email=email, username="Person", password=PASSWORD))
    client.email = email
    yield client
    client.close()

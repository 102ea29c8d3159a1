"""Contract fuzzing through the real gateway."""

from typing import Any

import requests
from schemathesis import Case

from tests.support.api import Client
from tests.support.contract_fuzz import call_and_check, contract, examples, naming
from tests.support.scripted_provider import ScriptedProvider
from tests.support.stack import Stack

calls = contract("fuzzing")


@calls.parametrize()
@examples(4)
def test_any_call_is_answered_as_documented(
    case: Case[Any], stack: Stack, person: Client, model: ScriptedProvider, http: requests.Session
) -> None:
    case.body = naming(case.body, {}, model.base_url)
    call_and_check(case, stack.url, person, http)

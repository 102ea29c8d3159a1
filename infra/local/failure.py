"""The answer of a function whose code cannot run, in the contract's form. Imports nothing of the product."""

import json

FAILURE_BODY = json.dumps(
    {
        "error": {
            "code": "internal_error",
            "message": "The function failed; its output has the traceback.",
            "request_id": None,
        }
    }
)

"""The error response of a function whose code cannot run, in the contract's format. Imports nothing of the product."""

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

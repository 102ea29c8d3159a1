"""Events of API Gateway, for handlers."""

import json
from typing import Any


def rest_event(method: str, path: str, body: Any = None, token: str | None = None) -> dict[str, Any]:
    """An event of a REST API: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""
    headers = {"Content-Type": "application/json", "Host": "api.example.com"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "stage": "prod",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTimeEpoch": 1583798639428,
            "accountId": "123456789012",
            "apiId": "1234567890",
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "a browser"},
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }

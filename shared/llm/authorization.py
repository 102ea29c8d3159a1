"""Authorization of requests to a model server: the header that carries the API key."""

import re
from collections.abc import Mapping
from functools import lru_cache

from shared.llm.base_url import request_url
from shared.llm.endpoint import ModelEndpoint, ModelServer

# Azure OpenAI and Azure AI Foundry, in the public cloud, for the US government, and in China. The path of a deployment
# identifies a gateway in front of them.
_AZURE_HOST = re.compile(r"\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$")
_AZURE_PATH = "/openai/deployments/"


def authorization_headers(endpoint: ModelEndpoint | ModelServer) -> Mapping[str, str]:
    """The header that carries the API key: `api-key` at Azure (Microsoft's REST reference), else `Authorization`.

    Empty where a header of the config takes the place of `api-key`.
    """
    # Some servers of one's own require a key but do not verify it.
    key = endpoint.api_key or "none"
    if not _is_azure(endpoint.base_url):
        return {"Authorization": f"Bearer {key}"}
    return {} if any(name.lower() == "api-key" for name in endpoint.headers) else {"api-key": key}


@lru_cache(maxsize=256)
def _is_azure(base_url: str) -> bool:
    url = request_url(base_url, {}, "")
    return _AZURE_HOST.search(url.host) is not None or _AZURE_PATH in url.path.lower()

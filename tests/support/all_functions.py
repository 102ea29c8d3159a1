"""All HTTP functions behind one address: `uvicorn tests.support.all_functions:app`."""

import importlib
from collections.abc import Mapping

from fastapi import FastAPI

from infra.openapi import APPS as _NAMES
from tests.support.api import Gateway

APPS: Mapping[str, FastAPI] = {name: importlib.import_module(f"functions.{name}.app").app for name in _NAMES}

app = Gateway(APPS)

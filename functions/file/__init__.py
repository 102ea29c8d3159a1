"""Documents: upload, list, delete; `extract` reads their text."""

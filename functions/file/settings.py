"""Settings of the file function."""

from shared.config import Settings


class FileSettings(Settings):
    # `name:alias` of the function that reads documents. Absent where the file function reads them itself.
    extract_function_name: str | None = None

"""The routing of HTTP paths to functions, as the cloud's gateway does it."""

_STREAMED = ("/chat/send", "/chat/regenerate", "/chat/continue", "/chat/resume/", "/chat_stream/")
# First segments of paths that are not their function's name.
_BY_SEGMENT = {"prompt": "project"}


def function_of(path: str) -> str:
    """The name of the function that serves a path. A path of no function gives its first segment."""
    if path.startswith(_STREAMED):
        return "chat_stream"
    segment = path.split("/")[1]
    return _BY_SEGMENT.get(segment, segment)

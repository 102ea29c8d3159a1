"""Keys of the objects of a conversation: images of its messages, and what tools store of their results."""


def image_prefix(user_id: str, conversation_id: str) -> str:
    """The prefix of the keys of all of them, with which they are deleted."""
    return f"{user_id}/{conversation_id}/images/"

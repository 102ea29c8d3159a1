"""Keys of the objects of a share link. Those under `SHARES` are in the site's bucket, where anybody can read them."""

SHARES = "shares/"


def share_prefix(share_id: str) -> str:
    """The prefix of the keys of a share's objects in the site's bucket."""
    return f"{SHARES}{share_id}/"


def document_key(share_id: str) -> str:
    return f"{share_prefix(share_id)}share.json"


def sealed_upload_key(user_id: str, share_id: str) -> str:
    """The key of a sealed document in the private bucket, until it is checked and published."""
    return f"{user_id}/shares/{share_id}.json"

"""Estimates of tokens. There is no tokenizer, since every model has its own."""

# Estimate of an image. The models that document it count between 85 and 1,600.
IMAGE_TOKENS = 1_000


def estimate_text_tokens(text: str) -> int:
    """A text's tokens: English has about four characters a token, Chinese about one, as other scripts have at worst."""
    if text.isascii():
        return len(text) // 4
    ascii_characters = sum(character.isascii() for character in text)
    return ascii_characters // 4 + len(text) - ascii_characters

"""An estimate of the tokens in a text. There is no tokenizer, since every model has its own."""


def estimate_text_tokens(text: str) -> int:
    """English has about four characters a token, Chinese about one, as other scripts have at worst."""
    if text.isascii():
        return len(text) // 4
    ascii_characters = sum(character.isascii() for character in text)
    return ascii_characters // 4 + len(text) - ascii_characters

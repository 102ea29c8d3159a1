"""Removal of repeated text where a reply goes on: models often begin a continuation with the last words again."""

# Characters of the text so far that a continuation is compared with.
MAX_OVERLAP = 400
# Letters and digits that a repetition has at least: shorter ones may be the language's.
_MIN_LETTERS = 3
# A repetition of this many letters may begin in the middle of a word.
_SURE_LETTERS = 8


class OverlapFilter:
    """Removes from the beginning of a continuation what the text so far ends with, or all of that text: some servers
    repeat an assistant prefix.

    Text is withheld only while it may still be part of a repetition.
    """

    def __init__(self, text_so_far: str) -> None:
        self._tail = text_so_far[-MAX_OVERLAP:]
        # A shorter text is its own tail.
        self._whole = text_so_far if len(text_so_far) > MAX_OVERLAP else ""
        # Characters of the whole that the continuation has begun with.
        self._echoed = 0
        self._withheld = ""
        self._is_done = not self._tail

    def feed(self, text: str) -> str:
        """The part of the continuation that can be shown now; may be empty."""
        if self._is_done:
            return text
        if self._whole:
            if self._whole.startswith(text, self._echoed):
                self._echoed += len(text)
                return ""
            if text.startswith(self._whole[self._echoed :]):
                rest = text[len(self._whole) - self._echoed :]
                self._is_done, self._whole = True, ""
                return rest
            self._end_echo()
        self._withheld += text
        if self._may_become_longer():
            return ""
        return self.end()

    def end(self) -> str:
        """The rest of what was withheld, without the repetition."""
        self._is_done = True
        if self._whole and self._echoed == len(self._whole):
            return ""
        self._end_echo()
        withheld, self._withheld = self._withheld, ""
        return withheld[self._overlap(withheld) :]

    def _end_echo(self) -> None:
        """Treat the continuation as one that does not repeat the whole text."""
        if self._whole:
            self._withheld, self._whole = self._whole[: self._echoed], ""

    def _may_become_longer(self) -> bool:
        """Whether all of the withheld text occurs in the tail, with something after it."""
        return self._tail.find(self._withheld, 0, len(self._tail) - 1) != -1

    def _overlap(self, text: str) -> int:
        """The length of the longest beginning of `text` that the tail ends with; 0 where it may be a coincidence."""
        for length in range(min(len(text), len(self._tail)), 0, -1):
            if self._tail.endswith(text[:length]):
                return length if self._is_repetition(length) else 0
        return 0

    def _is_repetition(self, length: int) -> bool:
        repeated = self._tail[-length:]
        letters = sum(char.isalnum() for char in repeated)
        before = self._tail[-length - 1 : -length]
        # Chinese and Japanese do not separate words.
        starts_with_word = not before.isalnum() or ord(repeated[0]) >= 0x2E80
        return letters >= (_MIN_LETTERS if starts_with_word else _SURE_LETTERS)

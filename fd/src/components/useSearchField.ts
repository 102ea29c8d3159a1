import { type ChangeEvent, useEffect, useState } from "react";

/** Time in ms without input after which a text is searched. */
const PAUSE_MS = 200;
/** The API's limit of a query, in code points. */
const MAX_QUERY = 200;

/**
 * State of a search field whose text is sent to the backend. `query`: the trimmed text, once the user has paused, of a
 * longer one its beginning; letters of a composition, such as Pinyin, are never part of it. `searchNow` does not wait
 * for the pause. `field`: properties of the input.
 */
export function useSearchField() {
  const [text, setText] = useState("");
  const [query, setQuery] = useState("");
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    if (composing) return;
    const timer = setTimeout(() => setQuery(queryOf(text)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, composing]);
  const field = {
    value: text,
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => setText(target.value),
    onCompositionStart: () => setComposing(true),
    onCompositionEnd: () => setComposing(false),
  };
  const searchNow = () => setQuery(queryOf(text));
  return { text, setText, query, searchNow, field };
}

function queryOf(text: string): string {
  return [...text.trim()].slice(0, MAX_QUERY).join("").trimEnd();
}

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** The pages of a list, one after another. `fetchPage` is called with the cursor of each, which the first one has not. */
export async function* eachPage<Item>(
  fetchPage: (query: { cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item[]> {
  let query: { cursor?: string } | null = {};
  while (query !== null) {
    const { items, next_cursor }: Page<Item> = await fetchPage(query);
    yield items;
    query = next_cursor === null ? null : { cursor: next_cursor };
  }
}

/** The items of all pages. */
export async function everyItem<Item>(pages: AsyncIterable<Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of pages) all.push(...items);
  return all;
}

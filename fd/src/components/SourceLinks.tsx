/** Links to numbered sources. */
export function SourceLinks({
  sources,
}: {
  sources: readonly { readonly n: number; readonly title: string; readonly url: string }[];
}) {
  return sources.map(({ n, title, url }, index) => (
    <a
      // Numbers can be repeated.
      // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
      key={index}
      href={url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      dir="auto"
      className="truncate text-accent hover:underline"
    >
      [{n}] {title || url}
    </a>
  ));
}

import type { Part } from "@/api/types";

/** The object URLs (`blob:`) of images in messages that were written on this page, which are revoked when unused. */
export class ObjectUrls {
  readonly #held = new Set<string>();

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** Holds the images of a message. */
  hold(content: readonly Part[]): void {
    for (const url of imagesOf(content)) if (url.startsWith("blob:")) this.#held.add(url);
  }

  /** Revokes what neither the messages nor `others` contain. */
  revokeUnused(contents: readonly (readonly Part[])[], others: readonly string[]): void {
    const used = new Set([...contents.flatMap(imagesOf), ...others]);
    for (const url of this.#held) if (!used.has(url)) this.#revoke(url);
  }

  revokeAll(): void {
    for (const url of this.#held) this.#revoke(url);
  }

  #revoke(url: string): void {
    URL.revokeObjectURL(url);
    this.#held.delete(url);
  }
}

function imagesOf(content: readonly Part[]): string[] {
  return content.flatMap((part) => (part.type === "image_url" ? part.image_url.url : []));
}

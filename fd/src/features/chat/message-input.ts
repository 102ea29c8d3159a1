import type { InputParts, Part } from "@/api/types";

/** The request's form of a message: a string for text only, otherwise parts with images by object key, files by id. */
export function toInput(content: readonly Part[]): string | InputParts {
  const [first] = content;
  if (content.length === 1 && first?.type === "text") return first.text;
  return content.map((part) => {
    if (part.type === "text") return part;
    if (part.type === "file") return { type: "file" as const, file: { id: part.file.id } };
    return { type: "image_url" as const, image_url: { key: part.image_url.key } };
  });
}

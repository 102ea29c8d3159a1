// Downscaling of images to a maximum size in bytes.

const LONGEST_SIDES = [2560, 2048, 1536, 1024, 768] as const;
const JPEG_QUALITY = 0.85;

/** A JPEG of at most `maxBytes`, or null when that is impossible: an animation, or an unreadable file. */
export async function shrinkImage(file: Blob, maxBytes: number): Promise<Blob | null> {
  if (file.type === "image/gif") return null;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  try {
    for (const longestSide of LONGEST_SIDES) {
      const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      const context = canvas.getContext("2d");
      if (!context) return null;
      // JPEG has no transparency; the default background would be black.
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const smaller = await new Promise<Blob | null>((resolve) =>
        canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY),
      );
      if (smaller && smaller.size <= maxBytes) return smaller;
    }
    return null;
  } finally {
    bitmap.close();
  }
}

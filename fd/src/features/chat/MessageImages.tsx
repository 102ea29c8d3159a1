import { useState } from "react";
import type { ImagePart } from "@/api/types";
import { lazyPart } from "@/components/lazy-part";
import { useTranslation } from "@/i18n";

const Lightbox = lazyPart(async () => (await import("./Lightbox")).Lightbox);

/** A message's images, which open in a lightbox. `onError`: an image cannot be loaded. */
export function MessageImages({ images, onError }: { images: readonly ImagePart[]; onError: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | null>(null);
  return (
    <>
      <div className="flex flex-wrap justify-end gap-2">
        {images.map(({ image_url }, index) => (
          <button
            key={image_url.key}
            type="button"
            aria-label={t("chat.openImage")}
            onClick={() => setOpen(index)}
            className="cursor-zoom-in overflow-hidden rounded-2xl border border-line bg-surface"
          >
            <img
              src={image_url.url}
              alt={t("chat.image")}
              onError={onError}
              className={
                images.length === 1 ? "max-h-72 min-h-24 max-w-full object-contain" : "size-36 object-cover"
              }
            />
          </button>
        ))}
      </div>
      {open !== null && <Lightbox images={images} first={open} onClose={() => setOpen(null)} />}
    </>
  );
}

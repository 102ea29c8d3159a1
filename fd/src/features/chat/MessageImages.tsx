import { Dialog } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { useState } from "react";
import type { ImagePart } from "@/api/types";
import { IconButton } from "@/components/Button";
import { useTranslation } from "@/i18n";

/** A message's images, with a lightbox and arrow keys. `onError`: an image cannot be loaded. */
export function MessageImages({ images, onError }: { images: readonly ImagePart[]; onError: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | null>(null);
  const shown = open === null ? undefined : images[open];
  const step = (by: number) =>
    setOpen((at) => (at === null ? null : (at + by + images.length) % images.length));
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
      <Dialog.Root open={shown !== undefined} onOpenChange={(next) => !next && setOpen(null)}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-lightbox" />
          <Dialog.Popup
            aria-label={t("chat.image")}
            className="fixed inset-0 z-50 grid place-items-center p-6 outline-none"
            onClick={() => setOpen(null)}
            onKeyDown={(event) => {
              if (event.key === "ArrowLeft") step(-1);
              if (event.key === "ArrowRight") step(1);
            }}
          >
            {shown && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: only prevents a click on the picture from closing it
              <img
                src={shown.image_url.url}
                alt={t("chat.image")}
                onClick={(event) => event.stopPropagation()}
                className="max-h-full max-w-full rounded-lg object-contain"
              />
            )}
            <div className="absolute end-4 top-4 flex gap-2">
              {images.length > 1 && (
                <>
                  <IconButton
                    label={t("chat.previousImage")}
                    className="bg-raised"
                    onClick={(event) => {
                      event.stopPropagation();
                      step(-1);
                    }}
                  >
                    <ChevronLeft aria-hidden className="icon" />
                  </IconButton>
                  <IconButton
                    label={t("chat.nextImage")}
                    className="bg-raised"
                    onClick={(event) => {
                      event.stopPropagation();
                      step(1);
                    }}
                  >
                    <ChevronRight aria-hidden className="icon" />
                  </IconButton>
                </>
              )}
              <IconButton label={t("action.close")} className="bg-raised" onClick={() => setOpen(null)}>
                <X aria-hidden className="icon" />
              </IconButton>
            </div>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}

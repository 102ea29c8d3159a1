import { Dialog } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { useState } from "react";
import type { ImagePart } from "@/api/types";
import { IconButton } from "@/components/Button";
import { useTranslation } from "@/i18n";

/** An enlarged image; arrow keys show the previous and the next one. */
export function Lightbox({
  images,
  first,
  onClose,
}: {
  images: readonly ImagePart[];
  /** Index of the image that is shown first. */
  first: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [at, setAt] = useState(first);
  const shown = images[at];
  const step = (by: number) => setAt((at + by + images.length) % images.length);
  return (
    <Dialog.Root open onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-lightbox" />
        <Dialog.Popup
          aria-label={t("chat.image")}
          className="fixed inset-0 z-50 grid place-items-center p-6 outline-none"
          onClick={onClose}
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
            <IconButton label={t("action.close")} className="bg-raised" onClick={onClose}>
              <X aria-hidden className="icon" />
            </IconButton>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { Dialog } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from "lucide-react";
import { useRef, useState } from "react";
import type { ImagePart } from "@/api/types";
import { IconButton } from "@/components/Button";
import { useLayer } from "@/components/layers";
import { useTranslation } from "@/i18n";

/** Zoom factors relative to the size at which the whole image is on the screen. */
const ZOOM_STEPS = [1, 1.5, 2, 3, 4] as const;

/** An enlarged image; arrow keys show the previous and the next one, + and − zoom, and 0 shows all of it again. */
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
  useLayer(true, onClose);
  const [zoom, setZoom] = useState(0);
  const picture = useRef<HTMLImageElement>(null);
  /** Width of the whole image on the screen, in px. */
  const wholeWidth = useRef(0);
  const step = (by: number) => {
    setAt((at + by + images.length) % images.length);
    setZoom(0);
  };
  const zoomTo = (next: number) => {
    if (zoom === 0) wholeWidth.current = picture.current?.clientWidth ?? 0;
    setZoom(Math.min(Math.max(next, 0), ZOOM_STEPS.length - 1));
  };
  const isZoomed = zoom > 0;
  return (
    <Dialog.Root open onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-lightbox" />
        <Dialog.Popup
          aria-label={t("chat.image")}
          className="fixed inset-0 z-50 grid place-items-center-safe overflow-auto p-6 outline-none"
          onClick={onClose}
          onKeyDown={(event) => {
            // Zoomed in, the arrow keys scroll.
            if (event.key === "ArrowLeft" && !isZoomed) step(-1);
            if (event.key === "ArrowRight" && !isZoomed) step(1);
            if (event.key === "+" || event.key === "=") zoomTo(zoom + 1);
            if (event.key === "-") zoomTo(zoom - 1);
            if (event.key === "0") zoomTo(0);
          }}
        >
          {shown && (
            // biome-ignore lint/a11y/useKeyWithClickEvents: only prevents a click on the picture from closing it
            <img
              src={shown.image_url.url}
              alt={t("chat.image")}
              ref={picture}
              onClick={(event) => {
                event.stopPropagation();
                zoomTo(isZoomed ? 0 : 2);
              }}
              style={isZoomed ? { width: wholeWidth.current * (ZOOM_STEPS[zoom] ?? 1) } : undefined}
              className={
                isZoomed
                  ? "max-w-none cursor-zoom-out rounded-lg"
                  : "max-h-full max-w-full cursor-zoom-in rounded-lg object-contain"
              }
            />
          )}
          <div className="fixed top-4 end-[max(1rem,env(safe-area-inset-right))] flex gap-2">
            <IconButton
              label={t("chat.zoomOut")}
              disabled={!isZoomed}
              className="bg-raised"
              onClick={(event) => {
                event.stopPropagation();
                zoomTo(zoom - 1);
              }}
            >
              <ZoomOut aria-hidden className="icon" />
            </IconButton>
            <IconButton
              label={t("chat.zoomIn")}
              disabled={zoom === ZOOM_STEPS.length - 1}
              className="bg-raised"
              onClick={(event) => {
                event.stopPropagation();
                zoomTo(zoom + 1);
              }}
            >
              <ZoomIn aria-hidden className="icon" />
            </IconButton>
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

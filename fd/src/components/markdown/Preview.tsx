import { type ReactNode, useEffect, useRef, useState } from "react";
import { openPreview } from "@/diagram";
import { useTranslation } from "@/i18n";

/** Height limits of the frame, in px. */
const MIN_HEIGHT = 120;
const MAX_HEIGHT = 640;

/** HTML or SVG as a page, in a sandboxed frame: without scripts, network and storage. */
export function Preview({ source }: { source: string; children: ReactNode }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(MIN_HEIGHT);
  useEffect(() => (frame.current ? openPreview(frame.current, source, setHeight) : undefined), [source]);
  return (
    <iframe
      ref={frame}
      title={t("chat.preview")}
      sandbox="allow-scripts"
      style={{ height: Math.min(Math.max(height, MIN_HEIGHT), MAX_HEIGHT) }}
      className="block w-full border-t border-line bg-paper"
    />
  );
}

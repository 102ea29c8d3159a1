import { Download, FolderDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { isAbort } from "@/api/errors";
import { Button } from "@/components/Button";
import { download } from "@/components/download";
import { ErrorNotice } from "@/components/ErrorNotice";
import { type FileSink, ZipWriter } from "@/features/archive/pages";
import { ReauthenticationDialog } from "@/features/profile/pages";
import { useTranslation } from "@/i18n";
import { canChooseFolder, chooseFolder } from "./folder-sink";
import { takeOut } from "./take-out";

type Target = "zip" | "folder";

/** Take-out of everything, as a ZIP file or into a folder. Leaving the page ends it. */
export function MovingOut() {
  const { t } = useTranslation();
  const [count, setCount] = useState(0);
  const [running, setRunning] = useState<Target | null>(null);
  const [missing, setMissing] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const start = async (target: Target) => {
    setError(null);
    setMissing(null);
    setCount(0);
    const own = new AbortController();
    controller.current = own;
    try {
      const writer = new ZipWriter();
      const sink: FileSink =
        target === "folder"
          ? await chooseFolder()
          : { has: async () => false, add: (name, content, packed) => writer.add(name, content, packed) };
      setRunning(target);
      const words = {
        user: t("takeOut.user"),
        assistant: t("takeOut.assistant"),
        image: t("takeOut.image"),
        untitled: t("conversations.untitled"),
      };
      setMissing(await takeOut(sink, words, setCount, own.signal));
      if (target === "zip") {
        const day = new Date().toISOString().slice(0, 10);
        download(new File([writer.end()], `chat-${day}.zip`, { type: "application/zip" }));
      }
    } catch (failure) {
      if (!isAbort(failure)) setError(failure);
    }
    setRunning(null);
  };
  const status = () => {
    if (running) return t("takeOut.running", { count });
    if (missing === null) return "";
    const done = t("takeOut.done", { count });
    return missing > 0 ? `${done} ${t("takeOut.missing", { count: missing })}` : done;
  };
  return (
    <section aria-labelledby="moving-out" className="flex flex-col gap-3 border-t border-line pt-6">
      <div>
        <h2 id="moving-out" className="text-base font-semibold">
          {t("takeOut.title")}
        </h2>
        <p className="text-sm text-muted">{t("takeOut.hint")}</p>
      </div>
      <ErrorNotice error={error} />
      <div className="flex flex-wrap gap-2">
        <Button busy={running === "zip"} disabled={running === "folder"} onClick={() => void start("zip")}>
          <Download aria-hidden className="icon" />
          {t("takeOut.zip")}
        </Button>
        {canChooseFolder() && (
          <Button
            busy={running === "folder"}
            disabled={running === "zip"}
            onClick={() => void start("folder")}
          >
            <FolderDown aria-hidden className="icon" />
            {t("takeOut.folder")}
          </Button>
        )}
        {running && (
          <Button variant="quiet" onClick={() => controller.current?.abort()}>
            {t("action.cancel")}
          </Button>
        )}
      </div>
      <p role="status" className="text-sm text-muted empty:hidden">
        {status()}
      </p>
      <ReauthenticationDialog />
    </section>
  );
}

import { useEffect, useState } from "react";
import { inTime, useTranslation } from "@/i18n";

const SECOND_MS = 1000;

/** Countdown: whole seconds until `at` (ms since the epoch), then 0. */
export function useSecondsUntil(at: number): number {
  const [now, setNow] = useState(Date.now);
  const over = at <= now;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [over]);
  return Math.max(0, Math.ceil((at - now) / SECOND_MS));
}

/** Countdown to the next possible retry. Renders nothing if that time was over at the first render. */
export function RetryTime({ at }: { at: number }) {
  const { t, language } = useTranslation();
  const seconds = useSecondsUntil(at);
  const [wasOver] = useState(seconds === 0);
  if (wasOver) return null;
  // Screen readers announce the surrounding alert, but not the countdown's changes.
  return (
    <span role="timer">
      {seconds === 0 ? t("errors.retryNow") : t("errors.retryIn", { time: inTime(language, seconds) })}
    </span>
  );
}

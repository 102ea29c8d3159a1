import { useEffect, useState } from "react";

/** Maximum delay of a timer in ms, so that a clock that was changed, or a computer that slept, is noticed. */
const MAX_DELAY_MS = 60_000;

/** The current day, as the time of its start. Renders again after midnight. */
export function useToday(): Date {
  const [today, setToday] = useState(startOfDay);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const check = () => {
      clearTimeout(timer);
      const start = startOfDay();
      setToday((before) => (before.getTime() === start.getTime() ? before : start));
      const midnight = new Date(start).setDate(start.getDate() + 1);
      timer = setTimeout(check, Math.min(midnight - Date.now(), MAX_DELAY_MS));
    };
    check();
    // Timers of a hidden page are late.
    document.addEventListener("visibilitychange", check);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", check);
    };
  }, []);
  return today;
}

function startOfDay(): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate());
}

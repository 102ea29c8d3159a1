import { LoaderCircle } from "lucide-react";

/** Decoration only: what is being waited for is said in words beside it. */
export function Spinner({ className = "" }: { className?: string }) {
  return <LoaderCircle aria-hidden className={`icon animate-spin ${className}`} />;
}

import { LoaderCircle } from "lucide-react";

/** Decorative loading indicator; the text beside it names the operation. */
export function Spinner({ className = "" }: { className?: string }) {
  return <LoaderCircle aria-hidden className={`icon animate-spin ${className}`} />;
}

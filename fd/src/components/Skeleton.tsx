/** A placeholder for loading content, of the same size. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden className={`animate-pulse rounded-md bg-surface ${className}`} />;
}

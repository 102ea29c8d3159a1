/** The inlined `public/icon.svg`, to save a request. */
export function Logo({ size }: { size: number }) {
  return (
    <svg aria-hidden viewBox="0 0 64 64" width={size} height={size}>
      <rect width="64" height="64" rx="15" fill="#0b6655" />
      <path
        d="M18 21a6 6 0 0 1 6-6h16a6 6 0 0 1 6 6v13a6 6 0 0 1-6 6H30l-9 8v-8.6A6 6 0 0 1 18 34z"
        fill="#fff"
      />
      <circle cx="26" cy="27.5" r="2.4" fill="#0b6655" />
      <circle cx="38" cy="27.5" r="2.4" fill="#0b6655" />
    </svg>
  );
}

import { useId } from "react";

export interface Bar {
  /** The meaning of the bar, in words for screen readers and its tooltip. */
  label: string;
  value: number;
  /** The value in words. */
  text: string;
}

const HEIGHT = 120;
const GAP = 2;
const WIDTH = 10;

/** Bars over time, as SVG. The values are also in a table that only assistive technology reads. */
export function BarChart({
  title,
  bars,
  first,
  last,
}: {
  title: string;
  bars: readonly Bar[];
  first: string;
  last: string;
}) {
  const id = useId();
  const highest = Math.max(...bars.map(({ value }) => value), 0);
  const width = Math.max(bars.length * (WIDTH + GAP) - GAP, 1);
  return (
    <figure aria-labelledby={id} className="rounded-xl border border-line p-4">
      <figcaption id={id} className="mb-3 text-sm font-medium">
        {title}
      </figcaption>
      <svg aria-hidden viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" className="h-32 w-full">
        {bars.map(({ label, value, text }, index) => {
          const height = highest === 0 ? 0 : Math.max((value / highest) * HEIGHT, value > 0 ? 2 : 0);
          return (
            <g key={label}>
              <title>{`${label}: ${text}`}</title>
              <rect
                x={index * (WIDTH + GAP)}
                y={0}
                width={WIDTH}
                height={HEIGHT}
                className="fill-transparent"
              />
              <rect
                x={index * (WIDTH + GAP)}
                y={HEIGHT - height}
                width={WIDTH}
                height={height}
                rx={1}
                className="fill-accent"
              />
            </g>
          );
        })}
      </svg>
      <div aria-hidden className="mt-1 flex justify-between text-xs text-muted">
        <span>{first}</span>
        <span>{last}</span>
      </div>
      <table className="sr-only">
        <caption>{title}</caption>
        <tbody>
          {bars.map(({ label, text }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

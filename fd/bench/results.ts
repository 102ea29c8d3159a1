// Benchmark results, as a table and as a file.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

export interface Figure {
  name: string;
  unit: "ms" | "kB" | "";
  /** Upper limit of the median. */
  goal: number | null;
  runs: number[];
  /** The same measurement of a minimal page, alternating with the runs; null if there is none. */
  floor: number[] | null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The percentile of a share (0..1) of all values. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] as number;
}

export function isReached({ goal, runs }: Figure): boolean {
  return goal === null || median(runs) <= goal;
}

const rounded = (value: number) => Math.round(value * 10) / 10;

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${rounded(median(figure.runs))} ${figure.unit}`,
    figure.floor === null ? "" : `${rounded(median(figure.floor))} ${figure.unit}`,
    figure.goal === null ? "" : `${figure.goal} ${figure.unit}`,
    isReached(figure) ? "" : "MISSED",
    figure.runs.map(rounded).join(" "),
  ]);
  const header = ["figure", "median", "floor", "goal", "", "runs"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Writes a file of results beside this module. */
export async function keep(figures: readonly Figure[], browser: string, name: string): Promise<void> {
  const results = {
    measured_at: new Date().toISOString(),
    machine: {
      processor: cpus()[0]?.model ?? "",
      cores: cpus().length,
      memory_gb: Math.round(totalmem() / 1e9),
      /** Load average of the last minute, including this run; other load affects the results. */
      load_average: rounded(loadavg()[0] as number),
      system: `${process.platform} ${process.arch}`,
    },
    versions: { browser, node: process.version },
    figures: figures.map(({ name, unit, goal, runs, floor }) => ({
      name,
      unit,
      goal,
      median: rounded(median(runs)),
      floor: floor && rounded(median(floor)),
    })),
  };
  const path = fileURLToPath(new URL(name, import.meta.url));
  await writeFile(path, `${JSON.stringify(results, null, 2)}\n`);
}

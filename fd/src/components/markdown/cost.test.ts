// Parsing time grows linearly with the length of the text, also for texts made to be expensive. Ratios of times within
// one run are compared, never times.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { MarkdownStream } from "./parse";

interface CostCase {
  id: string;
  text: { repeat: string; times: number };
  right: { cost?: { benign: { repeat: string }; max: number } };
}

const { cases } = JSON.parse(readFileSync("../tests/cases/markdown.json", "utf8")) as { cases: CostCase[] };

const PIECES = 10;

/** CPU time for a text that arrives in ten pieces, in µs. */
function timeOf(text: string): number {
  const stream = new MarkdownStream();
  const before = process.cpuUsage();
  for (let piece = 1; piece <= PIECES; piece += 1) {
    stream.update(text.slice(0, Math.ceil((text.length * piece) / PIECES)));
  }
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, user + system);
}

/**
 * Expects the ratio of the CPU times of two texts to be below `max`: of several runs in turns the shortest times, which
 * were disturbed least. If it is not after three runs, all of which may have been disturbed, others follow.
 */
function expectRatio(text: string, other: string, max: number): void {
  const times: number[] = [];
  const otherTimes: number[] = [];
  const ratio = () => Math.min(...times) / Math.min(...otherTimes);
  for (let run = 1; run <= 3 || (run <= 10 && ratio() >= max); run += 1) {
    times.push(timeOf(text));
    for (let again = 0; again < 3; again += 1) otherTimes.push(timeOf(other));
  }
  expect(ratio()).toBeLessThan(max);
}

const toLength = (unit: string, length: number) =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

it.each(cases.flatMap(({ id, text, right: { cost } }) => (cost ? [{ id, text, ...cost }] : [])))(
  "$id takes at most $max times as long as harmless text",
  ({ text: { repeat, times }, benign, max }) => {
    const hostile = repeat.repeat(times);
    const harmless = toLength(benign.repeat, hostile.length);
    expectRatio(hostile, harmless, max);
  },
);

const SHAPES = [
  "\\(a ",
  "\\[a ",
  "\\[ a\n",
  "\\[ a\n\n",
  "$$ a\n\n",
  "$A:",
  "$a\\$",
  "$`a ",
  "$[](",
  "<kbd>x ",
  "<sub></kbd>",
  "<!-- a ",
  "<!-- a\n\n",
  "**（甲",
  "*a_ ",
  "~~a ",
  "[",
  "![",
  "[^1",
  "[^1]: a\n\n    b\n\n",
  "](",
  "`a``",
  "> a\n",
  "- a\n",
  "| a ",
  "|-|\n",
  "&amp",
  "<a:",
  "www.a.",
  "- [^1]: a\n",
  "\\",
  "- [ ] a\n\n",
  "```math\n",
];

/** Linear growth makes the ratio 4, quadratic growth 16. */
const MAX_RATIO = 11;

it.each(SHAPES)("%j takes four times as long when it is four times as long", (unit) => {
  const short = toLength(unit, 5_000);
  expectRatio(toLength(unit, 20_000), short, MAX_RATIO);
});

it("takes little longer for addresses without a scheme than for those with one", () => {
  expectRatio(toLength("www.a.", 5_000), toLength("http://a.", 5_000), 15);
});

// Footnotes, as on GitHub: [^label] in the text, and "[^label]: note" as a block, also in lists and quotes.
import type { Env, MarkdownIt, StateBlock, StateInline } from "markdown-it";
import { lineStart } from "./lookahead";

const DEFINITION = /\[\^([^\s[\]]+)\]:[ \t]*/y;
const REFERENCE = /\[\^([^\s[\]]+)\]/y;
/** Indentation of the further paragraphs of a note, in columns. */
const INDENT = 4;

/** Environment of a parse: the labels that have a note. */
export interface FootnoteEnv extends Env {
  footnotes: Record<string, true>;
  /** Whether the content of a note is being parsed, which contains no further notes. */
  isInNote?: boolean;
}

/** Adds tokens `footnote_ref` (`content`: the label) and `footnote_open` (`info`: the label), `footnote_close`. */
export function footnotes(md: MarkdownIt): void {
  md.block.ruler.before("reference", "footnote", definition, { alt: ["paragraph", "reference"] });
  md.inline.ruler.before("link", "footnote_ref", reference);
}

function definitionAt(state: StateBlock, line: number): RegExpExecArray | null {
  if ((state.sCount[line] ?? 0) - state.blkIndent >= INDENT) return null;
  DEFINITION.lastIndex = lineStart(state, line);
  return DEFINITION.exec(state.src);
}

function definition(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const env = state.env as FootnoteEnv;
  if (env.isInNote) return false;
  const match = definitionAt(state, startLine);
  if (!match) return false;
  if (silent) return true;

  const end = noteEnd(state, startLine, endLine);
  const label = labelOf(match);
  env.footnotes[label] = true;
  const { bMarks, tShift, sCount, blkIndent, lineMax, parentType, tight } = state;
  const restored = [bMarks[startLine] ?? 0, tShift[startLine] ?? 0, sCount[startLine] ?? 0] as const;
  const opening = state.push("footnote_open", "", 1);
  opening.info = label;
  opening.map = [startLine, end];
  // The first line begins after the label.
  bMarks[startLine] = (match.index ?? 0) + match[0].length;
  tShift[startLine] = 0;
  state.blkIndent += INDENT;
  sCount[startLine] = state.blkIndent;
  state.lineMax = end;
  env.isInNote = true;
  state.md.block.tokenize(state, startLine, end);
  env.isInNote = false;
  [bMarks[startLine], tShift[startLine], sCount[startLine]] = restored;
  Object.assign(state, { blkIndent, lineMax, parentType, tight, line: end });
  state.push("footnote_close", "", -1);
  return true;
}

/** The line after a note: indented lines belong to it, and lines that continue its paragraph. */
function noteEnd(state: StateBlock, startLine: number, endLine: number): number {
  const terminators = state.md.block.ruler.getRules("paragraph");
  let end = startLine + 1;
  for (let line = end; line < endLine; line += 1) {
    if (state.isEmpty(line)) continue;
    const indentation = (state.sCount[line] ?? 0) - state.blkIndent;
    // The end of the list item that contains the note.
    if (indentation < 0) break;
    const isIndented = indentation >= INDENT;
    const continues = end === line && !terminators.some((rule) => rule(state, line, endLine, true));
    if (!isIndented && !continues) break;
    end = line + 1;
  }
  return end;
}

function reference(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src[pos] !== "[" || src[pos + 1] !== "^") return false;
  REFERENCE.lastIndex = pos;
  const match = REFERENCE.exec(src);
  if (!match || pos + match[0].length > posMax) return false;
  const label = labelOf(match);
  if (!Object.hasOwn((state.env as FootnoteEnv).footnotes, label)) return false;
  if (!silent) state.push("footnote_ref", "sup", 0).content = label;
  state.pos = pos + match[0].length;
  return true;
}

function labelOf(match: RegExpExecArray): string {
  return (match[1] ?? "").toLowerCase();
}

// Renders Markdown tokens as React elements. A model's text never becomes an HTML string.
import type { Token } from "markdown-it";
import {
  createContext,
  createElement,
  Fragment,
  memo,
  type ReactNode,
  use,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { GrowingText } from "@/components/GrowingText";
import { CodeBlock, DrawDiagramsContext } from "./CodeBlock";
import { directionOf } from "./direction";
import { Formula } from "./Formula";
import { separateNotes } from "./footnote-blocks";
import { languageOf } from "./languages";
import { isDisplay } from "./math";
import { Picture } from "./Picture";
import { type Block, isClosedFence, MarkdownStream } from "./parse";
import {
  definitionsOf,
  type FormulaScope,
  footnoteOrder,
  isMathFence,
  numberedRows,
  sameScope,
  scopesOf,
} from "./scope";
import { divide, probableHeight, type Section, sameSection } from "./sections";
import { Table } from "./Table";

/** Labels of the reply's footnotes in the order of their numbers, and the prefix of the notes' ids. */
const FootnoteContext = createContext<{ order: readonly string[]; prefix: string }>({
  order: [],
  prefix: "",
});

/** Whether the text was growing when it was first rendered: its text nodes are appended to, not replaced. */
const GrowthContext = createContext(false);

/** A numbered web page that the text cites as `[n]`. */
export interface CitedPage {
  readonly n: number;
  readonly title: string;
  readonly url: string;
}

const NO_PAGES: readonly CitedPage[] = [];
const CitedPagesContext = createContext(NO_PAGES);
const WEB_ADDRESS = /^https?:/i;
const CITATION = /(\[\d{1,3}\])/;

/**
 * Renders a possibly growing text; complete blocks are rendered once. `finished`: no text will follow. `cited`: pages
 * whose numbers in brackets become links.
 */
export function Markdown({
  text,
  finished = false,
  cited = NO_PAGES,
  drawDiagrams = true,
}: {
  text: string;
  finished?: boolean;
  cited?: readonly CitedPage[] | undefined;
  /** Whether complete diagrams are drawn without a click. */
  drawDiagrams?: boolean;
}) {
  const [grows] = useState(!finished);
  const stream = useRef<MarkdownStream>(null);
  stream.current ??= new MarkdownStream();
  const blocks = stream.current.update(text, finished);
  const { body, notes } = separateNotes(blocks);
  const scopes = scopesOf([...body, ...notes]);
  const prefix = useId();
  const order = JSON.stringify(footnoteOrder(body, notes));
  const footnotes = useMemo(() => ({ order: JSON.parse(order) as string[], prefix }), [order, prefix]);
  let offset = 0;
  const sections = divide(body).map((section) => {
    const first = offset;
    offset += section.blocks.length;
    return { section, scopes: scopes.slice(first, offset) };
  });
  return (
    <GrowthContext value={grows}>
      <FootnoteContext value={footnotes}>
        <DrawDiagramsContext value={drawDiagrams}>
          <CitedPagesContext value={cited}>
            <div className="prose">
              {sections.map(({ section, scopes }, index) => (
                <SectionView
                  // biome-ignore lint/suspicious/noArrayIndexKey: sections are only ever added at the end
                  key={index}
                  section={section}
                  scopes={scopes}
                />
              ))}
              {notes.length > 0 && <Footnotes notes={notes} scopes={scopes.slice(body.length)} />}
            </div>
          </CitedPagesContext>
        </DrawDiagramsContext>
      </FootnoteContext>
    </GrowthContext>
  );
}

interface SectionProps {
  section: Section;
  /** The scope of each block. */
  scopes: readonly FormulaScope[];
}

const SectionView = memo(
  function SectionView({ section, scopes }: SectionProps) {
    return (
      <div
        data-part
        className="prose-section"
        style={{ containIntrinsicBlockSize: `auto ${probableHeight(section)}px` }}
      >
        {section.blocks.map((block, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
          <BlockView key={index} block={block} scope={scopes[index] as FormulaScope} />
        ))}
      </div>
    );
  },
  (before, after) =>
    sameSection(before.section, after.section) &&
    before.scopes.every((scope, index) => sameScope(scope, after.scopes[index] as FormulaScope)),
);

const BlockView = memo(
  function BlockView({ block, scope }: { block: Block; scope: FormulaScope }) {
    const grows = use(GrowthContext);
    const cited = use(CitedPagesContext);
    return <>{new TokenRenderer(scope, grows, cited).render(block.tokens)}</>;
  },
  (before, after) => before.block === after.block && sameScope(before.scope, after.scope),
);

/** The notes behind the text, in the order of their numbers. */
function Footnotes({ notes, scopes }: { notes: readonly Block[]; scopes: readonly FormulaScope[] }) {
  const { order, prefix } = use(FootnoteContext);
  const sorted = notes
    .map((block, index) => ({
      block,
      scope: scopes[index] as FormulaScope,
      label: block.tokens[0]?.info ?? "",
    }))
    .sort((a, b) => order.indexOf(a.label) - order.indexOf(b.label));
  return (
    <section role="doc-endnotes" className="footnotes">
      <ol>
        {sorted.map(({ block, scope, label }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: notes have no other identity, a label may have two
            key={index}
            id={noteId(prefix, label)}
            value={order.indexOf(label) + 1}
            tabIndex={-1}
            dir="auto"
          >
            <BlockView block={block} scope={scope} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function noteId(prefix: string, label: string): string {
  return `${prefix}note-${label}`;
}

function FootnoteReference({ label }: { label: string }) {
  const { order, prefix } = use(FootnoteContext);
  const id = noteId(prefix, label);
  return (
    <sup>
      <a
        role="doc-noteref"
        href={`#${encodeURIComponent(id)}`}
        onClick={(event) => {
          // The address belongs to the router.
          event.preventDefault();
          document.getElementById(id)?.focus();
        }}
      >
        {order.indexOf(label) + 1}
      </a>
    </sup>
  );
}

type Direction = "ltr" | "rtl";

interface Frame {
  token: Token | null;
  children: ReactNode[];
  /** Direction of the first text in it. */
  direction: Direction | null;
}

/** Renders the tokens of one block. */
class TokenRenderer {
  #scope: FormulaScope;
  readonly #grows: boolean;
  readonly #cited: readonly CitedPage[];

  constructor(scope: FormulaScope, grows: boolean, cited: readonly CitedPage[]) {
    this.#scope = scope;
    this.#grows = grows;
    this.#cited = cited;
  }

  /** The elements of a flat list of opening, closing and single tokens. */
  render(tokens: readonly Token[]): ReactNode[] {
    const root: Frame = { token: null, children: [], direction: null };
    const stack = [root];
    let links = 0;
    for (const [index, token] of tokens.entries()) {
      const frame = stack.at(-1) ?? root;
      if (token.type === "link_open") links += 1;
      if (token.type === "link_close") links -= 1;
      if (token.nesting === 1) {
        stack.push({ token, children: [], direction: null });
      } else if (token.nesting === -1) {
        const closed = stack.pop();
        (stack.at(-1) ?? root).children.push(
          closed?.token ? renderElement(closed.token, closed.children, index, closed.direction) : null,
        );
      } else {
        if (token.type === "inline") spreadDirection(stack, token);
        frame.children.push(this.#renderSingle(token, index, links > 0));
      }
    }
    return root.children;
  }

  #renderSingle(token: Token, key: number, linked: boolean): ReactNode {
    switch (token.type) {
      case "inline": {
        const children = this.render(token.children ?? []);
        // Formulas can be wider than the line, which then scrolls. Without formulas the element is there, too: one that
        // appeared with the first formula would replace the text nodes, and lose the reader's selection.
        const hasFormula = token.children?.some(({ type }) => type === "math");
        return (
          <span key={key} className={hasFormula ? "formula-line" : undefined}>
            {children}
          </span>
        );
      }
      case "text":
        if (!linked && this.#cited.length > 0 && CITATION.test(token.content)) {
          return <Fragment key={key}>{token.content.split(CITATION).map(this.#renderCitation)}</Fragment>;
        }
        return this.#grows ? <GrowingText key={key} text={token.content} /> : token.content;
      case "softbreak":
      case "hardbreak":
        return <br key={key} />;
      case "code_inline":
        return (
          <code key={key} dir="ltr">
            {token.content}
          </code>
        );
      case "fence":
        if (isMathFence(token)) {
          return isClosedFence(token) ? (
            this.#renderFormula(token.content.trim(), true, `$$\n${token.content}$$`, key)
          ) : (
            <pre key={key}>{token.content}</pre>
          );
        }
        return (
          <CodeBlock
            key={key}
            code={token.content}
            language={languageOf(token.info)}
            whole={isClosedFence(token)}
          />
        );
      case "code_block":
        return <CodeBlock key={key} code={token.content} language="" whole={false} />;
      case "hr":
        return <hr key={key} />;
      case "image":
        return (
          <Picture
            key={key}
            src={attribute(token, "src")}
            alt={plainText(token.children ?? [])}
            linked={linked}
          />
        );
      case "task":
        return (
          <input
            key={key}
            type="checkbox"
            checked={token.info !== " "}
            readOnly
            disabled
            aria-label={token.content}
            className="task"
          />
        );
      case "footnote_ref":
        return <FootnoteReference key={key} label={token.content} />;
      case "math":
      case "math_block":
        return this.#renderFormula(token.content, isDisplay(token.markup), token.info, key);
      default:
        return token.content;
    }
  }

  /** A part of a text: a number in brackets as a link to its page, other text as it is. */
  readonly #renderCitation = (part: string, index: number): ReactNode => {
    const page = index % 2 === 1 && this.#cited.find(({ n }) => part === `[${n}]`);
    if (!page || !WEB_ADDRESS.test(page.url)) return part;
    return (
      <a key={index} href={page.url} title={page.title} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    );
  };

  #renderFormula(tex: string, display: boolean, source: string, key: number): ReactNode {
    const scope = this.#scope;
    // Macros and equations of this formula count for the next one.
    this.#scope = {
      ...scope,
      definitions: scope.definitions + definitionsOf([tex]),
      equations: scope.equations + numberedRows(tex),
    };
    return <Formula key={key} tex={tex} display={display} source={source} scope={scope} />;
  }
}

/** Gives the direction of a text to the elements around it that have none yet. */
function spreadDirection(stack: readonly Frame[], { children }: Token): void {
  let direction: Direction | null = null;
  for (const { type, content } of children ?? []) {
    if (type === "text") direction = directionOf(content);
    if (direction) break;
  }
  if (!direction) return;
  for (let index = stack.length - 1; index >= 0; index -= 1) {
    const frame = stack[index];
    if (!frame || frame.direction) return;
    frame.direction = direction;
  }
}

/** The text of inline tokens, for a description. */
function plainText(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content, children }) => {
      if (type === "softbreak" || type === "hardbreak") return " ";
      return type === "image" ? plainText(children ?? []) : content;
    })
    .join("");
}

const HEADINGS: Readonly<Record<string, string>> = {
  h1: "h3",
  h2: "h4",
  h3: "h5",
  h4: "h6",
  h5: "h6",
  h6: "h6",
};

function renderElement(
  token: Token,
  children: ReactNode[],
  key: number,
  direction: Direction | null,
): ReactNode {
  switch (token.type) {
    case "paragraph_open":
      // In a tight list the text is directly in the item.
      return token.hidden ? (
        <Fragment key={key}>{children}</Fragment>
      ) : (
        <p key={key} dir="auto">
          {children}
        </p>
      );
    case "heading_open":
      // Levels are shifted below the page's own headings; the style shows the written level.
      return createElement(
        HEADINGS[token.tag] ?? "h6",
        { key, dir: "auto", "data-level": token.tag },
        children,
      );
    case "link_open": {
      const href = attribute(token, "href");
      // Browsers refuse to open a `data:` address; an empty one is that of this page.
      if (href === "" || /^data:/i.test(href)) return <span key={key}>{children}</span>;
      return (
        <a key={key} href={href} target="_blank" rel="noopener noreferrer nofollow">
          {children.length > 0 ? children : href}
        </a>
      );
    }
    // Containers have an explicit direction: `dir="auto"` ignores the text of descendants with a `dir`.
    case "ordered_list_open": {
      const start = token.attrGet("start");
      return (
        <ol key={key} dir={direction ?? undefined} start={start === null ? undefined : Number(start)}>
          {children}
        </ol>
      );
    }
    case "bullet_list_open":
    case "list_item_open":
    case "blockquote_open":
      return createElement(token.tag, { key, dir: direction ?? undefined }, children);
    case "footnote_open":
      return <Fragment key={key}>{children}</Fragment>;
    case "table_open":
      return <Table key={key}>{children}</Table>;
    case "th_open":
    case "td_open":
      return createElement(token.tag, { key, dir: "auto", "data-align": alignOf(token) }, children);
    default:
      return createElement(token.tag, { key }, children);
  }
}

function alignOf(token: Token): string | undefined {
  return /text-align:(\w+)/.exec(attribute(token, "style"))?.[1];
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}

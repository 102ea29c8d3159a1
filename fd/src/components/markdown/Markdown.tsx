// Renders Markdown tokens as React elements. A model's text never becomes an HTML string.
import type { Token } from "markdown-it";
import { createElement, Fragment, memo, type ReactNode, useRef } from "react";
import { useNearScreen } from "@/components/useNearScreen";
import { CodeBlock } from "./CodeBlock";
import { Formula } from "./Formula";
import { type Block, isClosedFence, MarkdownStream } from "./parse";
import { divide, probableHeight, type Section, sameSection } from "./sections";

/** Number of sections at the end that are always rendered: a text grows there, and readers start there. */
const PINNED_SECTIONS = 2;

/** Renders a possibly growing text; complete blocks are rendered once. */
export function Markdown({ text }: { text: string }) {
  const stream = useRef<MarkdownStream>(null);
  stream.current ??= new MarkdownStream();
  const sections = divide(stream.current.update(text));
  return (
    <div className="prose">
      {sections.map((section, index) => (
        <SectionView
          // biome-ignore lint/suspicious/noArrayIndexKey: sections are only ever added at the end
          key={index}
          section={section}
          pinned={index >= sections.length - PINNED_SECTIONS}
        />
      ))}
    </div>
  );
}

const SectionView = memo(
  function SectionView({ section, pinned }: { section: Section; pinned: boolean }) {
    const element = useRef<HTMLDivElement>(null);
    const space = useNearScreen(element, pinned, () => probableHeight(section));
    return (
      <div
        ref={element}
        data-part
        className="prose-section"
        style={space === null ? undefined : { height: space }}
      >
        {space === null &&
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
          section.blocks.map((block, index) => <BlockView key={index} block={block} />)}
      </div>
    );
  },
  (before, after) => before.pinned === after.pinned && sameSection(before.section, after.section),
);

const BlockView = memo(function BlockView({ block }: { block: Block }) {
  return <>{renderTokens(block.tokens)}</>;
});

interface Frame {
  token: Token | null;
  children: ReactNode[];
}

/** The elements of a flat list of opening, closing and single tokens. */
function renderTokens(tokens: readonly Token[]): ReactNode[] {
  const root: Frame = { token: null, children: [] };
  const stack = [root];
  for (const [index, token] of tokens.entries()) {
    const frame = stack.at(-1) ?? root;
    if (token.nesting === 1) {
      stack.push({ token, children: [] });
    } else if (token.nesting === -1) {
      const closed = stack.pop();
      (stack.at(-1) ?? root).children.push(
        closed?.token ? renderElement(closed.token, closed.children, index) : null,
      );
    } else {
      frame.children.push(renderSingle(token, index));
    }
  }
  return root.children;
}

const HEADINGS: Readonly<Record<string, string>> = {
  h1: "h3",
  h2: "h4",
  h3: "h5",
  h4: "h6",
  h5: "h6",
  h6: "h6",
};

function renderElement(token: Token, children: ReactNode[], key: number): ReactNode {
  switch (token.type) {
    case "paragraph_open":
      // In a tight list the text is directly in the item.
      return token.hidden ? <Fragment key={key}>{children}</Fragment> : <p key={key}>{children}</p>;
    case "heading_open":
      // Levels are shifted below the page's own headings; the style shows the written level.
      return createElement(HEADINGS[token.tag] ?? "h6", { key, "data-level": token.tag }, children);
    case "link_open":
      return (
        <a key={key} href={attribute(token, "href")} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
      );
    case "ordered_list_open": {
      const start = token.attrGet("start");
      return (
        <ol key={key} start={start === null ? undefined : Number(start)}>
          {children}
        </ol>
      );
    }
    case "table_open":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard
        <div key={key} className="table-scroll" tabIndex={0}>
          <table>{children}</table>
        </div>
      );
    case "th_open":
    case "td_open":
      return createElement(token.tag, { key, "data-align": alignOf(token) }, children);
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

function renderSingle(token: Token, key: number): ReactNode {
  switch (token.type) {
    case "inline":
      return <Fragment key={key}>{renderInline(token.children ?? [])}</Fragment>;
    case "text":
      return token.content;
    case "softbreak":
      return "\n";
    case "hardbreak":
      return <br key={key} />;
    case "code_inline":
      return <code key={key}>{token.content}</code>;
    case "fence":
    case "code_block":
      return (
        <CodeBlock
          key={key}
          code={token.content}
          language={token.info.trim().split(/\s+/, 1)[0] ?? ""}
          whole={isClosedFence(token)}
        />
      );
    case "hr":
      return <hr key={key} />;
    case "image": {
      // Loading an image would reveal the reader to its server, so it is a link.
      const src = attribute(token, "src");
      return (
        <a key={key} href={src} target="_blank" rel="noopener noreferrer nofollow">
          {token.content || src}
        </a>
      );
    }
    case "math":
      return <Formula key={key} tex={token.content} display={token.markup === "$$"} />;
    case "math_block":
      return token.info === "open" ? (
        <pre key={key}>{token.markup + token.content}</pre>
      ) : (
        <Formula key={key} tex={token.content} display />
      );
    default:
      return token.content;
  }
}

const TASK = /^\[([ xX])\]\s/;

/** Inline tokens; the box at the beginning of a task becomes a checkbox. */
function renderInline(tokens: readonly Token[]): ReactNode[] {
  const [first] = tokens;
  const task = first?.type === "text" ? TASK.exec(first.content) : null;
  if (!first || !task) return renderTokens(tokens);
  return [
    <input
      key="task"
      type="checkbox"
      checked={task[1] !== " "}
      readOnly
      disabled
      aria-label={tokens
        .map(({ content }) => content)
        .join("")
        .slice(task[0].length)}
      className="task"
    />,
    first.content.slice(task[0].length),
    ...renderTokens(tokens.slice(1)),
  ];
}

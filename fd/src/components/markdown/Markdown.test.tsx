import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { observe } from "@/testing/shown";
import { Markdown } from "./Markdown";

const show = (text: string) => render(<Markdown text={text} finished />).container;

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

describe("an image", () => {
  it("is not loaded before the reader clicks it", () => {
    const root = show("![a *cat*](https://img.example/cat.png)");
    expect(root.querySelector("img")).toBeNull();
    fireEvent.click(screen.getByRole("link", { name: "a cat" }));
    const image = screen.getByRole("img", { name: "a cat" });
    expect(image.getAttribute("src")).toBe("https://img.example/cat.png");
    fireEvent.error(image);
    expect(screen.getByRole("link", { name: "a cat" }).getAttribute("href")).toBe(
      "https://img.example/cat.png",
    );
  });

  it("inside the text is shown at once, within bounds", () => {
    const root = show(`![dot](data:image/png;base64,${PIXEL}) ![page](data:text/html;base64,AAAA)`);
    expect([...root.querySelectorAll("img")].map(({ alt }) => alt)).toEqual(["dot"]);
    expect(observe(root).text).toBe("dot page");
    const large = show(`![large](data:image/png;base64,${"A".repeat(2_000_001)})`);
    expect(large.querySelector("img")).toBeNull();
    expect(observe(large).text).toBe("large");
  });

  it("that cannot be decoded is its description", () => {
    const root = show("![dot](data:image/png;base64,AAAA)");
    fireEvent.error(screen.getByRole("img"));
    expect(root.querySelector("img")).toBeNull();
    expect(observe(root).text).toBe("dot");
  });
});

it("links the numbers of cited pages, not in code, in links, or of pages that are not on the web", () => {
  const cited = [
    { n: 1, title: "Tea", url: "https://a.example/tea" },
    { n: 2, title: "Script", url: "javascript:alert(1)" },
    { n: 12, title: "Cups", url: "https://b.example/" },
  ];
  const text = "Old [1][12], **and [1]**, [2], [3], `[1]`, [see [1]](https://c.example/).";
  const { container } = render(<Markdown text={text} finished cited={cited} />);
  const links = [...container.querySelectorAll("a")].map((link) => [link.textContent, link.href, link.title]);
  expect(links).toEqual([
    ["[1]", "https://a.example/tea", "Tea"],
    ["[12]", "https://b.example/", "Cups"],
    ["[1]", "https://a.example/tea", "Tea"],
    ["see [1]", "https://c.example/", ""],
  ]);
  expect(container.textContent).toBe("Old [1][12], and [1], [2], [3], [1], see [1].");
});

it("shows the address of a link without a text", () => {
  render(<Markdown text="[](https://a.example/x)" finished />);
  expect(screen.getByRole("link", { name: "https://a.example/x" })).toBeDefined();
});

it("has no link to this page where the address is empty", () => {
  const { container } = render(<Markdown text="[nowhere]() and [<>](<>)" finished />);
  expect(container.textContent).toContain("nowhere");
  expect(container.querySelector("a")).toBeNull();
});

it("reads a text behind a byte order mark as the text", () => {
  const { container } = render(<Markdown text={"\ufeff# Heading"} finished />);
  expect(container.querySelector("[data-level=h1]")?.textContent).toBe("Heading");
});

it("opens no data: address", () => {
  const root = show("[click](data:text/html;base64,PHNjcmlwdD4=) <data:text/html,x>");
  expect(root.querySelector("a")).toBeNull();
  expect(observe(root).text).toBe("click data:text/html,x");
});

describe("formulas of one reply", () => {
  const formulas = (text: string, count: number) => {
    const root = show(text);
    return waitFor(() => {
      expect(observe(root).formulas).toHaveLength(count);
      return root;
    });
  };

  it("share the macros that earlier ones define", async () => {
    await formulas(
      "$\\def\\half#1{\\frac{#1}{2}} \\half x$ and $\\half{y}$\n\n# $\\half z$\n\n- $\\half{\\half w}$",
      4,
    );
  });

  it("do not know macros that only later ones define", async () => {
    const root = await formulas("$\\later$ then $\\def\\later{x}\\later$", 1);
    expect(observe(root).text).toContain("$\\later$");
  });

  it("refer to each other by number, also before the equation", async () => {
    const equation = (label: string) => `$$\\begin{align}a&=b\\\\c&=d\\label{${label}}\\end{align}$$`;
    const root = await formulas(
      `By \\eqref{two}:\n\n${equation("one")}\n\n${equation("two")}\n\n$$x \\tag{A}\\label{tag}$$\n\nSee $\\ref{tag}$`,
      5,
    );
    const texts = [...root.querySelectorAll(".formula .katex-html")].map(({ textContent }) => textContent);
    expect([texts[0], texts[4]]).toEqual(["(4)", "A"]);
    const counters = [...root.querySelectorAll<HTMLElement>(".formula")].map(
      ({ style }) => style.counterReset,
    );
    expect(counters.map((counter) => counter.split(" ")[1])).toEqual(["0", "0", "2", "4", "4"]);
  });
});

describe("dollars", () => {
  const formulasIn = (text: string) =>
    [...show(text).querySelectorAll<HTMLElement>(".formula")].map(({ dataset }) => dataset.tex);

  it.each([
    "It costs $5/month or 10$ in total.",
    "费用为$30，而不是20$。",
    "20$/day, 15$/week",
    "echo $(pwd)/$(date) and $1/$2",
    "cp $HOME/{A,B} $SRC/$NAME",
    "买$AAPL，$TSLA涨了",
    "[cost $a](http://a.example) and [b$](http://b.example)",
    "$$ is the pid\n\nof $$",
    "unclosed $x and \\(y and \\[z",
  ])("are text in %j", (text) => expect(formulasIn(text)).toEqual([]));

  it.each([
    ["the $n$th of $k$-means", ["n", "k"]],
    ["设$a$，则$f$(x)为$2x$。", ["a", "f", "2x"]],
    ["$x$, $(0,1]$; $[0,1)$", ["x", "(0,1]", "[0,1)"]],
    ["$`a_1`$ as on GitHub", ["a_1"]],
    ["$5$ apples, 2$x$", ["5", "x"]],
    ["$$\n\nx\n\n$$ where *x*", ["x"]],
  ])("enclose formulas in %j", (text, formulas) => expect(formulasIn(text)).toEqual(formulas));
});

describe("footnotes", () => {
  it("are numbered as the text refers to them, with notes of several paragraphs", () => {
    const root = show("A[^b] B[^a] C[^b]\n\n[^a]: First\nstill\n\n    more *text*\n[^b]: Second\n\nafter");
    expect(observe(root).sup).toEqual(["1", "2", "1"]);
    const notes = [...root.querySelectorAll("section li")].map((note) => observe(note).text);
    expect(notes).toEqual(["Second", "First\nstill\nmore text"]);
    expect(observe(root).text).toContain("C1\nafter\nSecond");
  });

  it.each([
    ["a list", "- Water[^1] boils.\n\n  [^1]: At sea level.\n\n- Ice", 2],
    ["a quote", "> Water[^1] boils.\n>\n> [^1]: At sea level.", 0],
    ["a tight list", "- Water[^1]\n  [^1]: At sea level.\n- Ice", 2],
  ])("may have their notes in %s", (_, text, items) => {
    const { container } = render(<Markdown text={text} finished />);
    expect(container.textContent).not.toContain("[^1]");
    const notes = screen.getByRole("doc-endnotes");
    expect(notes.textContent).toBe("At sea level.");
    expect(container.querySelectorAll("ul > li")).toHaveLength(items);
    expect(container.querySelector("ul, blockquote")?.textContent).not.toContain("At sea level.");
  });

  it("without a reference are not lost", () => {
    expect(observe(show("A\n\n[^x]: Note")).text).toBe("A\nNote");
  });
});

describe("HTML", () => {
  it.each([
    ["a<BR/>b", "a\nb"],
    ["a <!-- hidden --> b", "a b"],
    ["one\n\n<!--\nhidden\n\n# hidden\n-->\n\ntwo", "one\ntwo"],
    ["one\n\n<!--\nhidden\n\nhidden\n-->\n\ntwo", "one\ntwo"],
    ["<!-- never closed\n\ntext", "<!-- never closed\ntext"],
    ["**a <sub>b** c</sub>", "a <sub>b c</sub>"],
    ["<u>x</u>", "<u>x</u>"],
  ])("%j is shown as %j", (source, text) => expect(observe(show(source)).text).toBe(text));
});

it("writes lists and quotes in the direction of their first letter", () => {
  const root = show("> `npm` تشغيل\n\n1. `x`\n2. שלום\n\n- a\n\n  سلام");
  const direction = (selector: string) => root.querySelector(selector)?.getAttribute("dir");
  expect([direction("blockquote"), direction("ol"), direction("ul")]).toEqual(["rtl", "rtl", "ltr"]);
});

import { render, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { CodeBlock } from "./CodeBlock";

const CODE = `${"values = [1, 2, 3]  # some of them\n".repeat(20)}def last():\n    return None\n`;

const shown = (container: HTMLElement) => container.querySelector("code") as HTMLElement;
const words = (container: HTMLElement, scope: string) =>
  [...container.querySelectorAll(`.hl-${scope}`)].map(({ textContent }) => textContent);

describe("code that grows", () => {
  it("is shown whole at every moment, and coloured to its end when it rests", async () => {
    const { container, rerender } = render(<CodeBlock code="values = 1" language="python" whole={false} />);
    await waitFor(() => expect(words(container, "number")).toEqual(["1"]));
    for (let end = 12; end <= CODE.length; end += 7) {
      const code = CODE.slice(0, end);
      rerender(<CodeBlock code={code} language="python" whole={false} />);
      expect(shown(container).textContent).toBe(code.replace(/\n$/, ""));
    }
    rerender(<CodeBlock code={CODE} language="python" whole={false} />);
    await waitFor(() => expect(words(container, "keyword")).toEqual(["def", "return"]));
  });

  it("is coloured to its end as soon as it is closed", async () => {
    const { container, rerender } = render(<CodeBlock code={CODE} language="python" whole={false} />);
    await waitFor(() => expect(words(container, "keyword")).toContain("return"));
    rerender(<CodeBlock code={`${CODE}import x\n`} language="python" whole />);
    expect(words(container, "keyword")).toContain("import");
  });

  it("has the colours of the language that it turns out to be", async () => {
    const { container, rerender } = render(<CodeBlock code="let x = def" language="python" whole={false} />);
    await waitFor(() => expect(words(container, "keyword")).toEqual(["def"]));
    rerender(<CodeBlock code="let x = def" language="javascript" whole={false} />);
    expect(words(container, "keyword")).toEqual(["let"]);
  });
});

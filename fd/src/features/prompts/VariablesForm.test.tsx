import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import type { Prompt } from "@/api/types";
import { Button } from "@/components/Button";
import { VariablesForm } from "./VariablesForm";

function Page({ text }: { text: string }) {
  const [asking, setAsking] = useState(false);
  const at = "2026-01-01T00:00:00Z";
  const names = { id: "p", project_id: null, command: "sow", title: "Sow" };
  const prompt: Prompt = { ...names, text, created_at: at, updated_at: at };
  const end = () => setAsking(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>Message</Button>
      {asking && <VariablesForm prompt={prompt} onDone={end} onClose={end} />}
    </>
  );
}

it.each(["Sow {{plant}}", "Sow {{plant:select tomatoes|beans}}"])(
  "takes the focus to its first field, and gives it back: %s",
  async (text) => {
    render(<Page text={text} />);
    const opener = screen.getByRole("button", { name: "Message" });
    await userEvent.click(opener);
    const field = await screen.findByLabelText("plant");
    await waitFor(() => expect(document.activeElement).toBe(field));
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(opener));
  },
);

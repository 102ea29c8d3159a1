// The import's state in this page, from one user to the next.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import type { Outcome } from "./import-outcome";
import { resetImport, undoImport, useImport } from "./import-session";
import { CreatedRows } from "./import-undo";

const OUTCOMES: Outcome[] = [{ key: "claude 1", title: "Tax return", state: "imported", id: "c1" }];
const nothing = () => undefined;
let answer: (response: Response) => void;
let asked: Promise<void>;

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  resetImport();
  session.accept(makeTokens("user-1"));
  asked = new Promise((resolve) =>
    server.use(
      http.post(`${API_URL}/conversation/delete`, () => {
        resolve();
        return new Promise<Response>((respond) => {
          answer = respond;
        });
      }),
    ),
  );
});
afterAll(() => server.close());

it("does not show the results to the next user", () => {
  useImport.setState({ phase: "done", outcomes: OUTCOMES });
  session.accept(makeTokens("user-1"));
  expect(useImport.getState().outcomes).toEqual(OUTCOMES);
  session.accept(makeTokens("user-2"));
  expect(useImport.getState()).toMatchObject({ phase: "idle", outcomes: [] });
});

it("does not show the end of an undo to the next user", async () => {
  useImport.setState({ phase: "done", outcomes: OUTCOMES, created: new CreatedRows() });
  const undo = undoImport(nothing);
  await asked;
  session.accept(makeTokens("user-2"));
  answer(HttpResponse.json({ deleted: 1 }));
  await undo;
  expect(useImport.getState().phase).toBe("idle");
});

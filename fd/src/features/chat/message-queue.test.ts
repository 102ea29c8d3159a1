import { describe, expect, it } from "vitest";
import { MessageQueue } from "./message-queue";

/** A promise that the test settles. */
function deferred() {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe("messages whose attachments are being prepared", () => {
  it("are passed on in the order in which they were sent", async () => {
    const queue = new MessageQueue();
    const added: string[] = [];
    const slow = deferred();
    const first = queue.prepare(
      "first",
      "report.pdf",
      () => slow.promise,
      (value) => added.push(value),
    );
    const second = queue.prepare(
      "second",
      null,
      async () => "second",
      (value) => added.push(value),
    );
    await Promise.resolve();
    expect(added).toEqual([]);
    expect(queue.store.getState().preparing.map(({ text, file }) => [text, file])).toEqual([
      ["first", "report.pdf"],
      ["second", null],
    ]);
    slow.resolve("first");
    await Promise.all([first, second]);
    expect(added).toEqual(["first", "second"]);
    expect(queue.isPreparing).toBe(false);
  });

  it("do not wait for one that fails", async () => {
    const queue = new MessageQueue();
    const added: string[] = [];
    const failing = deferred();
    const first = queue.prepare(
      "first",
      null,
      () => failing.promise,
      (value) => added.push(value),
    );
    const second = queue.prepare(
      "second",
      null,
      async () => "second",
      (value) => added.push(value),
    );
    failing.reject(new Error("unreadable"));
    await expect(first).rejects.toThrow("unreadable");
    await second;
    expect(added).toEqual(["second"]);
    expect(queue.isPreparing).toBe(false);
  });
});

/** The API's limit of ids in a call. */
const MAX_IDS = 100;

/** Calls with at most MAX_IDS ids each, one after another. `onProgress`: the number of ids that are done. */
export async function inBatches(
  ids: readonly string[],
  call: (batch: string[]) => Promise<unknown>,
  onProgress?: (done: number) => void,
): Promise<void> {
  for (let start = 0; start < ids.length; start += MAX_IDS) {
    const batch = ids.slice(start, start + MAX_IDS);
    await call(batch);
    onProgress?.(start + batch.length);
  }
}

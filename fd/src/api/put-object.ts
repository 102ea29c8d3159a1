// Upload of bytes to the object store.
import { ApiError } from "./errors";
import type { Upload } from "./types";

/** PUTs the bytes with the signed headers. XMLHttpRequest, because fetch does not report upload progress. */
export function putObject(
  upload: Pick<Upload, "upload_url" | "headers">,
  file: Blob,
  signal: AbortSignal,
  onPercent: (percent: number) => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (status: number) => reject(new ApiError({ status, code: "upload_failed" }));
    const abort = () => {
      request.abort();
      reject(new DOMException("aborted", "AbortError"));
    };
    if (signal.aborted) return abort();
    request.open("PUT", upload.upload_url);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onPercent(Math.round((loaded / total) * 100));
    request.onload = () => (request.status >= 200 && request.status < 300 ? resolve() : fail(request.status));
    request.onerror = () => fail(0);
    signal.addEventListener("abort", abort, { once: true });
    // The signal of a whole import outlives its uploads, and would keep their bytes.
    request.onloadend = () => signal.removeEventListener("abort", abort);
    request.send(file);
  });
}

// Changes of share links.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { ApiError } from "@/api/errors";
import { putObject } from "@/api/put-object";
import { newShareKey, seal, toBase64 } from "@/api/sealed-document";
import type { SavedShare, Share, ShareCreate } from "@/api/types";
import { sharesKey } from "./queries";
import { forgetShareKey, keepShareKey, shareKeyOf } from "./share-keys";

export function useCreateShare() {
  return useShareMutation(async (request: ShareCreate): Promise<Share> => {
    const share = await body(api.POST("/share/create", { body: request }));
    if (!request.sealed) return share;
    const key = newShareKey();
    keepShareKey(share.id, key);
    try {
      return await publish(share, key);
    } catch (error) {
      // Nobody can read it yet, and nobody ever could: the link was not shown.
      forgetShareKey(share.id);
      await api.POST("/share/revoke", { body: { ids: [share.id] } }).catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Replaces the copy behind a link with the conversation as it is, up to the message `leafId` if given. A sealed one needs
 * its key on this device.
 */
export function useUpdateShare(leafId: string | undefined) {
  return useShareMutation(async ({ id, sealed }: Share): Promise<Share> => {
    const request = { id, ...(leafId !== undefined && { leaf_id: leafId }) };
    const share = await body(api.POST("/share/update", { body: request }));
    return sealed ? publish(share, shareKeyOf(id) ?? "") : share;
  });
}

export function useRevokeShare() {
  return useShareMutation(async (id: string) => {
    await body(api.POST("/share/revoke", { body: { ids: [id] } }));
    forgetShareKey(id);
  });
}

function useShareMutation<Request, Result>(mutationFn: (request: Request) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sharesKey }),
  });
}

/** Encrypts the document of a sealed share with its images, and uploads it. */
async function publish(share: SavedShare, key: string): Promise<Share> {
  const images = await Promise.all(
    Object.entries(share.images ?? {}).map(async ([name, url]) => [name, await dataUrl(name, url)] as const),
  );
  const content = JSON.stringify({ document: share.document, images: Object.fromEntries(images) });
  const sealed = await seal(content, key, share.id);
  const ciphertext = new Blob([JSON.stringify({ sealed: 1, ...sealed })]);
  const upload = { upload_url: share.upload_url ?? "", headers: share.upload_headers ?? {} };
  await putObject(upload, ciphertext, new AbortController().signal);
  return await body(api.POST("/share/publish", { body: { id: share.id } }));
}

async function dataUrl(name: string, url: string): Promise<string> {
  const suffix = name.split(".").at(-1);
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new ApiError({ status: response?.status ?? 0, code: "storage_unavailable" });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return `data:image/${suffix === "jpg" ? "jpeg" : suffix};base64,${toBase64(bytes)}`;
}

// Keys of the user's sealed links. They are on the device that made a link, and nowhere else but in the link.
import { session } from "@/api/client";
import { storage } from "@/storage";
import { SHARE_KEY_PREFIX } from "@/storage-keys";

const nameOf = (shareId: string) => `${SHARE_KEY_PREFIX}${session.snapshot().userId ?? ""}:${shareId}`;

/** Null when another device made the link. */
export const shareKeyOf = (shareId: string): string | null => storage.getItem(nameOf(shareId));

export const keepShareKey = (shareId: string, key: string): void => storage.setItem(nameOf(shareId), key);

export const forgetShareKey = (shareId: string): void => storage.removeItem(nameOf(shareId));

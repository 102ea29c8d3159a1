import { api } from "./client";

/**
 * Deletes a file whose upload was given up, or that was removed from a message. If that fails, the backend deletes it
 * within a day, unless it is a project's.
 */
export async function deleteFile(id: string): Promise<void> {
  await api.POST("/file/delete", { body: { ids: [id] } }).catch(() => undefined);
}

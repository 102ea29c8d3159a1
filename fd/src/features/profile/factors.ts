// Queries and mutations of the account's second factors.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { reauthenticated } from "./reauthentication";

export const factorsQuery = queryOptions({
  queryKey: ["factors"],
  queryFn: ({ signal }) => body(api.GET("/user/mfa", { signal })),
});

const passkeysQuery = queryOptions({
  queryKey: ["passkeys"],
  queryFn: async ({ signal }) => (await body(api.GET("/user/passkey", { signal }))).items,
});

/** The ways in which the user can authenticate. */
export function useFactors() {
  return useQuery(factorsQuery);
}

function useFactorChange<Variables, Result>(change: (variables: Variables) => Promise<Result>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (variables: Variables) => reauthenticated(() => change(variables)),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries(factorsQuery),
        queryClient.invalidateQueries(passkeysQuery),
      ]),
  });
}

/** The result is the app's secret, and the same as a URI for a QR code. */
export function useStartTotp() {
  return useFactorChange(() => body(api.POST("/user/mfa/totp/start")));
}

/** The variable is the app's first code, the result the recovery codes. */
export function useConfirmTotp() {
  return useFactorChange(
    async (code: string) =>
      (await body(api.POST("/user/mfa/totp/confirm", { body: { code } }))).recovery_codes,
  );
}

/** The variable is a code of the app, or a recovery code. */
export function useRemoveTotp() {
  return useFactorChange((code: string) => body(api.POST("/user/mfa/totp/remove", { body: { code } })));
}

export function useReplaceRecoveryCodes() {
  return useFactorChange(async () => (await body(api.POST("/user/mfa/recovery_codes"))).recovery_codes);
}

export function usePasskeys() {
  return useQuery(passkeysQuery);
}

/** The variable is the passkey's name. */
export function useAddPasskey() {
  return useFactorChange(async (name: string) => (await import("@/api/passkeys")).addPasskey(name));
}

export function useRenamePasskey() {
  return useFactorChange((change: { id: string; name: string }) =>
    body(api.POST("/user/passkey/rename", { body: change })),
  );
}

/** The variable is the passkey's id. */
export function useRemovePasskey() {
  return useFactorChange((id: string) => body(api.POST("/user/passkey/remove", { body: { id } })));
}

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api, unwrap } from "@/api/client";

export function useSignOut(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return () =>
    void unwrap(api.DELETE("/session")).finally(() => {
      client.clear();
      void router.navigate({ to: "/sign-in", search: { next: undefined } });
    });
}

import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, ApiError, type Schemas, unwrap } from "@/api/client";

export type SenderDomain = Schemas["SenderDomain"];
export type SenderKey = Schemas["SenderKey"];
export type DnsRecord = Schemas["DnsRecord"];
export type Report = Schemas["SenderReport"];
export type Finding = Schemas["SenderFinding"];

export function senderDomainQuery(domain: string) {
  return queryOptions({
    queryKey: ["sender-domains", domain],
    queryFn: () => unwrap(api.GET("/sender-domains/{domain}", { params: { path: { domain } } })),
  });
}

/** What the last look at the domain's DNS found. */
export function reportQuery(domain: string) {
  return queryOptions({
    queryKey: ["sender-domains", domain, "check"],
    queryFn: () =>
      unwrap(api.GET("/sender-domains/{domain}/check", { params: { path: { domain } } })),
  });
}

/** Looks at the DNS now, which takes until name servers have answered. */
export function useCheck(domain: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["check", domain],
    mutationFn: () =>
      unwrap(api.POST("/sender-domains/{domain}/check", { params: { path: { domain } } })),
    onSuccess: (report) => client.setQueryData(["sender-domains", domain, "check"], report),
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t("domains.checkFailed"),
        message: error.message,
      }),
  });
}

export function addSenderDomain(domain: string): Promise<SenderDomain> {
  return unwrap(api.POST("/sender-domains", { body: { domain } }));
}

/** What can be done with a domain that is there; every view of it follows. */
export function useDomainActions(domain: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { domain } };
  const onError = (error: Error) => {
    const fix = error instanceof ApiError && error.fix ? `. ${error.fix}` : "";
    notifications.show({
      color: "red",
      title: t("domains.failed"),
      message: `${error.message}${fix}`,
    });
  };
  const show = (message: string) => (changed: SenderDomain) => {
    client.setQueryData(["sender-domains", domain], changed);
    // The last look was at the keys as they were.
    void client.invalidateQueries({ queryKey: ["sender-domains", domain, "check"] });
    notifications.show({ color: "green", message });
    return client.invalidateQueries({ queryKey: ["sender-domains"], exact: true });
  };
  const activate = useMutation({
    mutationFn: () => unwrap(api.POST("/sender-domains/{domain}/activate", { params })),
    onSuccess: show(t("domains.activated", { domain })),
    onError,
  });
  const rotate = useMutation({
    mutationFn: () => unwrap(api.POST("/sender-domains/{domain}/rotate", { params })),
    onSuccess: show(t("domains.rotated")),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE("/sender-domains/{domain}", { params })),
    onSuccess: async () => {
      notifications.show({ color: "green", message: t("domains.removed", { domain }) });
      await navigate({ to: "/settings/domains" });
      client.removeQueries({ queryKey: ["sender-domains", domain] });
      await client.invalidateQueries({ queryKey: ["sender-domains"] });
    },
    onError,
  });
  return { activate, rotate, remove };
}

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { sessionQuery } from "@/api/queries";

interface Props {
  message: Schemas["RenderedMessage"];
  /** Id of the contact whom the preview is for; null sends it to whoever is signed in. */
  contact: string | null;
}

/** What was rendered is Liquid to the API: it is sent letter by letter. */
export function literally(text: string): string {
  return `{% raw %}${text.replaceAll(/\{%-?\s*endraw\s*-?%\}/g, "")}{% endraw %}`;
}

/** Random also where the page came without TLS, which has no `randomUUID`. */
function freshKey(): string {
  return `test-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
}

/** Sends the message as the preview shows it, to one person. */
export function TestSend({ message, contact }: Props) {
  const { t } = useTranslation();
  const email = useQuery(sessionQuery).data?.email;
  const send = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/messages", {
          params: { header: { "Idempotency-Key": freshKey() } },
          body: {
            to: contact === null ? { email: email ?? "", create: true } : { contact },
            subject: literally(t("preview.testSubject", { subject: message.subject })),
            html: literally(message.html),
            text: literally(message.text),
          },
        }),
      ),
    onSuccess: (sent) =>
      notifications.show({
        color: "green",
        message: t("preview.testSent", { address: sent.address ?? email }),
      }),
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t("preview.testFailed"),
        message: error.message,
      }),
  });
  if (contact === null && !email) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconSend size={15} />}
      loading={send.isPending}
      onClick={() => send.mutate()}
    >
      {contact === null ? t("preview.testMe", { email }) : t("preview.testContact")}
    </Button>
  );
}

import { SegmentedControl, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client";
import { sessionQuery } from "@/api/queries";
import { ContactPicker } from "@/components/contact-picker";
import type { Journey } from "../queries";
import { ControlDialog } from "./control-dialog";

/** Puts somebody into the journey: who is there already, or a new contact of an address. */
export function EnterDialog({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const own = useQuery(sessionQuery).data?.email ?? "";
  const [who, setWho] = useState<"new" | "known">("new");
  const [email, setEmail] = useState(own);
  const [contact, setContact] = useState<string | null>(null);
  const body =
    who === "known"
      ? { contact: contact ?? "", create: false }
      : { userId: email, create: true, traits: { email } };
  return (
    <ControlDialog
      confirm={t("editor.control.enterConfirm")}
      ready={who === "known" ? contact !== null : email.includes("@")}
      act={() =>
        unwrap(api.POST("/journeys/{key}/enter", { params: { path: { key: journey.key } }, body }))
      }
      done={() => notifications.show({ color: "green", message: t("editor.control.entered") })}
    >
      <Text size="sm">{t("editor.control.enterText")}</Text>
      <SegmentedControl
        size="xs"
        aria-label={t("editor.control.who")}
        value={who}
        onChange={(next) => setWho(next === "known" ? "known" : "new")}
        data={[
          { value: "new", label: t("editor.control.whoNew") },
          { value: "known", label: t("editor.control.whoKnown") },
        ]}
      />
      {who === "known" ? (
        <ContactPicker
          label={t("editor.simulation.contact")}
          value={contact}
          onChange={setContact}
        />
      ) : (
        <TextInput
          size="xs"
          type="email"
          required
          label={t("editor.control.email")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
    </ControlDialog>
  );
}

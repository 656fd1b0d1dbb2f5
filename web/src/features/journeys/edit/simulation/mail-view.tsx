import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FramedHtml } from "@/components/framed-html";
import classes from "../editor.module.css";
import type { RehearsedMail } from "../queries";

/** A mail of a simulation, as the contact would get it. */
export function MailView({ mail }: { mail: RehearsedMail }) {
  const { t } = useTranslation();
  return (
    <>
      <Text size="xs" c="dimmed" mb="xs">
        {t("editor.simulation.to", { address: mail.address })}
      </Text>
      {mail.html === "" ? (
        <pre className={classes.mailText} tabIndex={0}>
          {mail.text}
        </pre>
      ) : (
        <FramedHtml
          className={classes.mailFrame}
          scheme="light"
          title={t("preview.frame", { subject: mail.subject })}
          html={mail.html}
        />
      )}
    </>
  );
}

import { Button, Group } from "@mantine/core";
import { IconEye, IconPencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MessagePreview } from "@/components/message-preview";
import { getIn, type Step, textOf } from "./model/definition";

/** The message of a send step: to be looked at here, and edited on its own page. */
export function TemplatePart({ step }: { step: Step }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const template = textOf(getIn(step.send, ["template"]));
  if (template === "") return null;
  return (
    <>
      <Group gap={6}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconEye size={14} />}
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {t("editor.preview")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPencil size={14} />}
          renderRoot={(props) => (
            <Link {...props} to="/templates/$key" params={{ key: template }} />
          )}
        >
          {t("editor.editTemplate")}
        </Button>
      </Group>
      {shown && <MessagePreview request={{ template }} />}
    </>
  );
}

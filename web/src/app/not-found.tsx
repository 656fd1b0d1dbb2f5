import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "@/components/states";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main>
      <title>{t("notFound.title")}</title>
      <Empty
        heading
        icon={IconMapOff}
        title={t("notFound.title")}
        text={t("notFound.text")}
        action={
          <Button component={Link} to="/">
            {t("notFound.action")}
          </Button>
        }
      />
    </main>
  );
}

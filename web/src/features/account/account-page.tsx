import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "@/api/queries";
import { Page, Panel } from "@/components/page";
import classes from "./account.module.css";
import { PasswordForm } from "./password-form";
import { SecondFactor } from "./second-factor";

/** What the one who is signed in changes of their own. */
export function AccountPage() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  return (
    <Page
      title={t("nav.account")}
      parent={{ to: "/settings", title: t("nav.settings") }}
      meta={session?.email}
    >
      <div className={classes.panels}>
        <Panel title={t("account.password")}>
          <PasswordForm />
        </Panel>
        <SecondFactor />
      </div>
    </Page>
  );
}

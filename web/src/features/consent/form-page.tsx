import { Button } from "@mantine/core";
import { IconExternalLink, IconFileText, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { CopyBlock } from "@/components/copy";
import { FramedHtml } from "@/components/framed-html";
import { Page, Panel } from "@/components/page";
import { Failure, RowsSkeleton } from "@/components/states";
import classes from "./consent.module.css";
import { embedCode } from "./embed-code";
import { formsQuery, hostedFormQuery, type SignupForm } from "./queries";
import { useAskForm } from "./signup-form";

/** One form: how it looks, where it is, and the code for a page of one's own. */
export function FormPage() {
  const { t } = useTranslation();
  const { key } = useParams({ from: "/app/consent/forms/$key" });
  const { data, error, refetch } = useQuery(formsQuery);
  const ask = useAskForm();
  const form = data?.find((each) => each.definition.key === key);
  const parent = { to: "/consent/forms", title: t("consent.forms") };
  if (!form) {
    const absent = new ApiError(404, "not_found", t("consent.noForm", { key }), null, null);
    return (
      <Page title={key} parent={parent}>
        <Panel>
          {!data && !error ? (
            <RowsSkeleton rows={4} />
          ) : (
            <Failure error={error ?? absent} retry={() => void refetch()} />
          )}
        </Panel>
      </Page>
    );
  }
  const address = `${location.origin}/f/${encodeURIComponent(key)}`;
  return (
    <Page
      title={form.title}
      parent={parent}
      meta={t("definitions.version", { version: form.definition.version })}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconFileText size={15} />}
            renderRoot={(props) => (
              <Link {...props} to="/data/definitions/$kind/$key" params={{ kind: "form", key }} />
            )}
          >
            {t("consent.asText")}
          </Button>
          <Button leftSection={<IconPencil size={15} />} onClick={() => ask(form)}>
            {t("consent.edit")}
          </Button>
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title={t("consent.hosted")}>
            <p className={classes.hint}>{t("consent.hostedText")}</p>
            <CopyBlock text={address} what={t("consent.address")} wrap />
            <Button
              mt={8}
              variant="default"
              component="a"
              href={`/f/${encodeURIComponent(key)}`}
              target="_blank"
              rel="noopener"
              leftSection={<IconExternalLink size={15} />}
            >
              {t("consent.open")}
            </Button>
          </Panel>
          <Panel title={t("consent.embed")}>
            <p className={classes.hint}>
              {form.origins.length > 0
                ? t("consent.embedText", { origins: form.origins.join(", ") })
                : t("consent.embedNowhere")}
            </p>
            <CopyBlock
              text={embedCode(form, address, t("consent.emailLabel"))}
              what={t("consent.embed")}
            />
          </Panel>
        </div>
        <Panel title={t("consent.preview")}>
          <Preview form={form} />
        </Panel>
      </div>
    </Page>
  );
}

function Preview({ form }: { form: SignupForm }) {
  const { t } = useTranslation();
  const { key, rev } = form.definition;
  const { data, error, refetch } = useQuery(hostedFormQuery(key, rev));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={6} />;
  return (
    <FramedHtml
      className={classes.frame}
      title={t("consent.previewOf", { name: form.title })}
      html={data}
    />
  );
}

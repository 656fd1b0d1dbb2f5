import { SegmentedControl } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { ContactPicker } from "./contact-picker";
import { FramedHtml } from "./framed-html";
import classes from "./message-preview.module.css";
import { Failure, RowsSkeleton } from "./states";
import { TestSend } from "./test-send";

type RenderRequest = Schemas["RenderRequest"];
export type MessageCheck = Schemas["MessageCheck"];

const views = ["desktop", "phone", "dark", "text"] as const;
type View = (typeof views)[number];

interface Props {
  /** What is shown, but for the contact, who is chosen here; null: there is nothing yet. */
  request: RenderRequest | null;
  /** Leads to the place of a check. */
  onCheck?: (check: MessageCheck) => void;
}

/** A message as the server would send it to a contact, and what should be looked at in it. */
export function MessagePreview({ request, onCheck }: Props) {
  const { t } = useTranslation();
  const [contact, setContact] = useState<string | null>(null);
  const [view, setView] = useState<View>("desktop");
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["render", request, contact],
    queryFn: () =>
      unwrap(api.POST("/render", { body: { ...request, contact: contact ?? undefined } })),
    enabled: request !== null,
    placeholderData: (previous) => previous,
    staleTime: 60_000,
  });
  return (
    <div className={classes.preview}>
      <ContactPicker label={t("preview.as")} value={contact} onChange={setContact} />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t("preview.view")}
        value={view}
        onChange={(next) => setView(views.find((each) => each === next) ?? "desktop")}
        data={views.map((value) => ({ value, label: t(`preview.${value}`) }))}
      />
      {request === null ? (
        <p className={classes.nothing}>{t("preview.nothing")}</p>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <RowsSkeleton rows={6} />
      ) : (
        <>
          <div className={classes.inbox} aria-label={t("preview.inbox")} role="group">
            <strong>{data.subject || t("preview.noSubject")}</strong>
            <span>{firstWords(data.text)}</span>
          </div>
          <TestSend message={data} contact={contact} />
          <Checks checks={data.checks} onCheck={onCheck} />
          {view === "text" ? (
            <pre className={classes.text} tabIndex={0}>
              {data.text}
            </pre>
          ) : (
            <FramedHtml
              className={classes.frame}
              data-view={view}
              scheme={view === "dark" ? "dark" : "light"}
              title={t("preview.frame", { subject: data.subject })}
              html={data.html}
            />
          )}
        </>
      )}
    </div>
  );
}

const wordsMax = 120;

/** What a mail program shows beside the subject. */
function firstWords(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, wordsMax);
}

function Checks({ checks, onCheck }: { checks: MessageCheck[]; onCheck?: Props["onCheck"] }) {
  const { t } = useTranslation();
  if (checks.length === 0) return null;
  return (
    <ul className={classes.checks} aria-label={t("preview.checks")}>
      {checks.map((check, index) => (
        <li key={index} data-level={check.level}>
          <IconAlertTriangle size={14} aria-hidden />
          <span>
            {onCheck ? (
              <button type="button" onClick={() => onCheck(check)}>
                {check.message}
              </button>
            ) : (
              check.message
            )}
            . <span className={classes.fix}>{check.fix}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

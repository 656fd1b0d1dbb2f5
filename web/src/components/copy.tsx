import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./copy.module.css";

interface Props {
  text: string;
  /** What is copied, for the name of the button: "server key". */
  what: string;
  wrap?: boolean;
}

/** Text to take along, with a button that copies it. */
export function CopyBlock({ text, what, wrap }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.block}>
      <pre tabIndex={0} aria-label={what} className={wrap ? classes.wrap : undefined}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip
            // Within the page: what floats outside of it belongs to no landmark.
            withinPortal={false}
            label={copied ? t("copy.done") : t("copy.label", { what })}
          >
            <ActionIcon
              className={classes.button}
              onClick={copy}
              color={copied ? "green" : "gray"}
              aria-label={copied ? t("copy.done") : t("copy.label", { what })}
            >
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

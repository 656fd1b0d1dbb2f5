import { Button, Textarea } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { parse, stringify } from "yaml";
import classes from "./composer.module.css";
import { keyOf, type Node, type Path, setIn } from "./document";
import { useEditing } from "./editing";

/** Everything of a block or row, also what has no field of its own. */
export function AsText({ node, path }: { node: Node; path: Path }) {
  const { t } = useTranslation();
  const { doc, edit, select } = useEditing();
  const [text, setText] = useState<string | null>(null);
  if (text === null) {
    return (
      <Button
        variant="subtle"
        leftSection={<IconCode size={15} />}
        onClick={() => setText(stringify(node, { lineWidth: 0 }))}
        style={{ justifySelf: "start" }}
      >
        {t("templates.asText")}
      </Button>
    );
  }
  const read = readNode(text);
  return (
    <>
      <Textarea
        label={t("templates.blockText")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={read === null && t("templates.notRead")}
        spellCheck={false}
        autosize
        minRows={6}
        maxRows={24}
        classNames={{ input: classes.code }}
      />
      <Button
        disabled={read === null}
        onClick={() => {
          if (read === null) return;
          edit(setIn(doc, path, read));
          select(keyOf(read));
          setText(null);
        }}
      >
        {t("templates.takeOver")}
      </Button>
    </>
  );
}

function readNode(text: string): Node | null {
  try {
    const value: unknown = parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Node)
      : null;
  } catch {
    return null;
  }
}

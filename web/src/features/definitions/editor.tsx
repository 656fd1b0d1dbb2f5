import { Button, Text } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconChecks, IconUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { Allowed } from "@/components/allowed";
import { Panel } from "@/components/page";
import classes from "./definitions.module.css";
import { PlanView } from "./plan-view";
import { type Definition, type DefinitionProblem, planText } from "./queries";
import { Problems } from "./problems";
import { lineCount, lineRange, linesOf } from "./text";
import { usePublish } from "./publish";

const checkDelay = 800;

/** The text of a definition with its problems, to be changed, checked and published. */
export function Editor({ definition }: { definition: Definition }) {
  const { t } = useTranslation();
  const [text, setText] = useState(definition.text);
  const [base, setBase] = useState(definition);
  const area = useRef<HTMLTextAreaElement>(null);
  const changed = text !== base.text;
  const check = useMutation({ mutationFn: (next: string) => planText(base, next) });
  const checkSoon = useDebouncedCallback((next: string) => check.mutate(next), checkDelay);
  const publish = usePublish(base, (published) => {
    setBase(published);
    setText(published.text);
    check.reset();
  });
  useBlocker({
    shouldBlockFn: () => changed && !window.confirm(t("definitions.leave")),
    enableBeforeUnload: () => changed,
  });
  // Somebody else has published meanwhile: what is written here stays, and is not mixed up.
  const meanwhile = definition.rev !== base.rev;
  const problems: DefinitionProblem[] =
    publish.problems ?? check.data?.problems ?? (changed ? [] : base.setAside);
  const go = (line: number) => {
    const range = lineRange(text, line);
    area.current?.focus();
    area.current?.setSelectionRange(...range);
  };
  return (
    <Panel
      title={base.path}
      action={
        <>
          <Button
            variant="default"
            leftSection={<IconChecks size={15} />}
            loading={check.isPending}
            onClick={() => check.mutate(text)}
          >
            {t("definitions.check")}
          </Button>
          <Allowed to="write">
            <Button
              leftSection={<IconUpload size={15} />}
              disabled={!changed}
              loading={publish.pending}
              onClick={() => publish.ask(text)}
            >
              {t("definitions.publish")}
            </Button>
          </Allowed>
        </>
      }
    >
      {base.setAside.length > 0 && (
        <Text size="sm" mb="xs">
          {t("definitions.asideExplain")}
        </Text>
      )}
      {meanwhile && (
        <div className={classes.meanwhile} role="alert">
          {t("definitions.meanwhile")}
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setBase(definition);
              setText(definition.text);
              check.reset();
            }}
          >
            {t("definitions.takeOther")}
          </Button>
        </div>
      )}
      <Problems problems={problems} go={go} />
      {publish.error && publish.problems === undefined && (
        <Text size="sm" c="var(--app-text-bad)" mb="xs" role="alert">
          {publish.error.message}
          {publish.error instanceof ApiError && publish.error.fix && `. ${publish.error.fix}`}
        </Text>
      )}
      <div className={classes.editor}>
        <Gutter count={lineCount(text)} marked={linesOf(problems)} />
        <textarea
          ref={area}
          aria-label={t("definitions.text")}
          value={text}
          rows={lineCount(text) + 1}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          readOnly={base.archived}
          onChange={(event) => {
            setText(event.currentTarget.value);
            publish.reset();
            checkSoon(event.currentTarget.value);
          }}
        />
      </div>
      {check.data && problems.length === 0 && <PlanView plan={check.data} />}
      {check.error && (
        <Text size="sm" c="var(--app-text-bad)" mt="xs" role="alert">
          {check.error.message}
        </Text>
      )}
    </Panel>
  );
}

function Gutter({ count, marked }: { count: number; marked: Set<number> }) {
  return (
    <div className={classes.gutter} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} data-marked={marked.has(index + 1)}>
          {index + 1}
        </div>
      ))}
    </div>
  );
}

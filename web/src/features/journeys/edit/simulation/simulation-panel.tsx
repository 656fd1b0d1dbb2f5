import { Button, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ContactPicker } from "@/components/contact-picker";
import { DataField } from "../fields/data-field";
import { isNode } from "../model/definition";
import { simulate, type Simulation, type SimulationRequest } from "../queries";
import { EventsFields } from "./events-fields";
import { Way } from "./way";

interface Props {
  journey: string;
  text: string;
  result: Simulation | null;
  setResult: (result: Simulation | null) => void;
}

const answers = ["nothing", "open", "click"] as const;

/** The draft, tried with one contact: nothing is sent. */
export function SimulationPanel({ journey, text, result, setResult }: Props) {
  const { t } = useTranslation();
  const [contact, setContact] = useState<string | null>(null);
  const [request, setRequest] = useState<Omit<SimulationRequest, "contact">>({
    at: "",
    answers: "nothing",
    data: {},
    events: [],
  });
  const set = (part: Partial<typeof request>) => setRequest((now) => ({ ...now, ...part }));
  const run = useMutation({
    mutationFn: (who: string) => simulate(journey, text, { contact: who, ...request }),
    onSuccess: setResult,
    onError: () => setResult(null),
  });
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {t("editor.simulation.text")}
      </Text>
      <ContactPicker
        label={t("editor.simulation.contact")}
        value={contact}
        onChange={(next) => {
          setContact(next);
          setResult(null);
        }}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        label={t("editor.simulation.at")}
        description={t("editor.simulation.atText")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={request.at}
        onChange={(event) => set({ at: event.currentTarget.value })}
      />
      <div>
        <Text size="xs" fw={500} id="simulation-answers">
          {t("editor.simulation.answers")}
        </Text>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-labelledby="simulation-answers"
          value={request.answers}
          onChange={(next) => set({ answers: answers.find((each) => each === next) ?? "nothing" })}
          data={answers.map((value) => ({
            value,
            label: t(`editor.simulation.answer.${value}`),
          }))}
        />
      </div>
      <EventsFields events={request.events} onChange={(events) => set({ events })} />
      <DataField
        kind="data"
        label={t("editor.simulation.data")}
        required={false}
        value={Object.keys(request.data).length === 0 ? undefined : request.data}
        onChange={(data) => set({ data: isNode(data) ? { ...data } : {} })}
      />
      <Button
        leftSection={<IconPlayerPlay size={15} />}
        disabled={contact === null}
        loading={run.isPending}
        onClick={() => contact !== null && run.mutate(contact)}
      >
        {t("editor.simulation.run")}
      </Button>
      {run.error && (
        <Text size="sm" c="var(--app-text-bad)" role="alert">
          {run.error.message}
        </Text>
      )}
      {result && <Way simulation={result} />}
    </Stack>
  );
}

import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../editor.module.css";
import type { SimulationRequest } from "../queries";

type Events = SimulationRequest["events"];
const eventsMax = 50;

/** What the contact does meanwhile: an event, so long after it entered. */
export function EventsFields({
  events,
  onChange,
}: {
  events: Events;
  onChange: (next: Events) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.pairs}>
      <legend>{t("editor.simulation.events")}</legend>
      {events.map((event, index) => (
        <div key={index} className={classes.pair}>
          <TextInput
            size="xs"
            aria-label={t("editor.simulation.after", { number: index + 1 })}
            placeholder="2d"
            value={event.after}
            onChange={(change) =>
              onChange(events.with(index, { ...event, after: change.currentTarget.value }))
            }
          />
          <TextInput
            size="xs"
            aria-label={t("editor.simulation.event", { number: index + 1 })}
            placeholder={t("editor.fields.event")}
            value={event.name}
            onChange={(change) =>
              onChange(events.with(index, { ...event, name: change.currentTarget.value }))
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("editor.removePair", { number: index + 1 })}
            onClick={() => onChange(events.filter((_, at) => at !== index))}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlus size={13} />}
        disabled={events.length >= eventsMax}
        onClick={() => onChange([...events, { after: "1d", name: "" }])}
      >
        {t("editor.addPair")}
      </Button>
    </fieldset>
  );
}

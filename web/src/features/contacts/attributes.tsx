import { ActionIcon, Button, Group, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas, unwrap } from "@/api/client";
import { useMay } from "@/api/permissions";
import { Panel } from "@/components/page";
import { Value } from "@/components/properties";
import { Time } from "@/components/time/time";
import { parseValue, valueText } from "@/conditions/operators";
import classes from "./contact.module.css";

type Attribute = Schemas["AttributeValue"];

/** What is known of the contact; each value can be changed where it stands. */
export function Attributes({ contact }: { contact: Schemas["Contact"] }) {
  const { t } = useTranslation();
  const mayWrite = useMay("write");
  const [edited, setEdited] = useState<string | null>(null);
  const change = useChange(contact.id, () => setEdited(null));
  const attributes = Object.entries(contact.attributes);
  return (
    <Panel
      title={t("contacts.attributes")}
      action={
        mayWrite && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("contacts.addAttribute")}
            onClick={() => setEdited("")}
          >
            <IconPlus size={16} />
          </ActionIcon>
        )
      }
    >
      {edited === "" && (
        <NewAttribute
          pending={change.isPending}
          save={(name, value) => change.mutate({ [name]: value })}
          cancel={() => setEdited(null)}
        />
      )}
      {attributes.length === 0 && edited !== "" && (
        <Text size="sm" c="dimmed">
          {t("contacts.noAttributes")}
        </Text>
      )}
      <dl className={classes.facts}>
        {attributes.map(([name, attribute]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {edited === name ? (
                <EditValue
                  name={name}
                  attribute={attribute}
                  pending={change.isPending}
                  save={(value) => change.mutate({ [name]: value })}
                  cancel={() => setEdited(null)}
                />
              ) : (
                <Shown
                  name={name}
                  attribute={attribute}
                  edit={mayWrite && isPlain(attribute.value) ? () => setEdited(name) : undefined}
                />
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

const isPlain = (value: unknown) => typeof value !== "object";

function useChange(id: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (attributes: Record<string, unknown>) =>
      unwrap(api.PATCH("/contacts/{id}", { params: { path: { id } }, body: { attributes } })),
    onSuccess: (contact) => {
      client.setQueryData(["contact", id], contact);
      void client.invalidateQueries({ queryKey: ["timeline", id] });
      void client.invalidateQueries({ queryKey: ["contacts"] });
      done();
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
}

interface ShownProps {
  name: string;
  attribute: Attribute;
  edit: (() => void) | undefined;
}

function Shown({ name, attribute, edit }: ShownProps) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap={4} wrap="nowrap" justify="space-between" align="flex-start">
        <span className={classes.value}>
          <Value value={attribute.value} />
        </span>
        {edit && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t("contacts.editAttribute", { name })}
            onClick={edit}
          >
            <IconPencil size={14} />
          </ActionIcon>
        )}
      </Group>
      <div className={classes.source}>
        <Time at={attribute.at} />
        {attribute.source && ` ${t("contacts.by", { source: attribute.source })}`}
      </div>
    </>
  );
}

interface EditProps {
  name: string;
  attribute: Attribute;
  pending: boolean;
  save: (value: unknown) => void;
  cancel: () => void;
}

/** A number stays one as long as it looks like one; a text stays a text. */
function EditValue({ name, attribute, pending, save, cancel }: EditProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(valueText(attribute.value));
  const types = [typeof attribute.value === "string" ? "text" : typeof attribute.value];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(parseValue(text, types));
      }}
    >
      <TextInput
        aria-label={name}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") cancel();
        }}
        autoFocus
      />
      <Group gap={6} mt={6}>
        <Button type="submit" size="compact-xs" loading={pending}>
          {t("contacts.save")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={cancel}>
          {t("action.cancel")}
        </Button>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={t("contacts.removeAttribute", { name })}
          onClick={() => save(null)}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </Group>
    </form>
  );
}

interface NewProps {
  pending: boolean;
  save: (name: string, value: unknown) => void;
  cancel: () => void;
}

function NewAttribute({ pending, save, cancel }: NewProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  return (
    <form
      className={classes.newAttribute}
      onSubmit={(event) => {
        event.preventDefault();
        save(name.trim(), parseValue(text));
      }}
    >
      <TextInput
        label={t("contacts.attributeName")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={255}
        required
        autoFocus
      />
      <TextInput
        label={t("contacts.attributeValue")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group gap={6}>
        <Button
          type="submit"
          size="compact-xs"
          disabled={name.trim() === "" || text === ""}
          loading={pending}
        >
          {t("contacts.save")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={cancel}>
          {t("action.cancel")}
        </Button>
      </Group>
    </form>
  );
}

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { parse, parseDocument, stringify } from "yaml";
import { api, type Schemas, unwrap } from "@/api/client";
import { definitionsQuery } from "@/api/definitions";
import { createDefinition } from "@/drafts/definition-draft";

export type Definition = Schemas["Definition"];
export type Suppression = Schemas["Suppression"];
export type SuppressionChange = Schemas["SuppressionChange"];
export type Consents = Schemas["Consents"];
export type ConsentStatement = Schemas["ConsentStatement"];

export interface Topic {
  definition: Definition;
  name: string;
  description: string;
  default: "opted_in" | "opted_out";
  visibility: "public" | "private";
}

const member = (text: string): Record<string, unknown> => {
  const value: unknown = parse(text);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
};
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function readTopic(definition: Definition): Topic {
  const topic = member(definition.text);
  return {
    definition,
    name: textOf(topic.name) || definition.key,
    description: textOf(topic.description),
    default: topic.default === "opted_out" ? "opted_out" : "opted_in",
    visibility: topic.visibility === "private" ? "private" : "public",
  };
}

export const topicsQuery = queryOptions({
  ...definitionsQuery(false),
  select: (all): Topic[] =>
    all.filter((each) => each.kind === "topic" && !each.archived).map(readTopic),
});

export interface SignupForm {
  definition: Definition;
  title: string;
  text: string;
  topics: string[];
  origins: string[];
  doubleOptIn: boolean;
  consent: string;
  button: string;
  fields: FormField[];
}

export interface FormField {
  attribute: string;
  label: string;
  type: string;
  required: boolean;
  options: string[];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function readField(value: unknown): FormField {
  const field = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return {
    attribute: textOf(field.attribute),
    label: textOf(field.label) || textOf(field.attribute),
    type: textOf(field.type) || "text",
    required: field.required === true,
    options: list(field.options).map(String),
  };
}

function readForm(definition: Definition): SignupForm {
  const form = member(definition.text);
  return {
    definition,
    title: textOf(form.title) || definition.key,
    text: textOf(form.text),
    topics: list(form.topics).map(String),
    origins: list(form.allowed_origins).map(String),
    doubleOptIn: form.double_opt_in !== false,
    consent: textOf(form.consent),
    button: textOf(form.button),
    fields: list(form.fields).map(readField),
  };
}

export const formsQuery = queryOptions({
  ...definitionsQuery(false),
  select: (all): SignupForm[] =>
    all.filter((each) => each.kind === "form" && !each.archived).map(readForm),
});

/** The page of a form as it is hosted. */
export function hostedFormQuery(key: string, rev: string) {
  return queryOptions({
    queryKey: ["hosted-form", key, rev],
    queryFn: async () => {
      const answer = await fetch(`/f/${encodeURIComponent(key)}`);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return answer.text();
    },
  });
}

/** Publishes members of a definition; a member of `undefined` is taken out of the text. */
export function useSaveMembers(kind: "topic" | "form", done: (key: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: {
      definition: Definition | null;
      key: string;
      members: Record<string, unknown>;
    }) => {
      const { definition, key, members } = change;
      if (definition === null) {
        const given = Object.entries(members).filter(([, value]) => value !== undefined);
        await createDefinition(kind, key, stringify({ kind, key, ...Object.fromEntries(given) }));
        return key;
      }
      const document = parseDocument(definition.text);
      for (const [name, value] of Object.entries(members)) {
        if (value === undefined) document.delete(name);
        else document.set(name, document.createNode(value));
      }
      await unwrap(
        api.PUT("/definitions/{kind}/{key}", {
          params: { path: { kind, key }, header: { "If-Match": `"${definition.rev}"` } },
          body: { text: document.toString({ lineWidth: 0 }), yes: false },
        }),
      );
      return key;
    },
    onSuccess: async (key) => {
      await client.invalidateQueries({ queryKey: ["definitions"] });
      done(key);
    },
  });
}

export function fetchSuppressions(address: string | undefined, cursor: string | undefined) {
  return unwrap(api.GET("/suppressions", { params: { query: { address, limit: 100, cursor } } }));
}

export function consentsQuery(contact: string) {
  return queryOptions({
    queryKey: ["contact", contact, "consents"],
    queryFn: () =>
      unwrap(api.GET("/contacts/{id}/consents", { params: { path: { id: contact } } })),
  });
}

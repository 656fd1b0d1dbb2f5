import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import { sessionQuery, setupQuery } from "@/api/queries";
import { Failure, RowsSkeleton } from "@/components/states";
import { type Area, loadTexts } from "./i18n";
import { NotFound } from "./not-found";
import { choiceFilter, choicesFilter, parseSearch, stringifySearch, textFilter } from "./search";
import { Shell } from "./shell";
import {
  type ContactFilter,
  journeyStates,
  type JourneyView,
  journeyViews,
  type MailFilter,
  mailViews,
  type MessageFilter,
  messageStatuses,
  type RunFilter,
  timelineKinds,
} from "./filters";

interface Context {
  client: QueryClient;
}

/** A page and its texts, which come together when it is first opened. */
function page<Module extends Record<string, unknown>, Name extends keyof Module>(
  areas: Area[],
  load: () => Promise<Module>,
  name: Name,
) {
  const both = async () => {
    const [module] = await Promise.all([load(), ...areas.map(loadTexts)]);
    return module;
  };
  return lazyRouteComponent(both, name);
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: NotFound });

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  beforeLoad: async ({ context }) => {
    const state = await context.client.fetchQuery(setupQuery);
    // The last step stays open after the first user is made: it shows the keys once.
    if (!state.needed && !context.client.getQueryData(["setup", "result"])) {
      throw redirect({ to: "/" });
    }
  },
  component: page(["front"], () => import("@/features/setup/setup-page"), "SetupPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string } => ({ next: textFilter(search.next, 2000) }),
  component: page(["front"], () => import("@/features/session/sign-in-page"), "SignInPage"),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const state = await context.client.fetchQuery(setupQuery);
      if (state.needed) throw redirect({ to: "/setup" });
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/sign-in", search: { next } });
    }
  },
  component: Shell,
});

const under = <Path extends string>(path: Path) => ({ getParentRoute: () => app, path });

const home = createRoute({
  ...under("/"),
  component: page(
    ["home", "segments", "journeys"],
    () => import("@/features/home/home-page"),
    "HomePage",
  ),
});
const contacts = createRoute({
  ...under("/contacts"),
  validateSearch: (search): ContactFilter => ({
    q: textFilter(search.q),
    segment: textFilter(search.segment),
  }),
  component: page(["contacts"], () => import("@/features/contacts/contacts-page"), "ContactsPage"),
});
const contact = createRoute({
  ...under("/contacts/$id"),
  validateSearch: (search): { kinds?: string } => ({
    kinds: choicesFilter(search.kinds, timelineKinds),
  }),
  component: page(["contacts"], () => import("@/features/contacts/contact-page"), "ContactPage"),
});
const segments = createRoute({
  ...under("/segments"),
  component: page(["segments"], () => import("@/features/segments/segments-page"), "SegmentsPage"),
});
const segment = createRoute({
  ...under("/segments/$key"),
  component: page(["segments"], () => import("@/features/segments/segment-page"), "SegmentPage"),
});
const journeys = createRoute({
  ...under("/journeys"),
  component: page(["journeys"], () => import("@/features/journeys/journeys-page"), "JourneysPage"),
});
const journey = createRoute({
  ...under("/journeys/$key"),
  validateSearch: (search): { view?: JourneyView } => ({
    view: choiceFilter(search.view, journeyViews),
  }),
  component: page(["journeys"], () => import("@/features/journeys/journey-page"), "JourneyPage"),
});
const journeyContacts = createRoute({
  ...under("/journeys/$key/contacts"),
  validateSearch: (search): RunFilter => ({
    step: textFilter(search.step),
    state: choiceFilter(search.state, journeyStates),
  }),
  component: page(
    ["journeys"],
    () => import("@/features/journeys/journey-contacts-page"),
    "JourneyContactsPage",
  ),
});
const messages = createRoute({
  ...under("/messages"),
  validateSearch: (search): MessageFilter => ({
    status: choiceFilter(search.status, messageStatuses),
    journey: textFilter(search.journey),
    step: textFilter(search.step),
    contact: textFilter(search.contact),
  }),
  component: page(["messages"], () => import("@/features/messages/messages-page"), "MessagesPage"),
});
const events = createRoute({
  ...under("/data/events"),
  validateSearch: (search): { q?: string } => ({ q: textFilter(search.q) }),
  component: page(
    ["events", "contacts"],
    () => import("@/features/events/events-page"),
    "EventsPage",
  ),
});
const mailbox = createRoute({
  ...under("/mailbox"),
  validateSearch: (search): MailFilter => ({
    to: textFilter(search.to),
    id: textFilter(search.id),
    view: choiceFilter(search.view, mailViews),
  }),
  component: page(["mailbox"], () => import("@/features/mailbox/mailbox-page"), "MailboxPage"),
});
const mail = createRoute({
  ...under("/mailbox/$id"),
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/mailbox", search: { id: params.id } });
  },
});
const settings = createRoute({
  ...under("/settings"),
  component: page(
    ["settings", "front"],
    () => import("@/features/settings/settings-page"),
    "SettingsPage",
  ),
});

const tree = root.addChildren([
  setup,
  signIn,
  app.addChildren([
    home,
    contacts,
    contact,
    segments,
    segment,
    journeys,
    journey,
    journeyContacts,
    messages,
    events,
    mailbox,
    mail,
    settings,
  ]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingComponent: RowsSkeleton,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
    scrollRestoration: true,
  });
}

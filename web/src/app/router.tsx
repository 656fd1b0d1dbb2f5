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
  campaignAnswers,
  type CampaignFilter,
  campaignGroups,
  type CompanyFilter,
  companyMeasures,
  companySorts,
  type ContactFilter,
  type DefinitionFilter,
  definitionKinds,
  definitionShows,
  type JobKind,
  jobKinds,
  journeyStates,
  type JourneyView,
  journeyViews,
  type MailFilter,
  mailViews,
  type MessageFilter,
  messageStatuses,
  type RecipientFilter,
  type RunFilter,
  type TestFilter,
  testStates,
  timelineKinds,
  auditActions,
  type AuditFilter,
  type WhyFilter,
  whyKinds,
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

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: page(["front"], () => import("@/features/session/join-page"), "JoinPage"),
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

/** Characters of a condition in an address; the API takes no longer one there. */
const conditionLengthMax = 8_000;

const under = <Path extends string>(path: Path) => ({ getParentRoute: () => app, path });

const home = createRoute({
  ...under("/"),
  component: page(
    ["home", "segments", "journeys", "definitions"],
    () => import("@/features/home/home-page"),
    "HomePage",
  ),
});
const contacts = createRoute({
  ...under("/contacts"),
  validateSearch: (search): ContactFilter => ({
    q: textFilter(search.q),
    segment: textFilter(search.segment),
    list: textFilter(search.list),
    where: textFilter(search.where, conditionLengthMax),
    cols: textFilter(search.cols, 2_000),
  }),
  component: page(
    ["contacts", "exports", "conditions"],
    () => import("@/features/contacts/contacts-page"),
    "ContactsPage",
  ),
});
const contact = createRoute({
  ...under("/contacts/$id"),
  validateSearch: (search): { kinds?: string } => ({
    kinds: choicesFilter(search.kinds, timelineKinds),
  }),
  component: page(
    ["contacts", "drafts"],
    () => import("@/features/contacts/contact-page"),
    "ContactPage",
  ),
});
const segments = createRoute({
  ...under("/segments"),
  component: page(
    ["segments", "definitions"],
    () => import("@/features/segments/segments-page"),
    "SegmentsPage",
  ),
});
const newSegment = createRoute({
  ...under("/segments/new"),
  validateSearch: (search): { where?: string } => ({
    where: textFilter(search.where, conditionLengthMax),
  }),
  component: page(
    ["segments", "contacts", "conditions", "drafts"],
    () => import("@/features/segments/editing"),
    "NewSegmentPage",
  ),
});
const editSegment = createRoute({
  ...under("/segments/$key/edit"),
  component: page(
    ["segments", "contacts", "conditions", "drafts"],
    () => import("@/features/segments/editing"),
    "EditSegmentPage",
  ),
});
const lists = createRoute({
  ...under("/lists"),
  component: page(["segments", "definitions"], () => import("@/features/lists/pages"), "ListsPage"),
});
const list = createRoute({
  ...under("/lists/$key"),
  component: page(
    ["segments", "contacts", "definitions", "exports", "drafts"],
    () => import("@/features/lists/pages"),
    "ListPage",
  ),
});
const scores = createRoute({
  ...under("/scores"),
  component: page(
    ["segments", "definitions"],
    () => import("@/features/scores/pages"),
    "ScoresPage",
  ),
});
const score = createRoute({
  ...under("/scores/$key"),
  component: page(
    ["segments", "contacts", "definitions", "drafts"],
    () => import("@/features/scores/pages"),
    "ScorePage",
  ),
});
const segment = createRoute({
  ...under("/segments/$key"),
  component: page(
    ["segments", "contacts", "conditions", "definitions", "exports"],
    () => import("@/features/segments/segment-page"),
    "SegmentPage",
  ),
});
const why = createRoute({
  ...under("/contacts/$id/why"),
  validateSearch: (search): WhyFilter => ({
    ask: choiceFilter(search.ask, whyKinds),
    journey: textFilter(search.journey),
    step: textFilter(search.step),
    campaign: textFilter(search.campaign),
    message: textFilter(search.message),
    segment: textFilter(search.segment),
  }),
  component: page(["contacts"], () => import("@/features/contacts/why-page"), "WhyPage"),
});
const ledger = createRoute({
  ...under("/contacts/$id/consent"),
  component: page(["consent"], () => import("@/features/consent/ledger-page"), "LedgerPage"),
});
const consent = createRoute({
  ...under("/consent"),
  component: page(
    ["consent", "definitions"],
    () => import("@/features/consent/topics-page"),
    "TopicsPage",
  ),
});
const forms = createRoute({
  ...under("/consent/forms"),
  component: page(
    ["consent", "definitions"],
    () => import("@/features/consent/forms-page"),
    "FormsPage",
  ),
});
const form = createRoute({
  ...under("/consent/forms/$key"),
  component: page(
    ["consent", "definitions"],
    () => import("@/features/consent/form-page"),
    "FormPage",
  ),
});
const suppressions = createRoute({
  ...under("/consent/suppressions"),
  validateSearch: (search): { address?: string } => ({ address: textFilter(search.address, 254) }),
  component: page(
    ["consent"],
    () => import("@/features/consent/suppressions-page"),
    "SuppressionsPage",
  ),
});
const jobs = createRoute({
  ...under("/jobs"),
  validateSearch: (search): { kind?: JobKind } => ({ kind: choiceFilter(search.kind, jobKinds) }),
  component: page(
    ["transfers", "exports"],
    () => import("@/features/transfers/jobs-page"),
    "JobsPage",
  ),
});
const importFile = createRoute({
  ...under("/jobs/import"),
  component: page(["transfers"], () => import("@/features/transfers/import-page"), "ImportPage"),
});
const job = createRoute({
  ...under("/jobs/$id"),
  component: page(["transfers"], () => import("@/features/transfers/job-page"), "JobPage"),
});
const companies = createRoute({
  ...under("/companies"),
  validateSearch: (search): CompanyFilter => ({
    q: textFilter(search.q),
    sort: choiceFilter(search.sort, companySorts),
    score: textFilter(search.score),
    measure: choiceFilter(search.measure, companyMeasures),
  }),
  component: page(
    ["companies"],
    () => import("@/features/companies/companies-page"),
    "CompaniesPage",
  ),
});
const company = createRoute({
  ...under("/companies/$id"),
  validateSearch: (search): { score?: string } => ({ score: textFilter(search.score) }),
  component: page(["companies"], () => import("@/features/companies/company-page"), "CompanyPage"),
});
const tests = createRoute({
  ...under("/tests"),
  validateSearch: (search): TestFilter => ({
    q: textFilter(search.q),
    state: choiceFilter(search.state, testStates),
  }),
  component: page(["tests"], () => import("@/features/tests/tests-page"), "TestsPage"),
});
const test = createRoute({
  ...under("/tests/$journey/$step"),
  component: page(["tests"], () => import("@/features/tests/test-page"), "TestPage"),
});
const journeys = createRoute({
  ...under("/journeys"),
  component: page(
    ["journeys", "definitions", "editor"],
    () => import("@/features/journeys/journeys-page"),
    "JourneysPage",
  ),
});
const journey = createRoute({
  ...under("/journeys/$key"),
  validateSearch: (search): { view?: JourneyView } => ({
    view: choiceFilter(search.view, journeyViews),
  }),
  component: page(
    ["journeys", "definitions", "editor", "drafts"],
    () => import("@/features/journeys/journey-page"),
    "JourneyPage",
  ),
});
const journeyNew = createRoute({
  ...under("/journeys/new"),
  component: page(
    ["editor", "journeys"],
    () => import("@/features/journeys/gallery/gallery-page"),
    "GalleryPage",
  ),
});
const journeyEdit = createRoute({
  ...under("/journeys/$key/edit"),
  component: page(
    ["editor", "journeys", "drafts"],
    () => import("@/features/journeys/edit/edit-page"),
    "EditPage",
  ),
});
const journeyVersions = createRoute({
  ...under("/journeys/$key/versions"),
  component: page(
    ["editor", "journeys"],
    () => import("@/features/journeys/versions/versions-page"),
    "VersionsPage",
  ),
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
const journeyBacktest = createRoute({
  ...under("/journeys/$key/backtest"),
  validateSearch: (search): { job?: string } => ({ job: textFilter(search.job) }),
  component: page(
    ["backtest", "journeys"],
    () => import("@/features/journeys/backtest/backtest-page"),
    "BacktestPage",
  ),
});
const campaigns = createRoute({
  ...under("/campaigns"),
  validateSearch: (search): CampaignFilter => ({
    q: textFilter(search.q),
    state: choiceFilter(search.state, campaignGroups),
  }),
  component: page(
    ["campaigns", "definitions"],
    () => import("@/features/campaigns/campaigns-page"),
    "CampaignsPage",
  ),
});
const campaign = createRoute({
  ...under("/campaigns/$key"),
  component: page(
    ["campaigns", "definitions", "drafts"],
    () => import("@/features/campaigns/campaign-page"),
    "CampaignPage",
  ),
});
const recipients = createRoute({
  ...under("/campaigns/$key/recipients"),
  validateSearch: (search): RecipientFilter => ({
    status: choiceFilter(search.status, messageStatuses),
    answer: choiceFilter(search.answer, campaignAnswers),
    arm: textFilter(search.arm),
  }),
  component: page(
    ["campaigns"],
    () => import("@/features/campaigns/recipients-page"),
    "RecipientsPage",
  ),
});
const templates = createRoute({
  ...under("/templates"),
  validateSearch: (search): { q?: string } => ({ q: textFilter(search.q) }),
  component: page(
    ["templates", "definitions"],
    () => import("@/features/templates/templates-page"),
    "TemplatesPage",
  ),
});
const template = createRoute({
  ...under("/templates/$key"),
  component: page(
    ["templates", "definitions", "drafts", "library"],
    () => import("@/features/templates/template-page"),
    "TemplatePage",
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
const library = createRoute({
  ...under("/library"),
  validateSearch: (search): { q?: string } => ({ q: textFilter(search.q) }),
  component: page(["library"], () => import("@/features/library/pages"), "LibraryPage"),
});
const asset = createRoute({
  ...under("/library/$key"),
  component: page(["library"], () => import("@/features/library/pages"), "AssetPage"),
});
const catalogs = createRoute({
  ...under("/catalogs"),
  component: page(["catalogs"], () => import("@/features/catalogs/pages"), "CatalogsPage"),
});
const catalog = createRoute({
  ...under("/catalogs/$key"),
  validateSearch: (search): { q?: string } => ({ q: textFilter(search.q) }),
  component: page(["catalogs"], () => import("@/features/catalogs/pages"), "CatalogPage"),
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
const definitions = createRoute({
  ...under("/data/definitions"),
  validateSearch: (search): DefinitionFilter => ({
    q: textFilter(search.q),
    kind: choiceFilter(search.kind, definitionKinds),
    show: choiceFilter(search.show, definitionShows),
  }),
  component: page(
    ["definitions"],
    () => import("@/features/definitions/definitions-page"),
    "DefinitionsPage",
  ),
});
const definition = createRoute({
  ...under("/data/definitions/$kind/$key"),
  component: page(
    ["definitions"],
    () => import("@/features/definitions/definition-page"),
    "DefinitionPage",
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
    ["settings", "front", "domains"],
    () => import("@/features/settings/settings-page"),
    "SettingsPage",
  ),
});
const domains = createRoute({
  ...under("/settings/domains"),
  component: page(["domains"], () => import("@/features/domains/domains-page"), "DomainsPage"),
});
const domain = createRoute({
  ...under("/settings/domains/$domain"),
  component: page(["domains"], () => import("@/features/domains/domain-page"), "DomainPage"),
});
const team = createRoute({
  ...under("/settings/team"),
  component: page(["team"], () => import("@/features/team/team-page"), "TeamPage"),
});
const audit = createRoute({
  ...under("/settings/audit"),
  validateSearch: (search): AuditFilter => ({
    actor: textFilter(search.actor),
    action: choiceFilter(search.action, auditActions),
    object: textFilter(search.object),
  }),
  component: page(["audit"], () => import("@/features/audit/audit-page"), "AuditPage"),
});
const webhooks = createRoute({
  ...under("/data/webhooks"),
  component: page(["webhooks"], () => import("@/features/webhooks/webhooks-page"), "WebhooksPage"),
});
const webhook = createRoute({
  ...under("/data/webhooks/$id"),
  component: page(["webhooks"], () => import("@/features/webhooks/webhook-page"), "WebhookPage"),
});
const account = createRoute({
  ...under("/settings/account"),
  component: page(["account"], () => import("@/features/account/account-page"), "AccountPage"),
});

const tree = root.addChildren([
  setup,
  signIn,
  join,
  app.addChildren([
    home,
    contacts,
    contact,
    ledger,
    why,
    consent,
    forms,
    form,
    suppressions,
    segments,
    newSegment,
    segment,
    editSegment,
    lists,
    list,
    scores,
    score,
    jobs,
    importFile,
    job,
    companies,
    company,
    tests,
    test,
    journeys,
    journeyNew,
    journey,
    journeyEdit,
    journeyVersions,
    journeyContacts,
    journeyBacktest,
    campaigns,
    campaign,
    recipients,
    templates,
    template,
    messages,
    library,
    asset,
    catalogs,
    catalog,
    events,
    definitions,
    definition,
    mailbox,
    mail,
    webhooks,
    webhook,
    settings,
    domains,
    domain,
    team,
    account,
    audit,
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

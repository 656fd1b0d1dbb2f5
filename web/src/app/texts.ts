import type account from "./locales/en/account.json";
import type app from "./locales/en/app.json";
import type audit from "./locales/en/audit.json";
import type backtest from "./locales/en/backtest.json";
import type campaigns from "./locales/en/campaigns.json";
import type catalogs from "./locales/en/catalogs.json";
import type companies from "./locales/en/companies.json";
import type conditions from "./locales/en/conditions.json";
import type consent from "./locales/en/consent.json";
import type contacts from "./locales/en/contacts.json";
import type definitions from "./locales/en/definitions.json";
import type domains from "./locales/en/domains.json";
import type drafts from "./locales/en/drafts.json";
import type editor from "./locales/en/editor.json";
import type events from "./locales/en/events.json";
import type exports from "./locales/en/exports.json";
import type front from "./locales/en/front.json";
import type home from "./locales/en/home.json";
import type journeys from "./locales/en/journeys.json";
import type library from "./locales/en/library.json";
import type mailbox from "./locales/en/mailbox.json";
import type messages from "./locales/en/messages.json";
import type palette from "./locales/en/palette.json";
import type segments from "./locales/en/segments.json";
import type settings from "./locales/en/settings.json";
import type team from "./locales/en/team.json";
import type templates from "./locales/en/templates.json";
import type tests from "./locales/en/tests.json";
import type transfers from "./locales/en/transfers.json";
import type webhooks from "./locales/en/webhooks.json";

/** Every text by its key, for the compiler. */
export type Texts = typeof account &
  typeof app &
  typeof audit &
  typeof backtest &
  typeof campaigns &
  typeof catalogs &
  typeof companies &
  typeof conditions &
  typeof consent &
  typeof contacts &
  typeof definitions &
  typeof domains &
  typeof drafts &
  typeof editor &
  typeof events &
  typeof exports &
  typeof front &
  typeof home &
  typeof journeys &
  typeof library &
  typeof mailbox &
  typeof messages &
  typeof palette &
  typeof segments &
  typeof settings &
  typeof team &
  typeof templates &
  typeof tests &
  typeof transfers &
  typeof webhooks;

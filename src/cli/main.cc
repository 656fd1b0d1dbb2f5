/// The `sojourn` program.

#include <fmt/format.h>
#include <sodium.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/agent.h"
#include "cli/asset.h"
#include "cli/audit.h"
#include "cli/backfill.h"
#include "cli/backtest.h"
#include "cli/bounce.h"
#include "cli/campaign.h"
#include "cli/catalog.h"
#include "cli/commands.h"
#include "cli/companies.h"
#include "cli/contact_export.h"
#include "cli/experiment.h"
#include "cli/explain.h"
#include "cli/export.h"
#include "cli/history.h"
#include "cli/pause.h"
#include "cli/render.h"
#include "cli/render_document.h"
#include "cli/rollback.h"
#include "cli/segment_count.h"
#include "cli/segment_eval.h"
#include "cli/sender_domain.h"
#include "cli/serve.h"
#include "cli/suppression.h"
#include "cli/test_command.h"
#include "cli/transfer.h"
#include "cli/when.h"

namespace {

std::string environment_or(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

void add_import(CLI::App& program, sojourn::cli::ImportFlags& flags) {
  CLI::App* import = program.add_subcommand("import", "import contacts or events from a file");
  import->add_option("FILE", flags.file, "CSV, or JSON with one object a line or in a list");
  import->add_option("--map", flags.maps,
                     "what a column is, such as Plan=attribute:plan:text; may be repeated");
  import->add_option("--subject", flags.subject, "contacts or events; without it guessed");
  import->add_option("--format", flags.format, "csv or json; without it found out");
  import->add_option("--separator", flags.separator, ", ; or tab; without it found out");
  import->add_option("--time-zone", flags.zone, "of local times in the file, such as Europe/Paris");
  import->add_option("--overwrite", flags.overwrite,
                     "all (default), or empty: attributes that a contact has already stay");
  CLI::Option* topic = import->add_option("--consent", flags.consent_topic,
                                          "everybody in the file has opted in to this topic");
  import->add_option("--evidence", flags.consent_evidence, "how and when they did")->needs(topic);
  import->add_option("--list", flags.list, "static list to put the contacts on");
  import->add_option("--bad-rows", flags.bad_rows, "file to write bad rows to, as CSV");
  import->add_flag("--dry-run", flags.is_dry_run, "count what would happen, change nothing");
  import->add_flag("--start-journeys", flags.starts_journeys,
                   "let the imported contacts enter journeys");
  import->add_option("--undo", flags.undo, "undo the import that was this job");
}

struct PublishFlags {
  sojourn::cli::InsideFlags inside = {};
  std::optional<std::int64_t> reach = {};
  bool yes = false;
  bool prune = false;
  bool force = false;
  bool wait = false;

  [[nodiscard]] sojourn::cli::PublishAnswers answers() const {
    using sojourn::cli::Confirm;
    return {.confirm = yes ? Confirm::yes : Confirm::ask, .reach = reach};
  }
  [[nodiscard]] sojourn::cli::FolderFlags of_folder(const std::string& folder) const {
    using sojourn::cli::Rest;
    return {.folder = folder, .rest = prune ? Rest::archive : Rest::keep, .inside = inside};
  }
};

void add_answers(std::initializer_list<CLI::App*> commands, PublishFlags& flags) {
  for (CLI::App* each : commands) {
    each->add_flag("--yes", flags.yes, "do not ask");
    each->add_option("--yes-reach", flags.reach,
                     "publish although a journey would let in so many people on one day")
        ->check(CLI::NonNegativeNumber);
  }
}

void add_inside(std::initializer_list<CLI::App*> commands, sojourn::cli::InsideFlags& flags) {
  for (CLI::App* each : commands) {
    each->add_option("--inside", flags.choices,
                     "JOURNEY=finish|move|replan|leave: what becomes of those inside; without it "
                     "they finish on their version; may be repeated");
    each->add_option("--map", flags.steps,
                     "JOURNEY/STEP=STEP: where those who wait at a step go on; nothing behind = "
                     "lets them leave; may be repeated");
  }
}

struct FolderExportFlags {
  std::string folder = {};
  bool force = false;
};

void add_export(CLI::App& program, sojourn::cli::ExportFlags& flags,
                FolderExportFlags& folder_flags) {
  CLI::App* exporting = program.add_subcommand(
      "export", "write the workspace as text, or contacts or events to a file");
  exporting->add_option("DIR", folder_flags.folder, "workspace folder; made where it is absent");
  exporting->add_flag("--force", folder_flags.force, "overwrite files that hold something else");
  exporting->require_subcommand(0, 1);
  CLI::App* contacts = exporting->add_subcommand("contacts", "everybody, a segment or a list");
  contacts->add_option("--segment", flags.segment, "only the members of this segment");
  contacts->add_option("--list", flags.list, "only the contacts on this static list");
  contacts->add_option("--attribute", flags.attributes,
                       "only this attribute; may be repeated; without it all");
  CLI::App* events = exporting->add_subcommand("events", "what the log holds");
  events->add_option("--event", flags.names, "only events of this name; may be repeated");
  events->add_option("--since", flags.since, "only events from this time on, as RFC 3339");
  events->add_option("--until", flags.until, "only events before this time");
  for (CLI::App* each : {contacts, events}) {
    each->add_option("-o,--output", flags.output, "file to write, - for stdout")->required();
    each->add_option("--format", flags.format, "csv or jsonl")->capture_default_str();
    each->add_flag("--unguarded", flags.is_unguarded,
                   "leave text as it is that a spreadsheet takes for a formula");
    each->callback([each, &flags] { flags.subject = each->get_name(); });
  }
}

void add_companies(CLI::App& program, sojourn::cli::CompaniesFlags& flags,
                   sojourn::cli::CompanyFlags& one_flags) {
  CLI::App* all = program.add_subcommand("companies", "list the companies of contacts");
  CLI::Option* score = all->add_option("--score", flags.score, "key of the score to sort by");
  all->add_option("--by", flags.by, "of the score: sum, average or highest of the contacts")
      ->check(CLI::IsMember({"sum", "average", "highest"}))
      ->needs(score)
      ->capture_default_str();
  all->add_option("--search", flags.search, "beginning of a name or an id");
  CLI::App* one = program.add_subcommand("company", "show a company, its scores and its contacts");
  one->add_option("ID", one_flags.id, "id of the company")->required();
  one->add_option("--score", one_flags.score, "key of the score to sort the contacts by");
  all->add_option("--limit", flags.limit, "so many companies at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  one->add_option("--limit", one_flags.limit, "so many contacts at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_campaign(CLI::App& program, sojourn::cli::CampaignFlags& flags) {
  CLI::App* campaign =
      program.add_subcommand("campaign", "send campaigns, and see what became of them");
  campaign->require_subcommand(1);
  const auto add = [&](const std::string& action, const std::string& what) {
    CLI::App* one = campaign->add_subcommand(action, what);
    one->callback([&flags, action] { flags.action = action; });
    if (action != "list") one->add_option("CAMPAIGN", flags.key, "key of the campaign")->required();
    return one;
  };
  add("list", "each with its state");
  add("show", "one, with what was left out and why");
  add("start", "send it, at the time of its schedule")
      ->add_option("--hold", flags.hold, "how long it waits for second thoughts; without it 60s");
  add("cancel", "do not send it after all, while it waits");
  add("pause", "let none of its messages go");
  add("resume", "let it go on");
  add("stop", "end it: what waits is cancelled");
}

void add_render(CLI::App& program, sojourn::cli::RenderFlags& flags,
                sojourn::cli::RenderDocumentFlags& document_flags) {
  CLI::App* render = program.add_subcommand(
      "render", "render a Liquid template or a document of blocks, without a server");
  CLI::Option* source = render->add_option("--template", flags.source, "file of the template");
  render->add_option("--data", flags.data, "JSON object: what the template sees");
  render->add_option("--catalogs", flags.catalogs,
                     "folder of catalogs with their items, as a workspace has them");
  render->add_option("--partials", flags.partials, "folder of NAME.liquid for render and include")
      ->needs(source);
  render->add_flag("--strict", flags.strict, "errors end the render instead of being printed")
      ->needs(source);
  render->add_flag("--html", flags.html, "escape what is printed")->needs(source);
  render->add_flag("--batch", flags.batch,
                   "JSON lines from standard input: template, data, templates, strict, html");
  CLI::Option* document =
      render->add_option("--document", document_flags.document,
                         "file of a document of blocks, or of the definition of a template");
  document->excludes(source);
  render
      ->add_option("--workspace", document_flags.folder,
                   "folder with the brands and saved blocks that it names")
      ->needs(document);
  render->add_option("--language", document_flags.language, "such as de-AT")->needs(document);
  render->add_option("--address", document_flags.address, "postal address of the workspace")
      ->needs(document);
  render->add_option("--at", document_flags.at, "the instant of sending; without it now")
      ->needs(document);
  render
      ->add_flag("--check", document_flags.check,
                 "print what should be looked at; exit code 1 where that is an error")
      ->needs(document);
  render->add_flag("--text", document_flags.text, "print the text part")->needs(document);
  render->add_flag("--json", document_flags.json, "print all of it as JSON")->needs(document);
}

/// 2, as shells and most tools have it; but 1 of `plan`, whose 2 says that something would change.
int usage_exit_code(int argument_count, char** arguments) {
  const bool is_plan = argument_count > 1 && std::string_view(arguments[1]) == "plan";
  return is_plan ? 1 : 2;
}

void add_sender_domain(CLI::App& program, sojourn::cli::SenderDomainFlags& flags) {
  CLI::App* domain =
      program.add_subcommand("domain", "the domains that mails are sent from, and their DKIM keys");
  domain->add_option("ACTION", flags.action, "list, add, show, check, activate, rotate or remove")
      ->required()
      ->check(CLI::IsMember({"list", "add", "show", "check", "activate", "rotate", "remove"}));
  domain->add_option("DOMAIN", flags.domain, "such as news.example.com; not of list");
}

void add_asset(CLI::App& program, sojourn::cli::AssetFlags& flags) {
  CLI::App* asset =
      program.add_subcommand("asset", "the pictures that messages show, as asset:KEY");
  asset->add_option("ACTION", flags.action, "list, show, add, replace or remove")
      ->required()
      ->check(CLI::IsMember({"list", "show", "add", "replace", "remove"}));
  asset->add_option("FILE|KEY", flags.subject, "of add the file of a picture; else a key");
  asset->add_option("FILE", flags.file, "of replace: the new picture");
  asset->add_option("--key", flags.key, "of add; without it one is made of the name");
  asset->add_option("--name", flags.name, "of add; without it that of the file");
  // A function, as an empty text is a value here.
  asset->add_option_function<std::string>(
      "--alt", [&flags](const std::string& text) { flags.alt = text; },
      "of add: what it shows; empty where it says nothing");
  asset->add_option("--to", flags.folder, "of add: into a workspace folder, without a server");
}

void add_catalog(CLI::App& program, sojourn::cli::CatalogFlags& flags) {
  CLI::App* catalog =
      program.add_subcommand("catalog", "the items that templates look up, as catalogs.KEY[item]");
  catalog->add_option("ACTION", flags.action, "list, put or get")
      ->required()
      ->check(CLI::IsMember({"list", "put", "get"}));
  catalog->add_option("KEY", flags.key, "of the catalog; not of list");
  catalog->add_option("FILE", flags.file, "of put: CSV whose first line names the fields, or JSON");
  catalog->add_flag("--add", flags.adds, "of put: the items that the file does not hold stay");
  catalog->add_option("--item", flags.item, "of get: this one alone, as JSON");
  catalog->add_option("--format", flags.format, "of get: csv or json; without it csv")
      ->check(CLI::IsMember({"csv", "json"}));
}

void add_suppression(CLI::App& program, sojourn::cli::SuppressionFlags& flags) {
  CLI::App* suppression =
      program.add_subcommand("suppression", "the addresses that must not be written to");
  suppression->add_option("ACTION", flags.action, "list, add, lift or import")
      ->required()
      ->check(CLI::IsMember({"list", "add", "lift", "import"}));
  suppression->add_option("ADDRESS|FILE", flags.subject, "of import a file with one a line");
  suppression->add_option("--topic", flags.topic, "only marketing of this topic");
  suppression->add_option("--note", flags.note, "why");
}

void add_contact_export(CLI::App& program, sojourn::cli::ContactExportFlags& flags) {
  CLI::App* contact = program.add_subcommand("contact", "work with one contact");
  contact->require_subcommand(1);
  CLI::App* one = contact->add_subcommand("export", "all that is stored of a contact, as JSON");
  one->add_option("CONTACT", flags.contact, "its id or user id")->required();
  one->add_option("--out", flags.file, "file; without it standard output");
}

}  // namespace

int main(int argument_count, char** arguments) {
  using namespace sojourn;
  if (sodium_init() < 0) return 1;

  CLI::App program("Sojourn: marketing automation in one binary", "sojourn");
  program.set_version_flag("--version", SOJOURN_VERSION);
  program.require_subcommand(1);

  cli::ServeFlags flags;
  CLI::App* serve = program.add_subcommand("serve", "run the server");
  serve->add_option("--data", flags.data, "data folder; made where it is absent")
      ->capture_default_str();
  serve->add_option("--listen", flags.listen, "HOST:PORT; port 0 takes a free one")
      ->capture_default_str();
  serve->add_option("--store", flags.store,
                    "sqlite:FOLDER or postgresql://…; without it SQLite in the data folder");
  serve->add_flag("--virtual-clock", flags.virtual_clock, "let testers on loopback move time");
  serve->add_flag("--demo{pricing-page}", flags.demo,
                  "publish an example workspace where there is none; --demo=NAME another");

  std::string folder;
  PublishFlags publishing;
  CLI::App* plan = program.add_subcommand("plan", "show what a workspace folder would change");
  plan->add_option("DIR", folder, "workspace folder")->required();
  CLI::App* apply = program.add_subcommand("apply", "publish a workspace folder");
  apply->add_option("DIR", folder, "workspace folder")->required();
  apply->add_flag("--force", publishing.force, "also over changes made on the server meanwhile");
  apply->add_flag("--wait", publishing.wait, "until every contact has been brought to it");
  for (CLI::App* each : {plan, apply}) {
    each->add_flag("--prune", publishing.prune, "archive what the folder does not hold");
  }
  std::string place;
  int version = 0;
  CLI::App* history = program.add_subcommand("history", "show the versions of a definition");
  CLI::App* rollback = program.add_subcommand("rollback", "publish an earlier version again");
  for (CLI::App* each : {history, rollback}) {
    each->add_option("KIND/KEY", place, "such as journey/welcome")->required();
  }
  rollback->add_option("--to", version, "the version whose text holds again")
      ->required()
      ->check(CLI::PositiveNumber);
  add_answers({apply, rollback}, publishing);
  add_inside({plan, apply, rollback}, publishing.inside);
  CLI::App* test = program.add_subcommand("test", "run the scenarios of a workspace folder");
  cli::TestFlags test_flags;
  test->add_option("DIR", test_flags.folder, "workspace folder")->required();
  test->add_option("FILE", test_flags.files, "scenarios to run; without any, all of the folder");
  test->add_flag("--quiet", test_flags.quiet, "say nothing of scenarios that pass");
  test->add_flag("--watch", test_flags.watch, "run again whenever a file changes");
  CLI::App* backup = program.add_subcommand("backup", "copy a running server's data");
  backup->add_option("DIR", folder, "new folder on the server's machine")->required();
  cli::ExplainFlags explain_flags;
  CLI::App* explain = program.add_subcommand("explain", "say why a contact did, or did not");
  explain->add_option("--contact", explain_flags.contact, "user id, email address or contact id")
      ->required();
  explain->add_option("--journey", explain_flags.journey, "entered or not");
  explain->add_option("--step", explain_flags.step, "of the journey: reached, and sent, or not");
  explain->add_option("--segment", explain_flags.segment, "in it or not");
  explain->add_option("--campaign", explain_flags.campaign, "sent or not");
  explain->add_option("--message", explain_flags.message, "id, key or template: sent or not");
  explain->add_flag("--json", explain_flags.json, "print the server's answer");
  cli::SegmentEvalFlags eval_flags;
  CLI::App* segment = program.add_subcommand("segment", "work with segments");
  segment->require_subcommand(1);
  CLI::App* eval = segment->add_subcommand("eval", "print who is in a segment, from files alone");
  eval->add_option("--definition", eval_flags.definition, "YAML, JSON or the text of a condition")
      ->required();
  eval->add_option("--contacts", eval_flags.contacts, "identify calls, a JSON object a line");
  eval->add_option("--events", eval_flags.events, "Segment calls with timestamps, one a line");
  eval->add_option("--at", eval_flags.at, "the instant, as RFC 3339")->required();
  eval->add_option("--segment", eval_flags.segment, "key, where the file defines several");
  eval->add_option("--zone", eval_flags.zone, "the workspace's time zone")->capture_default_str();
  cli::BacktestFlags past;
  CLI::App* backtest =
      program.add_subcommand("backtest", "what a journey would have done in a window of the past");
  backtest->add_option("JOURNEY", past.journey, "key of the journey")->required();
  backtest->add_option("--since", past.since, "RFC 3339, or a length of time before --until")
      ->capture_default_str();
  backtest->add_option("--until", past.until, "RFC 3339, or a length of time before now");
  backtest->add_option("--file", past.drafts,
                       "a draft, in place of what is published; a file or a workspace folder");
  backtest->add_option("--open-rate", past.open_rate, "share of mails opened, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  backtest->add_option("--click-rate", past.click_rate, "share of mails clicked, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  backtest->add_flag("--as-happened", past.as_happened,
                     "opens and clicks as the log has them of the real mails");
  backtest->add_flag("--all-journeys", past.all_journeys,
                     "replay every journey, so that their mails compete under the caps");
  backtest->add_flag("--json", past.json, "print the server's answer");
  cli::SegmentCountFlags count_flags;
  CLI::App* count = segment->add_subcommand("count", "count the contacts a condition holds for");
  count->add_option("TEXT", count_flags.condition, "in the language of segments")->required();
  count->add_flag("--wait", count_flags.wait, "for up to 10 s, until the number is exact");
  std::string backfill_action = "status";
  CLI::App* backfill =
      program.add_subcommand("backfill", "how far contacts are brought to what was published");
  backfill->add_option("ACTION", backfill_action, "status, cancel or start")
      ->check(CLI::IsMember({"status", "cancel", "start"}))
      ->capture_default_str();
  cli::WhenFlags when_flags;
  CLI::App* when = program.add_subcommand("when", "print when a wait ends or a schedule occurs");
  when->add_option("TEXT", when_flags.text, "until 09:00 on weekdays; every monday at 09:00");
  when->add_option("--from", when_flags.from, "when it begins, as RFC 3339; without it now");
  when->add_option("--zone", when_flags.zone, "IANA; without it the contact's timezone, or UTC");
  when->add_option("--contact", when_flags.contact, "JSON: an identify call, or its traits alone");
  when->add_option("--count", when_flags.count, "so many occurrences of a schedule");
  when->add_flag("--batch", when_flags.batch,
                 "JSON lines from standard input: when, from, zone...");
  cli::BounceFlags bounce_flags;
  CLI::App* bounce = program.add_subcommand("bounce", "read mails that came back");
  bounce->require_subcommand(1);
  bounce->add_subcommand("parse", "say of each recipient what became of the mail, as JSON lines")
      ->add_option("FILE", bounce_flags.files, "a mail, or an mbox file; - is standard input")
      ->required();
  CLI::App* agent = program.add_subcommand("agent", "what fetches mails' images and links");
  agent->require_subcommand(1);
  agent->add_subcommand("classify",
                        "say of hits whether a person made them; JSON lines from standard input");
  CLI::App* pause = program.add_subcommand("pause", "let nobody into a journey, nor on within it");
  std::string paused;
  pause->add_option("JOURNEY", paused, "key of the journey")->required();
  cli::ResumeFlags resume_flags;
  CLI::App* resume = program.add_subcommand("resume", "let a paused journey go on");
  resume->add_option("JOURNEY", resume_flags.journey, "key of the journey")->required();
  resume
      ->add_option("--overdue", resume_flags.overdue,
                   "what came due meanwhile: send it now, skip its messages, or replan: wait anew")
      ->check(CLI::IsMember({"send", "skip", "replan"}))
      ->capture_default_str();
  resume->add_option("--over", resume_flags.over, "of send: spread over so long, at most 7d");
  cli::CampaignFlags campaign_flags;
  add_campaign(program, campaign_flags);
  cli::CompaniesFlags companies_flags;
  cli::CompanyFlags company_flags;
  add_companies(program, companies_flags, company_flags);
  cli::SenderDomainFlags domain_flags;
  add_sender_domain(program, domain_flags);
  cli::AssetFlags asset_flags;
  add_asset(program, asset_flags);
  cli::CatalogFlags catalog_flags;
  add_catalog(program, catalog_flags);
  cli::AuditFlags audit_flags;
  CLI::App* audit = program.add_subcommand("audit", "the trail of who changed what");
  audit->require_subcommand(1);
  audit->add_subcommand("verify", "check that no line was changed or taken out")
      ->add_option("--head", audit_flags.head,
                   "a line that must be there, as an earlier run printed it");
  cli::SuppressionFlags suppression_flags;
  add_suppression(program, suppression_flags);
  cli::ContactExportFlags contact_flags;
  add_contact_export(program, contact_flags);
  std::string resulting;
  CLI::App* results =
      program.add_subcommand("results", "what came of the arms of a journey's splits");
  results->add_option("JOURNEY", resulting, "key of the journey")->required();
  cli::WinnerFlags winner_flags;
  CLI::App* winner = program.add_subcommand("winner", "say which arm of an experiment wins");
  winner->add_option("JOURNEY", winner_flags.journey, "key of the journey")->required();
  winner->add_option("STEP", winner_flags.step, "id of the split")->required();
  winner->add_option("ARM", winner_flags.arm, "name of the arm that everybody takes from now on");
  winner->add_flag("--clear", winner_flags.clears, "take the winner back: the split goes on");
  cli::RenderFlags render_flags;
  cli::RenderDocumentFlags render_document_flags;
  add_render(program, render_flags, render_document_flags);
  cli::ImportFlags import_flags;
  add_import(program, import_flags);
  cli::ExportFlags export_flags;
  FolderExportFlags folder_export;
  add_export(program, export_flags, folder_export);
  program.footer(
      "plan, apply, pause, resume, campaign, results, winner, export, history, rollback,\n"
      "backfill, backtest, explain, companies, company, domain, asset, audit, backup, import and\n"
      "segment count talk to the server that SOJOURN_URL names (without it\n"
      "http://127.0.0.1:8080) with the key in SOJOURN_API_KEY.");

  try {
    program.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    // Prints what is wrong; or the help that was asked for, which is no error.
    const bool is_answer = program.exit(error) == 0;
    return is_answer ? 0 : usage_exit_code(argument_count, arguments);
  }

  const cli::Server server{environment_or("SOJOURN_URL", "http://127.0.0.1:8080"),
                           environment_or("SOJOURN_API_KEY", "")};
  if (*serve) return cli::serve(flags);
  if (*plan) return cli::plan(server, publishing.of_folder(folder));
  if (*apply) {
    using cli::Meanwhile;
    return cli::apply(server,
                      {.folder = publishing.of_folder(folder),
                       .answers = publishing.answers(),
                       .meanwhile = publishing.force ? Meanwhile::overwrite : Meanwhile::refuse,
                       .wait = publishing.wait ? cli::Wait::yes : cli::Wait::no});
  }
  if (*rollback) {
    return cli::rollback(server, place, version, publishing.inside, publishing.answers());
  }
  if (*test) return cli::test(test_flags);
  if (*backtest) return cli::backtest(server, past);
  if (program.got_subcommand("import")) return cli::import_file(server, import_flags);
  if (program.got_subcommand("export")) {
    if (!export_flags.subject.empty()) return cli::export_file(server, export_flags);
    if (folder_export.folder.empty()) {
      fmt::print(stderr, "sojourn: export what? A workspace folder, contacts or events\n");
      return usage_exit_code(argument_count, arguments);
    }
    return cli::export_workspace(
        server, folder_export.folder,
        folder_export.force ? cli::Overwrite::force : cli::Overwrite::refuse);
  }
  if (*history) return cli::history(server, place);
  if (*eval) return cli::segment_eval(eval_flags);
  if (*audit) return cli::verify_audit(server, audit_flags);
  if (program.got_subcommand("companies")) return cli::companies(server, companies_flags);
  if (program.got_subcommand("company")) return cli::company(server, company_flags);
  if (program.got_subcommand("suppression")) return cli::suppression(server, suppression_flags);
  if (program.got_subcommand("contact")) return cli::export_contact(server, contact_flags);
  if (program.got_subcommand("asset")) return cli::asset(server, asset_flags);
  if (program.got_subcommand("catalog")) return cli::catalog(server, catalog_flags);
  if (program.got_subcommand("domain")) return cli::sender_domain(server, domain_flags);
  if (*backfill) return cli::backfill(server, backfill_action);
  if (*when) return cli::when(when_flags);
  if (program.got_subcommand("render")) {
    if (render_document_flags.document.empty()) return cli::render(render_flags);
    render_document_flags.data = render_flags.data;
    render_document_flags.catalogs = render_flags.catalogs;
    return cli::render_document(render_document_flags);
  }
  if (*bounce) return cli::bounce_parse(bounce_flags);
  if (*agent) return cli::agent_classify();
  if (program.got_subcommand("campaign")) return cli::campaign(server, campaign_flags);
  if (*pause) return cli::pause(server, paused);
  if (*results) return cli::results(server, resulting);
  if (*winner) return cli::winner(server, winner_flags);
  if (*resume) return cli::resume(server, resume_flags);
  if (*explain) return cli::explain(server, explain_flags);
  if (*count) return cli::segment_count(server, count_flags);
  return cli::backup(server, folder);
}

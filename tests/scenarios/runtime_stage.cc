#include "scenarios/runtime_stage.h"

#include <absl/cleanup/cleanup.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <tuple>
#include <utility>

#include "base/ensure.h"
#include "base/json.h"
#include "domain/simulation/world.h"
#include "runtime/campaign_audience.h"
#include "runtime/campaign_control.h"
#include "runtime/campaigns.h"
#include "runtime/catalogs.h"
#include "runtime/event_log.h"
#include "runtime/pictures.h"
#include "store/sql/open.h"
#include "support/postgres_server.h"

namespace sojourn::scenarios {
namespace {

using contacts::ContactId;
using effects::DecisionKind;
using reaction::ContactState;
using simulation::Mail;
using simulation::Outcome;

constexpr std::size_t all = 1'000'000;
/// A scenario's instant comes to rest after far fewer.
constexpr int steps_max = 100'000;
/// Times that an event is sent until it is answered: each crash takes one answer at most.
constexpr int sendings_max = 10;

/// Disks of one process need names of their own.
std::string next_disk_name() {
  static std::atomic<int> disks = 0;
  return fmt::format("scenario-{}", ++disks);
}

runtime::WorkspaceRuntime::Options runtime_options() {
  const simulation::WorldSettings like{.start = {}};
  runtime::WorkspaceRuntime::Options options;
  options.sender.public_url = like.public_url;
  options.sender.postal_address = like.postal_address;
  options.sender.from.address = "hello@" + like.from_domain;
  // Scenarios speak of refusals that the journal of a server leaves out.
  options.committer.journals_all = true;
  return options;
}

std::vector<runtime::DefinitionFile> files_of(
    const std::vector<simulation::DefinitionText>& definitions) {
  std::vector<runtime::DefinitionFile> files;
  for (const auto& definition : definitions) files.push_back({definition.path, definition.text});
  return files;
}

}  // namespace

Result<std::unique_ptr<simulation::Stage>> RuntimeStage::create(
    const simulation::Workspace& workspace, const std::vector<std::string>& pictures,
    Timestamp start, Crashes crashes, Database database) {
  std::unique_ptr<RuntimeStage> stage(new RuntimeStage(start, crashes, database));
  TRY_VOID(stage->open());
  for (const std::string& picture : pictures) TRY_VOID(stage->upload(picture));
  std::vector<simulation::DefinitionText> definitions;
  for (const reaction::DefinitionSource& source : workspace.sources) {
    definitions.push_back({source.path, source.text});
  }
  TRY_VOID(stage->publish(definitions, {}));
  for (const catalogs::FolderCatalog& each : workspace.catalogs) TRY_VOID(stage->put(each));
  return std::unique_ptr<simulation::Stage>(std::move(stage));
}

RuntimeStage::RuntimeStage(Timestamp start, Crashes crashes, Database database)
    : crashes_(crashes), clock_(start), disk_(next_disk_name()) {
  if (database == Database::postgres) postgres_ = testing::PostgresServer::shared().make_database();
}

RuntimeStage::~RuntimeStage() {
  // In this order: who is destroyed later is still called by who is destroyed first.
  runtime_.reset();
  channel_.reset();
  store_.reset();
  if (!postgres_.empty()) testing::PostgresServer::shared().drop_database(postgres_);
}

// The process

Result<void> RuntimeStage::open() {
  life_.dies_after_each = crashes_ == Crashes::after_each_transaction;
  Result<void> opened = open_once();
  if (life_.dead) {
    life_.dies_after_each = false;
    opened = open_once();
    life_.dies_after_each = true;
  }
  return opened;
}

Result<void> RuntimeStage::open_once() {
  runtime_.reset();
  channel_.reset();
  disk_.crash();
  store_.reset();
  life_.dead = false;
  TRY(store, open_store());
  store_ = make_mortal(std::move(store), life_);
  channel_ = std::make_unique<PostChannel>(mailboxes_);
  TRY(runtime, runtime::WorkspaceRuntime::open(
                   {.store = *store_,
                    .clock = clock_,
                    .channel = *channel_,
                    .master_key = simulation::stage_master_key,
                    .web_caller = [this](const effects::CallWebhook& call,
                                         const auto& done) { done(answer(call)); }},
                   runtime_options()));
  runtime_ = std::move(runtime);
  runtime_->jobs().add_kind(std::string(runtime::campaign_audience_kind),
                            std::make_unique<runtime::CampaignAudienceWork>(*runtime_));
  runtime_->jobs().look();
  return {};
}

Result<std::unique_ptr<store::Store>> RuntimeStage::open_store() {
  if (postgres_.empty()) {
    return store::sql::open_sqlite_store({.folder = "data", .vfs = disk_.name()});
  }
  return store::sql::open_postgres_store({.url = testing::PostgresServer::shared().url(postgres_)});
}

Result<void> RuntimeStage::crash() {
  channel_->cut();
  return open();
}

effects::WebAnswer RuntimeStage::answer(const effects::CallWebhook& call) {
  const bool again = std::any_of(calls_.begin(), calls_.end(),
                                 [&](const auto& each) { return each.key == call.key; });
  if (!again) calls_.push_back(call);
  const auto told = answers_.find(call.step);
  const simulation::WebhookAnswer answer =
      told == answers_.end() ? simulation::WebhookAnswer() : told->second;
  if (answer.status == 0) return {.status = 0, .body = "", .error = "no answer"};
  return {.status = answer.status, .body = to_json(answer.body), .error = ""};
}

bool RuntimeStage::step() {
  // One transaction at most in each: a process that dies does it where the next would begin.
  for (const auto& part :
       {&runtime::WorkspaceRuntime::step_log, &runtime::WorkspaceRuntime::step_committer,
        &runtime::WorkspaceRuntime::step_backfill, &runtime::WorkspaceRuntime::step_jobs,
        &runtime::WorkspaceRuntime::step_outbox}) {
    if (((*runtime_).*part)()) return true;
    if (life_.dead) return true;
  }
  return channel_->step();
}

Result<void> RuntimeStage::settle() {
  contacts_.clear();
  for (int steps = 0; steps < steps_max; ++steps) {
    const bool moved = step();
    if (life_.dead) {
      TRY_VOID(crash());
    } else if (!moved && runtime_->quiet() && channel_->idle()) {
      rules_ = runtime_->rules();
      return read_on();
    } else if (!moved) {
      return failure("not_quiet", fmt::format("at {} the runtime waits for nothing and has not "
                                              "come to rest",
                                              format_timestamp(now())));
    }
  }
  return failure("endless",
                 fmt::format("at {} the definitions have not come to rest after {} steps",
                             format_timestamp(now()), steps_max));
}

// Actions

Result<void> RuntimeStage::take(events::Event event) {
  TRY_VOID(advance(event.received_at));
  // As a client does: the same event again, until it is answered.
  for (int sendings = 0; sendings < sendings_max; ++sendings) {
    const auto answer = std::make_shared<std::optional<Result<void>>>();
    TRY_VOID(runtime_->submit({event}, [answer](Result<void> done) { *answer = std::move(done); }));
    TRY_VOID(settle());
    if (!*answer) continue;
    return **answer;
  }
  return failure("not_answered", "the event was not answered");
}

Result<void> RuntimeStage::advance(Timestamp until) {
  TRY_VOID(settle());
  while (now() < until) {
    clock_.set(std::min(until, runtime_->next_due()));
    TRY_VOID(settle());
  }
  return {};
}

Result<bool> RuntimeStage::erase(const ContactId& id) {
  const bool there = find(id) != nullptr;
  if (!there) return false;
  const Result<bool> erased = runtime_->erase(find(id)->id, "scenario");
  if (!erased && !life_.dead) return tl::unexpected(erased.error());
  if (life_.dead) TRY_VOID(crash());
  TRY_VOID(settle());
  // The journal may use the numbers of decisions that it has forgotten again.
  TRY(next, view()->next_sequence());
  journal_read_ = std::min(journal_read_, next - 1);
  return true;
}

Result<void> RuntimeStage::change(const std::function<Result<void>()>& ask, std::string_view done) {
  Result<void> asked = ask();
  if (life_.dead) {
    TRY_VOID(crash());
    asked = ask();
    if (!asked && asked.error().code == done) asked = {};
    if (life_.dead) TRY_VOID(crash());
  }
  TRY_VOID(std::move(asked));
  return settle();
}

Result<void> RuntimeStage::upload(const std::string& picture) {
  const auto ask = [&]() -> Result<void> {
    TRY_VOID(runtime::keep_picture(*runtime_, picture));
    return {};
  };
  return change(ask, {});
}

Result<void> RuntimeStage::put(const catalogs::FolderCatalog& catalog) {
  // A process that ended after each of its transactions would begin the upload for ever.
  const bool dies = std::exchange(life_.dies_after_each, false);
  const Result<store::CatalogRecord> done = runtime::put_items(
      *runtime_, catalog.catalog.key, catalog.items, runtime::PutItems::replace, "scenario");
  life_.dies_after_each = dies;
  if (!done) return failure(done.error());
  return settle();
}

Result<void> RuntimeStage::publish(const std::vector<simulation::DefinitionText>& files,
                                   const Inside& inside) {
  const auto ask = [&]() -> Result<void> {
    runtime::DefinitionRequest request(files_of(files));
    request.inside = inside;
    TRY(plan, runtime_->apply(request, "scenario"));
    if (plan.problems.empty()) return {};
    const runtime::DefinitionProblem& first = plan.problems.front();
    return failure("invalid_definition",
                   fmt::format("{}:{}: {}", first.file, first.line, first.message));
  };
  return change(ask, "change_under_way");
}

Result<void> RuntimeStage::archive(const std::string& journey, journeys::Inside::Choice choice) {
  const auto ask = [&]() -> Result<void> {
    runtime::DefinitionRequest request(std::vector<runtime::DefinitionFile>{});
    request.archived = {{"journey", journey}};
    request.inside[journey].choice = choice;
    TRY(plan, runtime_->apply(request, "scenario"));
    if (plan.problems.empty()) return {};
    const runtime::DefinitionProblem& first = plan.problems.front();
    // Nobody is inside of what is archived already.
    const bool is_done = first.code == "unknown_journey";
    return failure(is_done ? "already_archived" : first.code, first.message);
  };
  return change(ask, "already_archived");
}

Result<void> RuntimeStage::pause(const std::string& journey) {
  return change([&] { return runtime_->pause_journey(journey, "scenario"); }, "already_paused");
}

Result<void> RuntimeStage::resume(const std::string& journey, const journeys::Overdue& overdue) {
  return change([&] { return runtime_->resume_journey(journey, overdue, "scenario"); },
                "not_paused");
}

Result<void> RuntimeStage::declare(const reaction::Declaration& declaration) {
  return change([&] { return runtime_->declare_winner(declaration); },
                declaration.arm ? "already_winner" : "no_winner");
}

Result<void> RuntimeStage::command(const simulation::CampaignCommand& command) {
  const auto ask = [&]() -> Result<void> {
    using enum simulation::CampaignCommand::Kind;
    const std::string& key = command.campaign;
    switch (command.kind) {
      case start:
        return runtime::start_campaign(*runtime_, key, command.hold, "scenario");
      case cancel:
        return runtime::cancel_campaign(*runtime_, key, "scenario");
      case pause:
        return runtime::pause_campaign(*runtime_, key, "scenario");
      case resume:
        return runtime::resume_campaign(*runtime_, key, "scenario");
      case stop:
        return runtime::stop_campaign(*runtime_, key, "scenario");
    }
    return {};
  };
  return change(ask, "wrong_campaign_state");
}

// What came of it

Result<void> RuntimeStage::read_on() {
  const std::unique_ptr<store::StateReads> reads = view();
  TRY_VOID(read_mails(*reads));
  return read_journal(*reads);
}

Result<void> RuntimeStage::read_mails(store::StateReads& view) {
  for (std::size_t i = mails_.size(); i < mailboxes_.arrivals().size(); ++i) {
    const Mailboxes::Arrival& arrival = mailboxes_.arrivals()[i];
    TRY(message, view.message(arrival.id));
    Mail mail;
    // Of a contact that is erased the message is gone, and the mail is not.
    if (message) mail.message = std::move(*message);
    mail.email.subject = arrival.email.subject;
    mail.email.html = arrival.email.html;
    mail.email.text = arrival.email.text;
    mail_of_key_[mail.message.key] = i;
    mails_.push_back(std::move(mail));
  }
  return {};
}

Result<void> RuntimeStage::read_journal(store::StateReads& view) {
  TRY(ids, view.contact_ids({}, all));
  std::vector<store::DecisionRecord> fresh;
  for (const ContactId& id : ids) {
    TRY(records, view.decisions(id, std::nullopt, all));
    for (store::DecisionRecord& record : records) {
      if (record.sequence > journal_read_) fresh.push_back(std::move(record));
    }
  }
  std::sort(fresh.begin(), fresh.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  for (const store::DecisionRecord& record : fresh) {
    TRY(decision, effects::decode_decision(record.payload));
    journal_read_ = record.sequence;
    Outcome outcome{record.contact, std::move(decision), "", std::nullopt};
    if (!outcome.decision.message.empty()) {
      TRY(message, view.message_by_key(outcome.decision.message));
      if (message) outcome.template_key = message->template_key;
    }
    const auto mail = mail_of_key_.find(outcome.decision.message);
    const bool arrived = mail != mail_of_key_.end();
    // A crash took the answer along, and the mail is there: that is what scenarios speak of.
    if (outcome.decision.kind == DecisionKind::message_uncertain && arrived) {
      outcome.decision.kind = DecisionKind::message_sent;
    }
    if (outcome.decision.kind == DecisionKind::message_sent && arrived) {
      outcome.mail = mail->second;
    }
    outcomes_.push_back(std::move(outcome));
  }
  return {};
}

std::unique_ptr<store::StateReads> RuntimeStage::view() const {
  Result<std::unique_ptr<store::StateReads>> view = store_->view();
  ENSURE(view.has_value());
  return std::move(*view);
}

const ContactState* RuntimeStage::find(const contacts::Identifier& identifier) const {
  const auto found = view()->identifiers(std::span(&identifier, 1));
  return found && found->front() ? find(*found->front()) : nullptr;
}

const ContactState* RuntimeStage::find(const ContactId& id) const {
  const auto known = contacts_.find(id);
  if (known != contacts_.end()) return known->second.get();
  const std::unique_ptr<store::StateReads> reads = view();
  const auto survivor = reads->alias(id);
  if (survivor && *survivor) return find(**survivor);
  const auto record = reads->contact(id);
  if (!record || !*record) return nullptr;
  Result<ContactState> state = reaction::decode_contact((*record)->state);
  ENSURE(state.has_value());
  return (contacts_[id] = std::make_unique<ContactState>(std::move(*state))).get();
}

events::Position RuntimeStage::head() const {
  return store_->log_reader().head().value_or(events::Position{});
}

std::uint64_t RuntimeStage::member_count(std::uint32_t segment) const {
  return view()->member_count(segment).value_or(0);
}

std::vector<simulation::Stage::Count> RuntimeStage::counts(std::string_view kind,
                                                           std::string_view key) const {
  std::map<std::tuple<int, std::string, std::string, std::string>, std::int64_t> sums;
  const auto counters = view()->counters(kind, key);
  ENSURE(counters.has_value());
  for (const store::Counter& counter : *counters) {
    if (counter.key.day != 0) continue;
    // As in the journal: the answer is lost, the mail is there.
    const bool lost = counter.key.outcome == "uncertain" && crashes_ != Crashes::none;
    const std::string outcome = lost ? "sent" : counter.key.outcome;
    const store::CounterKey& key_of = counter.key;
    sums[{key_of.version, key_of.step, key_of.variant, outcome}] += counter.count;
  }
  std::vector<Count> counts;
  for (const auto& [place, count] : sums) {
    const auto& [version, step, variant, outcome] = place;
    if (count != 0) counts.push_back({version, step, outcome, count, variant});
  }
  return counts;
}

std::vector<messages::Message> RuntimeStage::messages_of(std::string_view journey) const {
  store::StateReads::MessageQuery query;
  query.journey = journey;
  return messages_of(std::move(query));
}

std::vector<messages::Message> RuntimeStage::messages_of_campaign(std::string_view key) const {
  store::StateReads::MessageQuery query;
  query.campaign = key;
  std::vector<messages::Message> found = messages_of(std::move(query));
  for (messages::Message& message : found) {
    // As in the journal: the answer is lost, the mail is there.
    const bool lost = message.state == messages::DeliveryState::uncertain;
    if (lost && crashes_ != Crashes::none) message.state = messages::DeliveryState::sent;
  }
  return found;
}

std::vector<messages::Message> RuntimeStage::messages_of(
    store::StateReads::MessageQuery query) const {
  query.limit = 200;
  std::vector<messages::Message> found;
  const std::unique_ptr<store::StateReads> reads = view();
  do {
    auto page = reads->list_messages(query);
    ENSURE(page.has_value());
    for (messages::Message& message : page->messages) found.push_back(std::move(message));
    query.cursor = page->next;
  } while (!query.cursor.empty());
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return found;
}

simulation::CampaignView RuntimeStage::campaign(std::string_view key) const {
  simulation::CampaignView found;
  const reaction::CampaignRule* rule = rules_->campaign(key);
  if (rule == nullptr) return found;
  const std::unique_ptr<store::StateReads> reads = view();
  auto standing = reads->campaign(rule->number);
  auto counts = runtime::campaign_counts(*reads, std::string(key));
  auto outcomes = runtime::campaign_outcomes(*reads, std::string(key));
  ENSURE(standing && counts && outcomes);
  found.standing = std::move(*standing);
  found.counts = std::move(*counts);
  found.outcomes = std::move(*outcomes);
  using enum messages::DeliveryState;
  for (auto& [arm, of_arm] : found.counts) {
    if (crashes_ == Crashes::none) break;
    of_arm.states[sent] += std::exchange(of_arm.states[uncertain], 0);
  }
  return found;
}

std::vector<const ContactState*> RuntimeStage::everybody() const {
  const auto ids = view()->contact_ids({}, all);
  ENSURE(ids.has_value());
  std::vector<const ContactState*> contacts;
  for (const ContactId& id : *ids) contacts.push_back(find(id));
  return contacts;
}

}  // namespace sojourn::scenarios

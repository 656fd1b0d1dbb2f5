// Definitions that are planned and published.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/definitions.h"
#include "runtime/inside_forecast.h"
#include "runtime/workspace_runtime.h"

namespace sojourn::runtime {
namespace {

/// Somebody may enter a journey between the look at the store and the commit; so often in a row
/// that it happens this many times is not to be expected.
constexpr int tries_max = 10;

struct Publish {
  std::string actor;
  Timestamp now;
  std::vector<store::DefinitionRecord> changed = {};
  std::vector<JourneyChange> inside = {};
  std::shared_ptr<const reaction::Rules> rules = nullptr;
};

Result<void> write_down(const Publish& publish, store::StateTransaction& transaction) {
  TRY(complete, knows_all_followed(transaction, *publish.rules, publish.changed));
  if (!complete) return failure("entered_meanwhile", "somebody entered a journey that changes");
  for (const store::DefinitionRecord& record : publish.changed) {
    TRY_VOID(transaction.put_definition(record));
    TRY_VOID(transaction.append_audit(publish.actor, "definition.publish",
                                      record.kind + "/" + record.key,
                                      fmt::format("version {}", record.version), publish.now));
  }
  for (const JourneyChange& change : publish.inside) {
    TRY_VOID(JourneyChanges::add(transaction, change));
    const journeys::Inside& inside = std::get<journeys::Inside>(change.choice);
    TRY_VOID(
        transaction.append_audit(publish.actor, "journey.inside",
                                 "journey/" + publish.rules->journey(change.journey)->journey.key,
                                 std::string(journeys::to_string(inside.choice)), publish.now));
  }
  return {};
}

/// What the engine is to do for those inside; nothing has to be done for those who finish.
std::vector<JourneyChange> changes_of(const DefinitionRequest& request,
                                      const reaction::Rules& rules) {
  std::vector<JourneyChange> changes;
  for (const auto& [key, inside] : request.inside) {
    if (inside.choice == journeys::Inside::Choice::finish) continue;
    changes.push_back({.journey = rules.journey(key)->number, .choice = inside});
  }
  return changes;
}

}  // namespace

Result<DefinitionPlan> WorkspaceRuntime::plan(const DefinitionRequest& request) {
  TRY(view, parts_.store.view());
  TRY(prepared, prepare_definitions(*view, request, "", parts_.clock.now()));
  return std::move(prepared.plan);
}

Result<DefinitionPlan> WorkspaceRuntime::apply(const DefinitionRequest& request,
                                               const std::string& actor) {
  const std::lock_guard lock(apply_mutex_);
  for (int tries = 1;; ++tries) {
    if (stopping_) return failure("stopping", "the server is stopping");
    Publish publish{.actor = actor, .now = parts_.clock.now()};
    DefinitionPlan plan;
    {
      TRY(view, parts_.store.view());
      TRY(prepared, prepare_definitions(*view, request, actor, publish.now));
      if (prepared.rules == nullptr) return std::move(prepared.plan);
      TRY_VOID(refuse_change_under_way(*view, request, prepared.plan, *prepared.rules));
      publish.changed = std::move(prepared.changed);
      publish.inside = changes_of(request, *prepared.rules);
      publish.rules = std::move(prepared.rules);
      plan = std::move(prepared.plan);
    }
    if (publish.changed.empty() && publish.inside.empty()) return plan;
    auto answer = std::make_shared<std::promise<Result<void>>>();
    const auto rules = publish.rules;
    committer_.change_rules(
        rules,
        [publish = std::move(publish)](Batch&, store::StateTransaction& transaction) {
          return write_down(publish, transaction);
        },
        [answer](Result<void> done) { answer->set_value(std::move(done)); });
    const Result<void> done = await(answer->get_future());
    if (done) return plan;
    if (done.error().code != "entered_meanwhile" || tries == tries_max) {
      return tl::unexpected(done.error());
    }
  }
}

}  // namespace sojourn::runtime

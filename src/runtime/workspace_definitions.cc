// Definitions that are planned and published.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/ensure.h"
#include "runtime/catalogs.h"
#include "runtime/definition_changes.h"
#include "runtime/definitions.h"
#include "runtime/footer_gaps.h"
#include "runtime/hosted_pages.h"
#include "runtime/inside_forecast.h"
#include "runtime/pictures.h"
#include "runtime/workspace_runtime.h"
#include "store/audit_trail.h"

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
  std::optional<int> rolls_back_to = {};
  /// What differs, by kind and key.
  std::map<std::pair<std::string, std::string>, std::vector<reaction::Difference>> differences = {};
};

/// Texts of definitions may hold addresses with tokens in them, and headers that authorise calls.
bool may_hold_secret(const reaction::Difference& difference) {
  constexpr std::array<std::string_view, 6> signs = {"webhook", "headers",  "://",
                                                     "secret",  "password", "token"};
  return std::ranges::any_of(signs, [&](std::string_view sign) {
    return difference.path.find(sign) != std::string::npos ||
           difference.before.find(sign) != std::string::npos ||
           difference.after.find(sign) != std::string::npos;
  });
}

/// What the audit says of a definition that is published.
std::vector<store::FieldChange> audited_changes(const Publish& publish,
                                                const store::DefinitionRecord& record) {
  const auto found = publish.differences.find({record.kind, record.key});
  if (found == publish.differences.end()) return {};
  std::vector<store::FieldChange> changes;
  for (const reaction::Difference& difference : found->second) {
    const bool is_hidden = may_hold_secret(difference);
    const auto shown = [&](const std::string& text) {
      return is_hidden && !text.empty() ? std::string("(not shown)") : text;
    };
    changes.push_back({.field = difference.path,
                       .before = shown(difference.before),
                       .after = shown(difference.after)});
  }
  return changes;
}

/// One line: what became of the definition, and how it differs from what was in force.
Result<void> audit(const Publish& publish, const store::DefinitionRecord& record,
                   store::StateTransaction& transaction) {
  const bool is_rollback = publish.rolls_back_to.has_value();
  store::AuditRecord line{.at = publish.now,
                          .actor = publish.actor,
                          .action = is_rollback ? "definition.rollback" : "definition.publish",
                          .subject = record.kind + "/" + record.key,
                          .detail = fmt::format("version {}", record.version),
                          .chain = {}};
  if (is_rollback) line.detail += fmt::format(" is the text of version {}", *publish.rolls_back_to);
  if (record.archived) line.action = "definition.archive";
  return store::audit_trail_of(transaction).append_change(line, audited_changes(publish, record));
}

/// Without archived journeys that everybody leaves, also who has entered meanwhile.
std::vector<store::DefinitionRecord> those_kept(const Publish& publish) {
  std::vector<store::DefinitionRecord> kept = publish.changed;
  std::erase_if(kept, [&](const store::DefinitionRecord& record) {
    return record.archived && std::any_of(publish.inside.begin(), publish.inside.end(),
                                          [&](const JourneyChange& change) {
                                            return change.journey == record.number;
                                          });
  });
  return kept;
}

/// Notes whether those inside an archived journey finish; of one that is in force again, that they
/// do as it says.
Result<void> note_finishing(const Publish& publish, const store::DefinitionRecord& record,
                            store::StateTransaction& transaction) {
  if (record.kind != "journey") return {};
  const reaction::JourneyRule* rule = publish.rules->journey(record.number);
  const bool finishes = rule != nullptr && rule->finishing;
  TRY_VOID(write_finishing(transaction, record.number, finishes ? Finishing::yes : Finishing::no));
  if (!finishes) return {};
  return transaction.append_audit(publish.actor, "journey.inside", "journey/" + record.key,
                                  "finish", publish.now);
}

Result<void> write_down(const Publish& publish, store::StateTransaction& transaction) {
  TRY(complete, knows_all_followed(transaction, *publish.rules, those_kept(publish)));
  if (!complete) return failure("entered_meanwhile", "somebody entered a journey that changes");
  for (const store::DefinitionRecord& record : publish.changed) {
    TRY_VOID(transaction.put_definition(record));
    TRY_VOID(note_finishing(publish, record, transaction));
    TRY_VOID(claim_picture(transaction, record));
    TRY_VOID(audit(publish, record, transaction));
    TRY_VOID(note_catalog(transaction, record));
  }
  TRY_VOID(note_hosted_pages(transaction, publish.changed));
  TRY_VOID(note_set_aside(transaction, *publish.rules));
  for (const JourneyChange& change : publish.inside) {
    TRY_VOID(JourneyChanges::add(transaction, change));
    const journeys::Inside& inside = std::get<journeys::Inside>(change.choice);
    TRY_VOID(transaction.append_audit(publish.actor, "journey.inside", "journey/" + change.key,
                                      std::string(journeys::to_string(inside.choice)),
                                      publish.now));
  }
  return {};
}

/// Of a journey that the prepared rules have, or that is archived with them.
std::uint32_t number_of(const std::string& journey, const PreparedDefinitions& prepared) {
  if (const reaction::JourneyRule* rule = prepared.rules->journey(journey)) return rule->number;
  const auto archived =
      std::find_if(prepared.changed.begin(), prepared.changed.end(), [&](const auto& record) {
        return record.archived && record.kind == "journey" && record.key == journey;
      });
  ENSURE(archived != prepared.changed.end());
  return archived->number;
}

/// What the engine is to do for those inside; nothing has to be done for those who finish.
std::vector<JourneyChange> changes_of(const PreparedDefinitions& prepared) {
  std::vector<JourneyChange> changes;
  for (const auto& [key, inside] : prepared.inside) {
    if (inside.choice == journeys::Inside::Choice::finish) continue;
    const auto number = number_of(key, prepared);
    changes.push_back({.journey = number, .choice = inside, .key = key});
  }
  return changes;
}

}  // namespace

Result<DefinitionPlan> WorkspaceRuntime::plan(const DefinitionRequest& request) {
  TRY(view, parts_.store.view());
  TRY(prepared, prepare_definitions(*view, request, "", parts_.clock.now()));
  refuse_footer_gaps(prepared, options_.sender);
  return std::move(prepared.plan);
}

Result<DefinitionPlan> WorkspaceRuntime::apply(const DefinitionRequest& request,
                                               const std::string& actor) {
  const std::lock_guard lock(apply_mutex_);
  for (int tries = 1;; ++tries) {
    if (stopping_) return failure("stopping", "the server is stopping");
    Publish publish{.actor = actor, .now = parts_.clock.now()};
    publish.rolls_back_to = request.rolls_back_to;
    DefinitionPlan plan;
    {
      TRY(view, parts_.store.view());
      TRY(prepared, prepare_definitions(*view, request, actor, publish.now));
      refuse_footer_gaps(prepared, options_.sender);
      TRY_VOID(refuse_changed_meanwhile(prepared.plan));
      if (prepared.rules == nullptr) return std::move(prepared.plan);
      TRY_VOID(refuse_change_under_way(*view, prepared.inside, prepared.plan, *prepared.rules));
      publish.inside = changes_of(prepared);
      publish.changed = std::move(prepared.changed);
      publish.rules = std::move(prepared.rules);
      plan = std::move(prepared.plan);
      for (const DefinitionChange& change : plan.changes) {
        publish.differences[{change.kind, change.key}] = change.differences;
      }
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
    if (done) {
      TRY(view, parts_.store.view());
      TRY_VOID(old_signups_.take_up(*view));
      old_signups_signal_.set();
      return plan;
    }
    if (done.error().code != "entered_meanwhile" || tries == tries_max) {
      return tl::unexpected(done.error());
    }
  }
}

}  // namespace sojourn::runtime

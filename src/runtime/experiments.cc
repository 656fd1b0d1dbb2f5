#include "runtime/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/json.h"

namespace sojourn::runtime {
namespace {

using experiments::ArmCount;
using experiments::Look;
using experiments::Standing;
using experiments::Verdict;
using experiments::Winner;
using reaction::Experiment;

constexpr std::string_view experiments_setting = "experiments";
/// Who acts where nobody did.
constexpr std::string_view own_name = "sojourn";

Value value_of(const Look& look) {
  Value::List counts;
  for (const ArmCount& count : look.counts) {
    counts.push_back(
        Object{{"arm", count.arm}, {"people", count.people}, {"successes", count.successes}});
  }
  return Object{{"at", look.at.ms},
                {"verdict", experiments::to_string(look.verdict.kind)},
                {"arm", look.verdict.arm},
                {"chance", look.verdict.chance},
                {"counts", std::move(counts)}};
}

Value value_of(const Experiment& experiment) {
  const Standing& standing = experiment.standing;
  Object object{{"journey", static_cast<std::int64_t>(experiment.journey)},
                {"step", experiment.step},
                {"compared", experiment.compared},
                {"version", standing.version},
                {"since", standing.since.ms}};
  if (standing.look) object.set("look", value_of(*standing.look));
  if (standing.winner) {
    object.set("winner", Object{{"arm", standing.winner->arm},
                                {"at", standing.winner->at.ms},
                                {"by", standing.winner->by}});
  }
  return object;
}

/// Takes members of an object of which it is known what they must be; once one is not, ok() is
/// false.
class Members {
 public:
  explicit Members(const Value& value) : object_(value.as_object()), ok_(object_ != nullptr) {}

  [[nodiscard]] bool ok() const { return ok_; }
  const Value* find(std::string_view name) { return ok_ ? object_->find(name) : nullptr; }
  std::string text(std::string_view name) {
    const Value* value = find(name);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    if (text == nullptr) ok_ = false;
    return text == nullptr ? std::string() : *text;
  }
  std::int64_t integer(std::string_view name) { return static_cast<std::int64_t>(number(name)); }
  double number(std::string_view name) {
    const Value* value = find(name);
    const bool is_number = value != nullptr && value->is_number();
    if (!is_number) ok_ = false;
    return is_number ? value->number() : 0;
  }

 private:
  const Object* object_;
  bool ok_;
};

std::optional<Look> look_in(const Value& value) {
  Members members(value);
  Look look{.at = {members.integer("at")}, .counts = {}, .verdict = {}};
  const std::string kind = members.text("verdict");
  look.verdict.arm = members.text("arm");
  look.verdict.chance = members.number("chance");
  const Value* counts = members.find("counts");
  if (!members.ok() || counts == nullptr || counts->as_list() == nullptr) return std::nullopt;
  for (const Value& each : *counts->as_list()) {
    Members count(each);
    look.counts.push_back({.arm = count.text("arm"),
                           .people = count.integer("people"),
                           .successes = count.integer("successes")});
    if (!count.ok()) return std::nullopt;
  }
  for (const auto known : {Verdict::Kind::winner, Verdict::Kind::leading, Verdict::Kind::unclear}) {
    if (experiments::to_string(known) != kind) continue;
    look.verdict.kind = known;
    return look;
  }
  return std::nullopt;
}

std::optional<Winner> winner_in(const Value& value) {
  Members members(value);
  Winner winner{
      .arm = members.text("arm"), .at = {members.integer("at")}, .by = members.text("by")};
  return members.ok() ? std::optional(std::move(winner)) : std::nullopt;
}

std::optional<Experiment> experiment_in(const Value& value) {
  Members members(value);
  Experiment experiment{.journey = static_cast<std::uint32_t>(members.integer("journey")),
                        .step = members.text("step"),
                        .compared = members.text("compared"),
                        .standing = {.version = static_cast<int>(members.integer("version")),
                                     .since = {members.integer("since")}}};
  const Value* look = members.find("look");
  const Value* winner = members.find("winner");
  if (look != nullptr) experiment.standing.look = look_in(*look);
  if (winner != nullptr) experiment.standing.winner = winner_in(*winner);
  const bool whole = members.ok() && experiment.standing.look.has_value() == (look != nullptr) &&
                     experiment.standing.winner.has_value() == (winner != nullptr);
  return whole ? std::optional(std::move(experiment)) : std::nullopt;
}

Result<void> store(store::StateTransaction& transaction,
                   const std::vector<Experiment>& experiments) {
  return transaction.put_setting(experiments_setting, write_experiments(experiments));
}

/// `step try: b wins, 30 of 200, a 12 of 201`.
std::string look_in_words(const std::string& step, const Standing& standing) {
  std::string text = fmt::format("step {}: {}", step, to_string(standing.look->verdict.kind));
  for (const ArmCount& count : standing.look->counts) {
    text += fmt::format(", {} {} of {}", count.arm, count.successes, count.people);
  }
  return text;
}

std::string winner_in_words(const std::string& step, const std::optional<std::string>& arm) {
  if (arm) return fmt::format("step {}: everybody takes {}", step, *arm);
  return fmt::format("step {}: no winner any more", step);
}

}  // namespace

std::string write_experiments(const std::vector<Experiment>& experiments) {
  if (experiments.empty()) return {};
  Value::List list;
  for (const Experiment& experiment : experiments) list.push_back(value_of(experiment));
  return to_json(Value(std::move(list)));
}

Result<std::vector<Experiment>> read_experiments(std::string_view text) {
  std::vector<Experiment> experiments;
  if (text.empty()) return experiments;
  const auto damaged = [] {
    return failure("damaged_setting", "the experiments of journeys cannot be read");
  };
  const Result<Value> value = parse_json(text);
  if (!value || value->as_list() == nullptr) return damaged();
  for (const Value& each : *value->as_list()) {
    std::optional<Experiment> experiment = experiment_in(each);
    if (!experiment) return damaged();
    experiments.push_back(std::move(*experiment));
  }
  return experiments;
}

Result<std::vector<Experiment>> stored_experiments(store::StateReads& reads) {
  TRY(text, reads.setting(experiments_setting));
  return read_experiments(text.value_or(""));
}

Result<void> Experiments::publish(store::StateTransaction& transaction,
                                  const reaction::Rules& rules, Timestamp now) {
  TRY(known, stored_experiments(transaction));
  const std::vector<Experiment> present = reaction::experiments_in(rules, known, now);
  if (present == known) return {};
  return store(transaction, present);
}

Result<void> Experiments::declare(store::StateTransaction& transaction,
                                  const reaction::Rules& rules,
                                  const reaction::Declaration& declaration, Timestamp now) {
  TRY(experiments, stored_experiments(transaction));
  TRY_VOID(reaction::declare(rules, experiments, declaration, now));
  TRY_VOID(store(transaction, experiments));
  return transaction.append_audit(
      declaration.by, declaration.arm ? "experiment.declare" : "experiment.retract",
      "journey/" + declaration.journey, winner_in_words(declaration.step, declaration.arm), now);
}

Result<std::shared_ptr<const reaction::Rules>> Experiments::load(
    store::StateReads& reads, std::shared_ptr<const reaction::Rules> rules) {
  TRY(experiments, stored_experiments(reads));
  rules = reaction::with_standings(std::move(rules), experiments);
  board_ = reaction::ExperimentBoard(*rules, std::move(experiments));
  std::set<std::string> keys;
  for (const Experiment& experiment : board_.experiments()) {
    keys.insert(rules->journey(experiment.journey)->journey.key);
  }
  for (const std::string& key : keys) {
    TRY(counters, reads.counters("journey", key));
    for (const store::Counter& counter : counters) {
      // Day 0 holds the standing totals.
      if (counter.key.day != 0) continue;
      board_.count({.definition = counter.key.kind,
                    .key = counter.key.key,
                    .version = counter.key.version,
                    .step = counter.key.step,
                    .outcome = counter.key.outcome,
                    .by = counter.count,
                    .variant = counter.key.variant});
    }
  }
  next_due_ = board_.next_due().ms;
  return rules;
}

void Experiments::count(const Batch& batch) {
  if (board_.experiments().empty()) return;
  for (const auto& [key, by] : batch.counted()) {
    if (key.day != 0 || key.variant.empty()) continue;
    board_.count({.definition = key.kind,
                  .key = key.key,
                  .version = key.version,
                  .step = key.step,
                  .outcome = key.outcome,
                  .by = by,
                  .variant = key.variant});
  }
  next_due_ = board_.next_due().ms;
}

Result<void> Experiments::look(store::StateTransaction& transaction,
                               reaction::ExperimentBoard board, Timestamp now) {
  for (const reaction::ExperimentBoard::Looked& looked : board.look(now)) {
    const std::string subject = "journey/" + looked.journey;
    TRY_VOID(transaction.append_audit(own_name, "experiment.look", subject,
                                      look_in_words(looked.step, looked.standing), now));
    if (!looked.standing.winner) continue;
    TRY_VOID(transaction.append_audit(own_name, "experiment.decide", subject,
                                      winner_in_words(looked.step, looked.standing.winner->arm),
                                      now));
  }
  return store(transaction, board.experiments());
}

}  // namespace sojourn::runtime

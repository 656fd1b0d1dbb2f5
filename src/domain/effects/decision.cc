#include "domain/effects/decision.h"

#include <array>
#include <charconv>

#include "base/bytes.h"

namespace sojourn::effects {
namespace {

constexpr std::uint8_t format_1 = 1;

constexpr std::array<std::string_view, decision_kind_max + 1> kind_names = {
    "contact_created", "contact_merged",    "segment_entered", "segment_left",
    "score_crossed",   "score_left",        "journey_entered", "journey_not_entered",
    "step_passed",     "run_ended",         "message_queued",  "message_deferred",
    "message_skipped", "message_cancelled", "message_sent",    "message_failed",
    "message_retried", "message_uncertain", "user_notified",   "consent_changed",
    "wait_started",    "goal_reached",      "run_moved",       "arm_succeeded"};

}  // namespace

std::string_view to_string(DecisionKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::string encode(const Decision& decision) {
  ByteWriter out;
  out.u8(format_1);
  out.u8(static_cast<std::uint8_t>(decision.kind));
  out.signed_number(decision.at.ms);
  out.string(decision.definition);
  out.string(decision.key);
  out.signed_number(decision.version);
  out.unsigned_number(decision.run);
  out.string(decision.step);
  out.string(decision.outcome);
  out.string(decision.text);
  out.string(decision.message);
  return out.take();
}

Result<Decision> decode_decision(std::string_view bytes) {
  ByteReader in(bytes);
  const auto damaged = [] {
    return failure("damaged_decision", "the journal holds a decision that cannot be read");
  };
  if (in.u8() != format_1) return damaged();
  const std::uint8_t kind = in.u8();
  if (kind > decision_kind_max) return damaged();
  Decision decision;
  decision.kind = static_cast<DecisionKind>(kind);
  decision.at = {in.signed_number()};
  decision.definition = in.string();
  decision.key = in.string();
  decision.version = static_cast<int>(in.signed_number());
  decision.run = in.unsigned_number();
  decision.step = in.string();
  decision.outcome = in.string();
  decision.text = in.string();
  decision.message = in.string();
  if (!in.ok() || !in.at_end()) return damaged();
  return decision;
}

namespace {

std::vector<CounterStep> all_counters_of(const Decision& decision) {
  const auto whole = [&](std::string outcome, std::int64_t by = 1) {
    return CounterStep{
        decision.definition, decision.key, decision.version, "", std::move(outcome), by};
  };
  const auto step = [&](std::string outcome, std::int64_t by = 1) {
    return CounterStep{decision.definition, decision.key,       decision.version,
                       decision.step,       std::move(outcome), by};
  };
  const auto of_arm = [&](std::string_view outcome) {
    CounterStep counted = step(std::string(outcome));
    counted.variant = decision.outcome;
    return counted;
  };
  switch (decision.kind) {
    case DecisionKind::contact_created:
      return {{"workspace", "", 0, "", "contacts", 1}};
    case DecisionKind::contact_merged:
      return {{"workspace", "", 0, "", "contacts", -1}};
    case DecisionKind::segment_entered:
      return {whole("entered")};
    case DecisionKind::segment_left:
      return {whole("left")};
    case DecisionKind::score_crossed:
      return {whole("crossed:" + decision.outcome)};
    case DecisionKind::score_left:
      return {whole("left:" + decision.outcome)};
    case DecisionKind::journey_entered:
      return {whole("entered")};
    case DecisionKind::journey_not_entered:
      return {whole("not_entered:" + decision.outcome)};
    case DecisionKind::wait_started:
      return {step("reached")};
    case DecisionKind::step_passed: {
      std::vector<CounterStep> steps = {step("passed")};
      if (decision.text == passed_at_once) steps.push_back(step("reached"));
      if (decision.text == drawn_for_experiment) steps.push_back(of_arm(arm_came));
      // Where there are several ways on, each is counted as well.
      if (!decision.outcome.empty()) steps.push_back(step("way:" + decision.outcome));
      return steps;
    }
    case DecisionKind::goal_reached:
      return {whole("converted")};
    case DecisionKind::arm_succeeded:
      return {of_arm(arm_succeeded)};
    case DecisionKind::run_moved: {
      int from = 0;
      const std::string& text = decision.text;
      std::from_chars(text.data(), text.data() + text.size(), from);
      const auto of_earlier = [&](CounterStep counted) {
        counted.version = from;
        return counted;
      };
      std::vector<CounterStep> steps = {whole("moved_in"), of_earlier(whole("moved_out"))};
      // Where it goes on elsewhere it has passed the step, and reaches the other one as any run.
      if (!decision.outcome.empty()) {
        steps.push_back(of_earlier(step("passed")));
      } else {
        steps.push_back(step("moved_in"));
        steps.push_back(of_earlier(step("moved_out")));
      }
      return steps;
    }
    case DecisionKind::run_ended:
      // A run that ends in the middle of a step has left it without passing.
      if (decision.step.empty()) return {whole(decision.outcome)};
      return {whole(decision.outcome), step("left")};
    case DecisionKind::message_queued:
      return {step("queued")};
    case DecisionKind::message_deferred:
      return {step("deferred:" + decision.outcome)};
    case DecisionKind::message_skipped:
      return {step("skipped:" + decision.outcome)};
    case DecisionKind::message_cancelled:
      return {step("cancelled:" + decision.outcome)};
    case DecisionKind::message_sent:
      return {step("sent"), {"workspace", "", 0, "", "sent", 1}};
    case DecisionKind::message_failed:
      return {step("failed:" + decision.outcome)};
    case DecisionKind::message_retried:
      return {step("retried:" + decision.outcome)};
    case DecisionKind::message_uncertain:
      return {step("uncertain")};
    case DecisionKind::user_notified:
      return {step("notified")};
    case DecisionKind::consent_changed:
      return {{"workspace", "", 0, "", "consent:" + decision.outcome, 1}};
  }
  return {};
}

}  // namespace

std::vector<CounterStep> counters_of(const Decision& decision) {
  std::vector<CounterStep> steps = all_counters_of(decision);
  // A message that was asked for by the API belongs to no definition.
  std::erase_if(steps, [](const CounterStep& step) { return step.definition.empty(); });
  return steps;
}

}  // namespace sojourn::effects

#pragma once

/// One contact under some rules: what tests of the reaction share.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/reaction/react.h"

namespace sojourn::reaction::testing {

using effects::Decision;
using effects::DecisionKind;
using events::Event;

inline constexpr Timestamp t0{1'772'442'000'000};  // 2026-03-02T09:00Z

class FakeLedger final : public policies::ConsentLedger {
 public:
  std::map<std::string, policies::AddressConsent, std::less<>> states;
  policies::AddressConsent consent(std::string_view, std::string_view address) const override {
    const auto found = states.find(address);
    return found == states.end() ? policies::AddressConsent{} : found->second;
  }
};

inline std::shared_ptr<const Rules> compile(const std::vector<std::string>& texts) {
  std::vector<DefinitionSource> sources;
  for (const std::string& text : texts) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = "f" + std::to_string(number), .text = text, .number = number});
  }
  sources.push_back(
      {.path = "t", .text = "{kind: template, key: t, subject: s, html: <p>x</p>}", .number = 900});
  Rules::Compiled compiled = Rules::compile(sources);
  for (const Problem& problem : compiled.problems) {
    ADD_FAILURE() << problem.path << ":" << problem.line << " " << problem.message;
  }
  return compiled.rules;
}

/// One contact under some rules.
class Lab {
 public:
  explicit Lab(const std::vector<std::string>& texts, std::uint8_t id = 1)
      : rules_(compile(texts)) {
    contact.id = {Hash128{{id}}};
  }

  const Reaction& happens(std::string name, Object properties, Timestamp at, Timestamp received) {
    Event event;
    event.message_id = "m" + std::to_string(++count_) + std::to_string(contact.id.hash.bytes[0]);
    event.name = std::move(name);
    event.properties = std::move(properties);
    event.traits = {{"email", "ana@example.com"}};
    event.at = at;
    event.received_at = received;
    return give(
        EventInput{.logged = {{count_ * 10 + contact.id.hash.bytes[0]}, event}, .links = {}},
        received);
  }
  const Reaction& happens(std::string name, Timestamp at) {
    return happens(std::move(name), {}, at, at);
  }
  const Reaction& time(Timestamp now) { return give(TimerInput{}, now); }

  const Reaction& give(const Input& input, Timestamp now) {
    View view{contact, is_new_, &ledger};
    is_new_ = false;
    last = react(*rules_, std::move(view), input, now);
    contact = last.contact;
    contact.wake = last.due;
    return last;
  }
  void publish(const std::vector<std::string>& texts) { rules_ = compile(texts); }
  void publish(std::shared_ptr<const Rules> rules) { rules_ = std::move(rules); }

  [[nodiscard]] const Decision* decided(DecisionKind kind) const {
    const auto found = std::find_if(last.decisions.begin(), last.decisions.end(),
                                    [&](const Decision& each) { return each.kind == kind; });
    return found == last.decisions.end() ? nullptr : &*found;
  }
  /// How often it was decided in the last reaction.
  [[nodiscard]] std::ptrdiff_t times(DecisionKind kind, std::string_view outcome = "") const {
    return std::count_if(last.decisions.begin(), last.decisions.end(), [&](const Decision& each) {
      return each.kind == kind && (outcome.empty() || each.outcome == outcome);
    });
  }
  [[nodiscard]] std::ptrdiff_t active_runs() const {
    return std::count_if(contact.runs.begin(), contact.runs.end(), [](const journeys::Run& run) {
      return run.state == journeys::RunState::active;
    });
  }
  /// The last event that a step logged; a nameless one where none did.
  [[nodiscard]] Event logged() const {
    Event found;
    for (const effects::Effect& effect : last.effects) {
      if (const auto* errand = std::get_if<effects::AppendEvent>(&effect)) found = errand->event;
    }
    return found;
  }
  [[nodiscard]] bool in_segment(std::uint32_t number) const {
    return std::any_of(contact.memberships.begin(), contact.memberships.end(),
                       [&](const auto& each) { return each.segment == number && each.member; });
  }
  [[nodiscard]] const messages::Message& queued() const {
    for (const effects::Effect& effect : last.effects) {
      if (const auto* queue = std::get_if<effects::QueueMessage>(&effect)) return queue->message;
    }
    static const messages::Message none;
    return none;
  }

  ContactState contact;
  FakeLedger ledger;
  Reaction last;

 private:
  std::shared_ptr<const Rules> rules_;
  bool is_new_ = true;
  std::uint64_t count_ = 0;
};

inline const std::string waiting_journey = R"(
kind: journey
key: j
trigger: {event: Start}
reentry: {after: 10d}
goal: {event: Order Completed}
steps:
  - {id: mail, send: {template: t}}
  - {id: w, wait: 3d}
  - {id: second, send: {template: t}}
)";

}  // namespace sojourn::reaction::testing

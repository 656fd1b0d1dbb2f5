#include "domain/reaction/entry.h"

#include <fmt/format.h>

#include <array>

#include "domain/journeys/run_view.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::reaction {

using journeys::Run;
using journeys::RunState;

namespace {

constexpr std::array<std::string_view, 6> origin_codes = {"",    "trigger", "user",
                                                          "api", "request", "journey"};

/// Cut between characters, where it is longer than a decision keeps.
std::string shortened(std::string words) {
  if (words.size() <= origin_words_max) return words;
  constexpr std::string_view ellipsis = "…";
  std::size_t size = origin_words_max - ellipsis.size();
  const auto continues = [&] { return (static_cast<unsigned char>(words[size]) & 0xC0U) == 0x80U; };
  while (size > 0 && continues()) --size;
  words.resize(size);
  return words.append(ellipsis);
}

std::string_view text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

}  // namespace

std::string_view entry_refusal(const JourneyRule& rule, const std::vector<Run>& runs,
                               const Run& run, const segments::ConditionView& contact,
                               Timestamp now) {
  const journeys::Journey& journey = rule.journey;
  if (rule.finishing) return "archived";
  if (rule.paused_since) return "paused";
  if (!journey.key_by.empty() && run.key.empty()) return "no_key";
  std::size_t active = 0;
  for (const Run& other : runs) {
    if (other.state == RunState::active) ++active;
    if (other.journey != rule.number || other.key != run.key) continue;
    if (other.state == RunState::active) return "already_inside";
    if (journey.reentry == journeys::Reentry::never) return "was_inside";
    const bool too_soon = journey.reentry == journeys::Reentry::after &&
                          now < other.entered_at + journey.reentry_after;
    if (too_soon) return "entered_recently";
  }
  if (active >= active_runs_max) return "too_many_runs";
  const bool let_in =
      !journey.only_if ||
      segments::evaluate(*journey.only_if, journeys::RunView(contact, run), now).value;
  return let_in ? "" : "not_let_in";
}

EntryOrigin trigger_origin(std::size_t trigger) {
  return {.kind = EntryOrigin::Kind::trigger, .trigger = trigger};
}

EntryOrigin journey_origin(std::string_view journey) {
  return {.kind = EntryOrigin::Kind::journey, .name = std::string(journey)};
}

EntryOrigin request_origin(const events::Event& event) {
  const std::string_view by = text_of(event.context, "by");
  const auto kind = by == "user"  ? EntryOrigin::Kind::user
                    : by == "api" ? EntryOrigin::Kind::api
                                  : EntryOrigin::Kind::request;
  return {.kind = kind, .name = std::string(text_of(event.context, "actor"))};
}

void note_origin(const journeys::Journey& journey, const EntryOrigin& origin,
                 effects::Decision& entered) {
  entered.outcome = origin_codes[static_cast<std::size_t>(origin.kind)];
  entered.text = shortened(origin.name);
  if (origin.kind != EntryOrigin::Kind::trigger) return;
  entered.outcome += fmt::format(":{}", origin.trigger + 1);
  entered.text = shortened(journeys::describe(journey.triggers[origin.trigger]));
}

std::string origin_in_words(const effects::Decision& entered) {
  const std::string& code = entered.outcome;
  const std::string_view name = entered.text;
  const auto by = [&](std::string_view words, std::string_view who) {
    return name.empty() ? std::string(words) : fmt::format("{} ({} {})", words, who, name);
  };
  if (code == "user") return by("entered by hand", "by");
  if (code == "api") return by("entered through the API", "key");
  if (code == "request") return by("an event asked for it", "by");
  if (code == "journey") return fmt::format("entered from journey “{}”", name);
  constexpr std::string_view trigger = "trigger:";
  if (!code.starts_with(trigger)) return {};
  return fmt::format("trigger {}: {}", code.substr(trigger.size()), name);
}

}  // namespace sojourn::reaction

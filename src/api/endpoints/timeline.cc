#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "api/endpoints/contact_history.h"
#include "api/endpoints/contact_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"
#include "base/text.h"
#include "domain/effects/decision.h"
#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/entry.h"

namespace sojourn::api::endpoints {
namespace {

using contacts::ContactId;
using effects::Decision;
using effects::DecisionKind;
using reaction::TimelineEntry;
namespace names = events::names;

/// Entries that one page may look at to find those of the kinds asked for.
constexpr std::size_t examined_max = 2'000;

enum class Kind : std::uint8_t { event, message, segment, score, journey, consent, identity };

constexpr std::array<std::pair<std::string_view, Kind>, 7> kind_names = {{
    {"event", Kind::event},
    {"message", Kind::message},
    {"segment", Kind::segment},
    {"score", Kind::score},
    {"journey", Kind::journey},
    {"consent", Kind::consent},
    {"identity", Kind::identity},
}};

std::string_view name_of(Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)].first;
}

Kind kind_of(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::contact_created:
    case DecisionKind::contact_merged:
      return Kind::identity;
    case DecisionKind::segment_entered:
    case DecisionKind::segment_left:
      return Kind::segment;
    case DecisionKind::score_crossed:
    case DecisionKind::score_left:
      return Kind::score;
    case DecisionKind::journey_entered:
    case DecisionKind::journey_not_entered:
    case DecisionKind::step_passed:
    case DecisionKind::run_ended:
    case DecisionKind::user_notified:
    case DecisionKind::wait_started:
    case DecisionKind::goal_reached:
    case DecisionKind::run_moved:
    case DecisionKind::arm_succeeded:
      return Kind::journey;
    case DecisionKind::message_queued:
    case DecisionKind::message_deferred:
    case DecisionKind::message_skipped:
    case DecisionKind::message_cancelled:
    case DecisionKind::message_sent:
    case DecisionKind::message_failed:
    case DecisionKind::message_retried:
    case DecisionKind::message_uncertain:
      return Kind::message;
    case DecisionKind::consent_changed:
      return Kind::consent;
  }
  return Kind::event;
}

/// Events whose decision says the same in more words are not listed beside it.
bool has_decision(std::string_view event_name) {
  static constexpr std::array mirrored = {names::message_requested, names::email_sent,
                                          names::message_failed,    names::message_bounced,
                                          names::message_deferred,  names::message_uncertain,
                                          names::unsubscribed,      names::subscribed};
  return std::find(mirrored.begin(), mirrored.end(), event_name) != mirrored.end();
}

Kind kind_of(std::string_view event_name) {
  if (event_name == names::email_opened || event_name == names::link_clicked) return Kind::message;
  if (event_name == names::identified || event_name == names::aliased) return Kind::identity;
  return Kind::event;
}

/// All kinds where the parameter is absent.
Result<std::set<Kind>> read_kinds(const net::Request& request) {
  std::set<Kind> kinds;
  const std::string text = request.query_parameter("kinds").value_or("");
  for (const std::string_view part : split(text, ',')) {
    if (part.empty()) continue;
    const auto known = std::find_if(kind_names.begin(), kind_names.end(),
                                    [&](const auto& each) { return each.first == part; });
    if (known == kind_names.end()) {
      return failure({.code = "unknown_value",
                      .message = "there is no such kind of entry",
                      .field = "kinds",
                      .value = std::string(part),
                      .limit = "event, message, segment, score, journey, consent, identity"});
    }
    kinds.insert(known->second);
  }
  if (kinds.empty()) {
    for (const auto& [name, kind] : kind_names) kinds.insert(kind);
  }
  return kinds;
}

/// How far a page has come in both histories.
struct Place {
  std::uint64_t position = UINT64_MAX;  ///< events before it are next
  std::uint64_t sequence = INT64_MAX;   ///< decisions before it are next
};

Place parse_place(std::string_view text) {
  Place place;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return place;
  std::from_chars(text.data(), text.data() + dot, place.position);
  std::from_chars(text.data() + dot + 1, text.data() + text.size(), place.sequence);
  return place;
}

struct JournalLine {
  std::uint64_t sequence = 0;
  Decision decision;
};

/// One entry of the page: an event or a decision.
struct Entry {
  const TimelineEntry* event = nullptr;
  const JournalLine* line = nullptr;
};

struct Merged {
  std::vector<Entry> entries;
  Place place;
  bool ended = false;
};

/// Walks both histories backwards in time together, and keeps the kinds that are asked for.
Merged merge(const std::vector<TimelineEntry>& all_events, const std::vector<JournalLine>& journal,
             const std::set<Kind>& kinds, Place place, std::size_t limit) {
  Merged merged{.entries = {}, .place = place, .ended = false};
  std::size_t next_event = 0;
  std::size_t next_line = 0;
  while (merged.entries.size() < limit) {
    const TimelineEntry* event = next_event < all_events.size() ? &all_events[next_event] : nullptr;
    const JournalLine* line = next_line < journal.size() ? &journal[next_line] : nullptr;
    if (event == nullptr && line == nullptr) {
      merged.ended = true;
      return merged;
    }
    // At one instant the decision came of the event, so backwards it stands first.
    if (line != nullptr && (event == nullptr || line->decision.at >= event->at)) {
      ++next_line;
      merged.place.sequence = line->sequence;
      if (kinds.contains(kind_of(line->decision.kind))) merged.entries.push_back({.line = line});
    } else {
      ++next_event;
      merged.place.position = event->position.value;
      const bool wanted = !has_decision(event->name) && kinds.contains(kind_of(event->name));
      if (wanted) merged.entries.push_back({.event = event});
    }
  }
  return merged;
}

void write_event_entry(JsonWriter& out, const TimelineEntry& entry, const events::Event& event) {
  out.begin_object();
  text_field(out, "id", fmt::format("e{}", entry.position.value));
  time_field(out, "at", entry.at);
  text_field(out, "kind", name_of(kind_of(entry.name)));
  text_field(out, "name", entry.name);
  text_field(out, "text", event_in_words(event));
  const bool has_traits = event.type == events::EventType::identify;
  out.name("properties").value(has_traits ? event.traits : event.properties);
  out.end_object();
}

void write_ref(JsonWriter& out, const Decision& decision) {
  if (decision.definition.empty() || decision.key.empty()) return;
  out.name("ref").begin_object();
  text_field(out, "type", decision.definition);
  text_field(out, "key", decision.key);
  if (!decision.step.empty()) text_field(out, "id", decision.step);
  out.end_object();
}

/// Why, where the outcome is not said by the sentence already.
std::string reason_of(const Decision& decision) {
  switch (decision.kind) {
    case DecisionKind::journey_not_entered:
    case DecisionKind::message_deferred:
    case DecisionKind::message_skipped:
    case DecisionKind::message_cancelled:
      return code_in_words(decision.outcome);
    case DecisionKind::message_failed:
    case DecisionKind::message_retried: {
      std::string reason = code_in_words(decision.outcome);
      if (!decision.text.empty()) reason += reason.empty() ? decision.text : ": " + decision.text;
      return reason;
    }
    case DecisionKind::run_ended:
      return code_in_words(decision.text);
    case DecisionKind::journey_entered:
      return reaction::origin_in_words(decision);
    case DecisionKind::contact_created:
    case DecisionKind::contact_merged:
    case DecisionKind::segment_entered:
    case DecisionKind::segment_left:
    case DecisionKind::score_crossed:
    case DecisionKind::score_left:
    case DecisionKind::step_passed:
    case DecisionKind::wait_started:
    case DecisionKind::message_queued:
    case DecisionKind::message_sent:
    case DecisionKind::message_uncertain:
    case DecisionKind::user_notified:
    case DecisionKind::consent_changed:
    case DecisionKind::goal_reached:
    case DecisionKind::run_moved:
    case DecisionKind::arm_succeeded:
      return {};
  }
  return {};
}

void write_decision_entry(JsonWriter& out, const JournalLine& line, const reaction::Rules& rules) {
  const Decision& decision = line.decision;
  out.begin_object();
  text_field(out, "id", fmt::format("d{}", line.sequence));
  time_field(out, "at", decision.at);
  text_field(out, "kind", name_of(kind_of(decision.kind)));
  text_field(out, "name", effects::to_string(decision.kind));
  text_field(out, "text", decision_in_words(decision, rules));
  write_ref(out, decision);
  const std::string reason = reason_of(decision);
  if (!reason.empty()) text_field(out, "reason", reason);
  out.end_object();
}

Result<std::vector<JournalLine>> read_journal(store::StateReads& view, const ContactId& id,
                                              std::uint64_t before) {
  TRY(records, view.decisions(id, before, examined_max));
  std::vector<JournalLine> journal;
  for (const store::DecisionRecord& record : records) {
    TRY(decision, effects::decode_decision(record.payload));
    journal.push_back({.sequence = record.sequence, .decision = std::move(decision)});
  }
  return journal;
}

/// The events of a page by position; erased ones are missing.
Result<std::map<std::uint64_t, events::Event>> read_payloads(const store::EventLogReader& log,
                                                             const std::vector<Entry>& entries) {
  std::vector<events::Position> positions;
  for (const Entry& entry : entries) {
    if (entry.event != nullptr) positions.push_back(entry.event->position);
  }
  TRY(records, log.at(positions));
  std::map<std::uint64_t, events::Event> payloads;
  for (const store::LogRecord& record : records) {
    TRY(event, events::decode_event(record.payload));
    payloads.emplace(record.position.value, std::move(event));
  }
  return payloads;
}

}  // namespace

Answer list_timeline(Context& context, const Call& call) {
  TRY(kinds, read_kinds(call.request));
  TRY(page,
      read_page(call.request, fmt::format("timeline\n{}\n{}", call.parameter("id"),
                                          call.request.query_parameter("kinds").value_or(""))));
  const Place place = parse_place(page.place);
  TRY(view, context.runtime.store().view());
  TRY(id, require_contact(*view, call.parameter("id")));
  TRY(contact, load_contact(*view, id));
  if (!contact) return failure("unknown_contact", "there is no such contact");
  TRY(all_events, read_timeline(*view, contact->state, place.position));
  TRY(journal, read_journal(*view, id, place.sequence));
  Merged merged = merge(all_events, journal, kinds, place, static_cast<std::size_t>(page.limit));
  // The journal was read in part: what ended may only be that part.
  if (journal.size() == examined_max) merged.ended = false;
  TRY(payloads, read_payloads(context.runtime.store().log_reader(), merged.entries));

  const auto rules = context.runtime.rules();
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const Entry& entry : merged.entries) {
    if (entry.line != nullptr) {
      write_decision_entry(out, *entry.line, *rules);
    } else if (const auto found = payloads.find(entry.event->position.value);
               found != payloads.end()) {
      write_event_entry(out, *entry.event, found->second);
    }
  }
  out.end_list();
  write_next(
      out, page,
      merged.ended ? "" : fmt::format("{}.{}", merged.place.position, merged.place.sequence));
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints

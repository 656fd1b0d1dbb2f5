/// Counts while typing, as the API asks for them, over a workspace on the embedded store: how long
/// the first question takes, then questions that the index holds, then behaviour that nobody has
/// counted. Prints one JSON object.
///
///   preview_bench FOLDER CONTACTS EVENTS QUESTIONS

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "base/clock.h"
#include "domain/events/event_codec.h"
#include "domain/reaction/contact_state.h"
#include "domain/segments/condition_text.h"
#include "generated.h"
#include "runtime/audience.h"
#include "store/sql/open.h"

namespace sojourn::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::uint32_t segment_count = 20;

std::shared_ptr<const reaction::Rules> make_rules() {
  std::vector<reaction::DefinitionSource> sources;
  for (std::uint32_t number = 1; number <= segment_count; ++number) {
    sources.push_back({fmt::format("s{}.yaml", number),
                       fmt::format("kind: segment\nkey: s{}\nwhere: seats > {}\n", number, number),
                       number, 1});
  }
  sources.push_back({"buyers.yaml",
                     "kind: segment\nkey: buyers\nwhere: did \"Order Completed\" at least 2 times "
                     "in last 30 days\n",
                     segment_count + 1, 1});
  reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
  if (!compiled.problems.empty()) {
    fmt::print(stderr, "{}\n", compiled.problems.front().message);
    std::exit(1);
  }
  return compiled.rules;
}

/// Questions name segments by their keys.
struct Keys final : segments::Names {
  std::optional<std::string> segment(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> list(std::string_view) const override { return std::nullopt; }
};

void must(const Result<void>& done) {
  if (done) return;
  fmt::print(stderr, "{}\n", done.error().message);
  std::exit(1);
}

/// The rows of each contact's events, one list after another.
struct EventsByContact {
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> rows;

  EventsByContact(std::uint64_t contacts, std::uint64_t events)
      : begins(contacts + 1, 0), rows(events) {
    for (std::uint64_t row = 0; row < events; ++row) ++begins[event_of(row, contacts).contact + 1];
    for (std::uint64_t i = 0; i < contacts; ++i) begins[i + 1] += begins[i];
    std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
    for (std::uint64_t row = 0; row < events; ++row) {
      rows[next[event_of(row, contacts).contact]++] = static_cast<std::uint32_t>(row);
    }
  }
};

events::Event logged_event(std::uint64_t row, const GeneratedEvent& generated) {
  events::Event event;
  event.message_id = fmt::format("m{}", row);
  event.name = generated.is_purchase ? purchase : visit;
  event.user_id = fmt::format("u{}", generated.contact);
  event.at = event.received_at = generated.at;
  event.properties.append("value", Value(generated.value));
  event.properties.append("path", Value(fmt::format("/products/{}", mix(row, 15) % 50)));
  return event;
}

void write_log(store::Store& store, std::uint64_t contacts, std::uint64_t events) {
  constexpr std::uint64_t block = 8'000;
  for (std::uint64_t begin = 0; begin < events; begin += block) {
    std::vector<store::LogRecord> records;
    for (std::uint64_t row = begin; row < std::min(begin + block, events); ++row) {
      const GeneratedEvent generated = event_of(row, contacts);
      const events::Event event = logged_event(row, generated);
      Hash128 message = id_of(row).hash;
      records.push_back({.position = {row + 1},
                         .message = message,
                         .subject = id_of(generated.contact).hash,
                         .at = event.at,
                         .received_at = event.received_at,
                         .name = event.name,
                         .payload = events::encode(event)});
    }
    must(store.log_writer().append(records));
  }
  must(store.log_writer().checkpoint());
}

reaction::ContactState state_of(std::uint64_t row, const EventsByContact& events,
                                std::uint64_t contacts, const reaction::Rules& rules) {
  reaction::ContactState state;
  state.id = id_of(row);
  const GeneratedContact contact = contact_of(row);
  const auto set = [&](std::string_view name, const Value& value) {
    state.attributes.write(name, value, generated_now, {});
  };
  set("country", contact.country);
  set("plan", contact.plan);
  set("seats", contact.seats);
  set("email", fmt::format("person.{}@example{}.com", row, mix(row, 60) % 100));
  set("firstName", fmt::format("First{}", mix(row, 61) % 5'000));
  set("lastName", fmt::format("Last{}", mix(row, 62) % 50'000));
  set("city", fmt::format("City {}", mix(row, 63) % 10'000));
  set("createdAt",
      format_timestamp(generated_now - Duration::seconds(static_cast<std::int64_t>(mix(row, 64)))));
  set("newsletter", mix(row, 65) % 2 == 0);
  set("lifetimeValue", static_cast<double>(mix(row, 66) % 20'000) / 100);
  state.identifiers.push_back({"userId", fmt::format("u{}", row)});
  for (std::uint32_t segment = 1; segment <= segment_count; ++segment) {
    if (is_member(row, segment)) {
      state.memberships.push_back({.segment = segment, .member = true, .since = generated_now});
    }
  }
  const reaction::FactRule& buys = rules.facts().front();
  facts::FactState bought;
  bought.id = buys.id;
  for (std::uint32_t i = events.begins[row]; i < events.begins[row + 1]; ++i) {
    const GeneratedEvent event = event_of(events.rows[i], contacts);
    if (event.is_purchase) bought.add(buys.definition, {event.at});
    state.timeline.push_back(
        {event.at, {events.rows[i] + 1}, event.is_purchase ? purchase : visit});
  }
  // What does not fit stands in chunks; at ten events a contact none has so many.
  if (state.timeline.size() > reaction::timeline_kept) {
    state.timeline.resize(reaction::timeline_kept);
  }
  if (bought.count > 0) state.facts.push_back(std::move(bought));
  return state;
}

void write_contacts(store::Store& store, std::uint64_t contacts, std::uint64_t events,
                    const reaction::Rules& rules) {
  const EventsByContact by_contact(contacts, events);
  std::vector<std::uint32_t> order(contacts);
  for (std::uint32_t row = 0; row < contacts; ++row) order[row] = row;
  std::sort(order.begin(), order.end(),
            [](std::uint32_t a, std::uint32_t b) { return id_of(a) < id_of(b); });
  constexpr std::uint64_t batch = 20'000;
  for (std::uint64_t begin = 0; begin < contacts; begin += batch) {
    auto transaction = store.begin();
    if (!transaction) std::exit(1);
    for (std::uint64_t i = begin; i < std::min(begin + batch, contacts); ++i) {
      const reaction::ContactState state = state_of(order[i], by_contact, contacts, rules);
      must((*transaction)
               ->put_contact({.id = state.id,
                              .user_id = state.identifier("userId"),
                              .email = state.attributes.text("email"),
                              .name = state.display_name(),
                              .first_seen = generated_now,
                              .last_seen = generated_now,
                              .state = reaction::encode(state)}));
    }
    must((*transaction)->commit());
  }
  must(store.checkpoint_state());
}

/// What somebody types into the sentence builder, in turns.
std::string held_question(std::uint64_t number) {
  const auto pick = [&](std::uint64_t column, std::uint64_t below) {
    return mix(number, column) % below;
  };
  switch (number % 7) {
    case 0:
      return fmt::format("country is C{}", pick(70, 30));
    case 1:
      return fmt::format("seats > {} and plan in (P1, P{})", pick(70, 1000), pick(71, 5));
    case 2:
      return fmt::format("in segment s{} and not in segment s{}", 1 + pick(70, 20),
                         1 + pick(71, 20));
    case 3:
      return fmt::format("email contains \"{}@\"", pick(70, 1000));
    case 4:
      return fmt::format("createdAt after \"20{}-06-01\" and country is C{}", 10 + pick(70, 16),
                         pick(71, 30));
    case 5:
      return fmt::format("lifetimeValue between {} and {} or lastName starts with \"Last{}\"",
                         pick(70, 100), 100 + pick(71, 100), pick(72, 100));
    default:
      return R"(in segment s3 and did "Order Completed" at least 2 times in last 30 days)";
  }
}
std::string fresh_question(std::uint64_t number) {
  const std::uint64_t value = mix(number, 80) % 50;
  if (number % 2 == 0) {
    return fmt::format(R"(did "Order Completed" at least 1 time in last {} days)", 5 + value);
  }
  return fmt::format(R"(did "Order Completed" where path is "/products/{}" at least 1 time)",
                     value);
}

struct Answered {
  std::vector<double> ms;
  bool exact = true;
};

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

int run(const std::string& folder, std::uint64_t contacts, std::uint64_t events,
        std::uint64_t questions) {
  auto opened = store::sql::open_sqlite_store(
      {.folder = folder, .durability = store::Durability::planted_no_fsync});
  if (!opened) return 1;
  store::Store& store = **opened;
  const std::shared_ptr<const reaction::Rules> rules = make_rules();
  write_log(store, contacts, events);
  write_contacts(store, contacts, events, *rules);

  ManualClock clock(generated_now);
  runtime::Audience audience(store, clock, HashKey{}, [&] { return rules; });
  const auto ask = [&](const std::string& text, std::chrono::milliseconds wait, Answered& into) {
    auto condition = segments::parse_condition(text);
    if (!condition) {
      fmt::print(stderr, "{}: {}\n", text, to_error(condition.error()).message);
      std::exit(1);
    }
    segments::bind(*condition, rules->zone(), Keys());
    const auto begin = SteadyClock::now();
    const auto counted = audience.count(*condition, wait);
    const std::chrono::duration<double, std::milli> took = SteadyClock::now() - begin;
    if (!counted) {
      fmt::print(stderr, "{}: {}\n", text, counted.error().message);
      std::exit(1);
    }
    into.ms.push_back(took.count());
    into.exact = into.exact && counted->exact;
  };
  Answered first;
  ask("country is C1", 0ms, first);
  Answered loaded;
  ask("country is C1", 120s, loaded);
  Answered held;
  for (std::uint64_t i = 0; i < questions; ++i) ask(held_question(i), 0ms, held);
  Answered fresh;
  for (std::uint64_t i = 0; i < questions / 10; ++i) ask(fresh_question(i), 0ms, fresh);
  Answered scanned;
  for (std::uint64_t i = 0; i < 2; ++i) ask(fresh_question(1'000 + i), 120s, scanned);
  fmt::print(
      "{{\"first\":{:.1f},\"load\":{:.1f},\"held\":{{\"p50\":{:.2f},\"p95\":{:.2f},\"max\":{:.2f},"
      "\"exact\":{}}},\"sampled\":{{\"p50\":{:.2f},\"p95\":{:.2f}}},\"scan\":[{:.0f},{:.0f}],"
      "\"scanExact\":{},\"bytes\":{:.1f}}}\n",
      first.ms[0], loaded.ms[0], percentile(held.ms, 0.5), percentile(held.ms, 0.95),
      percentile(held.ms, 1), held.exact, percentile(fresh.ms, 0.5), percentile(fresh.ms, 0.95),
      scanned.ms[0], scanned.ms[1], scanned.exact,
      static_cast<double>(audience.bytes()) / static_cast<double>(contacts));
  return 0;
}

}  // namespace
}  // namespace sojourn::bench

int main(int count, char** arguments) {
  if (count != 5) {
    fmt::print(stderr, "preview_bench FOLDER CONTACTS EVENTS QUESTIONS\n");
    return 2;
  }
  const auto number = [&](int place) { return std::strtoull(arguments[place], nullptr, 10); };
  return sojourn::bench::run(arguments[1], number(2), number(3), number(4));
}

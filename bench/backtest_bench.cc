/// How fast a backtest reads the stored log, of which few events matter to the journey.
///
///   backtest_bench FOLDER [EVENTS] [CONTACTS] [ROUNDS]
///
/// Fills an empty folder with a log and the contacts that it has led to, and then backtests a
/// journey of which one event in fifty matters. Prints a JSON object a line: `filled`, then for
/// each round `scan` (reading every event and looking at nothing, the floor) and `backtest`.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/ensure.h"
#include "domain/events/event_codec.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/contact_state.h"
#include "runtime/backtest.h"
#include "runtime/event_log.h"
#include "store/sql/open.h"

namespace sojourn {
namespace {

using Clock = std::chrono::steady_clock;

const HashKey master{};
const Timestamp log_start = *parse_timestamp("2026-01-01T00:00:00Z");
const Duration log_length = Duration::days(120);

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string user_of(std::uint64_t contact) {
  return fmt::format("user-{}", contact);
}

events::Event event_of(std::uint64_t number, std::uint64_t contact, Timestamp at,
                       std::mt19937_64& random) {
  events::Event event;
  event.message_id = fmt::format("{:016x}-{}", random(), number);
  event.type = events::EventType::page;
  event.user_id = user_of(contact);
  event.at = at;
  event.received_at = at;
  event.source = "ws_1";
  const std::uint64_t draw = random() % 100;
  event.name = draw < 2    ? events::names::order_completed
               : draw < 60 ? events::names::page_viewed
                           : std::string_view("Product Viewed");
  event.properties = {
      {"path", fmt::format("/products/{}", random() % 1000)},
      {"title", fmt::format("Product {}", random() % 1000)},
      {"referrer", fmt::format("https://example.com/search?q={:x}", random() % 4096)},
      {"revenue", static_cast<std::int64_t>(random() % 100)}};
  event.context = {{"userAgent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
                   {"locale", "en-GB"}};
  return event;
}

events::Event identify(std::uint64_t contact, Timestamp at) {
  events::Event event;
  event.message_id = fmt::format("identify-{}", contact);
  event.type = events::EventType::identify;
  event.name = events::names::identified;
  event.user_id = user_of(contact);
  event.at = at;
  event.received_at = at;
  event.traits = {{"email", user_of(contact) + "@visitor.example"},
                  {"firstName", "Ana"},
                  {"country", contact % 3 == 0 ? "DE" : "FR"}};
  return event;
}

contacts::ContactId id_of(std::uint64_t contact) {
  return contacts::derive_contact_id(runtime::contact_key(master), {"userId", user_of(contact)});
}

void fill_log(store::Store& store, std::uint64_t events, std::uint64_t contacts) {
  std::mt19937_64 random(1);
  constexpr std::size_t block = 2'000;
  std::vector<store::LogRecord> records;
  for (std::uint64_t number = 0; number < events; ++number) {
    const Timestamp at = log_start + Duration::milliseconds(static_cast<std::int64_t>(
                                         static_cast<double>(number) / static_cast<double>(events) *
                                         static_cast<double>(log_length.ms)));
    // A contact is known from its first event on.
    const bool is_first = number < contacts;
    const std::uint64_t contact = is_first ? number : random() % contacts;
    const events::Event event =
        is_first ? identify(contact, at) : event_of(number, contact, at, random);
    records.push_back({.position = {number + 1},
                       .message = keyed_hash(master, {event.message_id}),
                       .subject = id_of(contact).hash,
                       .at = at,
                       .received_at = at,
                       .name = event.name,
                       .payload = events::encode(event)});
    if (records.size() < block && number + 1 < events) continue;
    ENSURE(store.log_writer().append(records).has_value());
    records.clear();
  }
}

void fill_contacts(store::Store& store, std::uint64_t contacts) {
  constexpr std::uint64_t portion = 10'000;
  for (std::uint64_t first = 0; first < contacts; first += portion) {
    auto transaction = store.begin();
    ENSURE(transaction.has_value());
    for (std::uint64_t contact = first; contact < std::min(contacts, first + portion); ++contact) {
      const events::Event event = identify(contact, log_start);
      reaction::ContactState state;
      state.id = id_of(contact);
      state.identifiers = {{"userId", user_of(contact)}};
      for (const auto& [name, value] : event.traits) {
        state.attributes.write(name, value, event.at, {});
      }
      ENSURE((*transaction)
                 ->put_contact({.id = state.id,
                                .user_id = user_of(contact),
                                .email = state.attributes.text("email"),
                                .name = "Ana",
                                .first_seen = log_start,
                                .last_seen = log_start,
                                .state = reaction::encode(state)})
                 .has_value());
      ENSURE((*transaction)->put_identifier(state.identifiers.front(), state.id).has_value());
    }
    ENSURE((*transaction)->commit().has_value());
  }
  ENSURE(store.checkpoint_state().has_value());
}

void report(std::string_view what, double seconds, std::uint64_t events, std::string more = "") {
  fmt::print("{{\"what\":\"{}\",\"seconds\":{:.3f},\"events\":{}{}}}\n", what, seconds, events,
             more);
  std::fflush(stdout);
}

void bench_scan(store::Store& store) {
  const auto start = Clock::now();
  std::uint64_t seen = 0;
  events::Position after;
  for (bool more = true; more;) {
    const auto records = store.log_reader().read(after, 40'000);
    ENSURE(records.has_value());
    more = !records->empty();
    if (more) after = records->back().position;
    seen += records->size();
  }
  report("scan", seconds_since(start), seen);
}

void bench_backtest(store::Store& store) {
  runtime::BacktestRequest request{.journey = "buyers",
                                   .since = log_start + Duration::days(30),
                                   .until = log_start + log_length};
  request.definitions.files = {
      {"j.yaml",
       "{kind: journey, key: buyers, trigger: {event: Order Completed, at_least: 2, within: 30d}, "
       "reentry: {after: 7d}, goal: {event: Demo Booked}, steps: [{id: thanks, send: {template: "
       "mail}}, {id: wait, wait_for: {clicked: thanks, at_most: 3d, then: [{id: x, exit: "
       "clicked}]}}"
       ", {id: again, send: {template: mail}}]}"},
      {"m.yaml", "{kind: template, key: mail, subject: Hello, html: '<p>Hi</p>'}"}};
  const auto start = Clock::now();
  const auto answer = runtime::run_backtest(store, master, request, {});
  ENSURE(answer.has_value());
  for (const runtime::DefinitionProblem& problem : answer->problems) {
    fmt::print(stderr, "{}\n", problem.message);
  }
  ENSURE(answer->problems.empty());
  const simulation::JourneyForecast& journey = answer->report.journeys.at("buyers");
  report("backtest", seconds_since(start), answer->scanned,
         fmt::format(",\"passes\":{},\"replayed\":{},\"entered\":{},\"sent\":{}", answer->passes,
                     answer->report.events, journey.entered, journey.sent));
}

int run(const std::string& folder, std::uint64_t events, std::uint64_t contacts, int rounds) {
  auto store = store::sql::open_sqlite_store(
      {.folder = folder, .durability = store::Durability::planted_no_fsync});
  if (!store) {
    fmt::print(stderr, "{}\n", store.error().message);
    return 1;
  }
  if ((*store)->log_reader().head()->value == 0) {
    const auto start = Clock::now();
    fill_log(**store, events, contacts);
    fill_contacts(**store, contacts);
    report("filled", seconds_since(start), events);
  }
  for (int round = 0; round < rounds; ++round) {
    bench_scan(**store);
    bench_backtest(**store);
  }
  return 0;
}

}  // namespace
}  // namespace sojourn

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const auto number = [&](int place, std::uint64_t otherwise) {
    return count > place ? std::strtoull(arguments[place], nullptr, 10) : otherwise;
  };
  return sojourn::run(arguments[1], number(2, 10'000'000), number(3, 1'000'000),
                      static_cast<int>(number(4, 3)));
}

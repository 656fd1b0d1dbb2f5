/// The audience index alone: how long a segment over all contacts takes to compute, on one core,
/// and what the index takes in memory. Prints one JSON object a line.
///
///   audience_bench queries CONTACTS EVENTS ROUNDS
///   audience_bench memory CONTACTS
///   audience_bench companies CONTACTS COMPANIES ROUNDS

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/audience/company_scan.h"
#include "domain/audience/index.h"
#include "domain/audience/scan.h"
#include "domain/segments/condition_text.h"
#include "generated.h"

namespace sojourn::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct NumberedSegments final : audience::Definitions {
  std::optional<std::uint32_t> segment(std::string_view key) const override {
    return static_cast<std::uint32_t>(
        std::strtoul(std::string(key.substr(1)).c_str(), nullptr, 10));
  }
  std::optional<std::uint32_t> list(std::string_view) const override { return std::nullopt; }
  std::optional<NumberedScore> score(std::string_view) const override { return std::nullopt; }
  const scoring::Grade* grade(std::string_view) const override { return nullptr; }
  absl::TimeZone zone() const override { return absl::UTCTimeZone(); }
  bool needs_opt_in(std::string_view) const override { return false; }
};
struct NoAddresses final : audience::AddressBook {
  const policies::AddressConsent* find(const Hash128&) const override { return nullptr; }
  const policies::AddressConsent* find_nobody(std::string_view) const override { return nullptr; }
};
struct NoNames final : segments::Names {
  std::optional<std::string> segment(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> list(std::string_view) const override { return std::nullopt; }
};

segments::Condition condition(std::string_view text) {
  Result<segments::Condition, segments::SyntaxError> parsed = segments::parse_condition(text);
  if (!parsed) {
    fmt::print(stderr, "{}: {}\n", text, to_error(parsed.error()).message);
    std::exit(1);
  }
  segments::bind(*parsed, absl::UTCTimeZone(), NoNames());
  return std::move(*parsed);
}

struct Query {
  std::string_view name;
  std::string_view text;
};
constexpr Query queries[] = {
    {"A", "country in (C3, C7) and seats > 500"},
    {"B", R"(did "Order Completed" at least 2 times in last 30 days)"},
    {"C", "in segment s1 and in segment s2"},
    {"D", R"(did "Product Viewed" with sum of value at least 50000)"},
    {"A and B", R"(country in (C3, C7) and seats > 500 and )"
                R"(did "Order Completed" at least 2 times in last 30 days)"},
};

std::vector<facts::FactDefinition> facts_of_queries() {
  segments::Reads reads;
  for (const Query& query : queries) segments::collect_reads(condition(query.text), reads);
  return reads.facts;
}

/// The facts of all contacts, folded from the events.
std::vector<std::vector<facts::FactState>> fold(std::uint64_t contacts, std::uint64_t events,
                                                const facts::FactDefinition& purchases,
                                                const facts::FactDefinition& visits) {
  std::vector<std::vector<facts::FactState>> states(contacts);
  for (std::uint64_t row = 0; row < events; ++row) {
    const GeneratedEvent event = event_of(row, contacts);
    const facts::FactDefinition& fact = event.is_purchase ? purchases : visits;
    const facts::FactId id = facts::fact_id(event.is_purchase ? purchases : visits);
    auto& held = states[event.contact];
    auto place = std::find_if(held.begin(), held.end(),
                              [&](const facts::FactState& each) { return each.id == id; });
    if (place == held.end()) {
      held.emplace_back().id = id;
      place = std::prev(held.end());
    }
    place->add(fact, {event.at, event.is_purchase ? 0 : event.value * facts::millionths});
  }
  return states;
}

int measure_queries(std::uint64_t contacts, std::uint64_t events, int rounds) {
  const std::vector<facts::FactDefinition> facts = facts_of_queries();
  audience::Index index(facts);
  {
    const bool first_is_purchase = facts[0].match.event == purchase;
    auto states =
        fold(contacts, events, facts[first_is_purchase ? 0 : 1], facts[first_is_purchase ? 1 : 0]);
    for (std::uint64_t row = 0; row < contacts; ++row) {
      const GeneratedContact contact = contact_of(row);
      contacts::Attributes attributes;
      attributes.write("country", contact.country, {}, {});
      attributes.write("plan", contact.plan, {}, {});
      attributes.write("seats", contact.seats, {}, {});
      std::vector<segments::Membership> memberships;
      for (std::uint32_t segment = 1; segment <= 2; ++segment) {
        if (is_member(row, segment))
          memberships.push_back({.segment = segment, .member = true, .since = {}});
      }
      index.put({.id = id_of(row),
                 .attributes = attributes,
                 .facts = states[row],
                 .memberships = memberships,
                 .lists = {},
                 .scores = {},
                 .address = {}});
      states[row] = {};
    }
  }
  const NumberedSegments definitions;
  const NoAddresses addresses;
  for (const Query& query : queries) {
    const segments::Condition asked = condition(query.text);
    std::string times;
    std::uint64_t count = 0;
    for (int round = 0; round < rounds; ++round) {
      const auto begin = SteadyClock::now();
      count = audience::matches(asked, {index, definitions, addresses}, generated_now).count();
      const std::chrono::duration<double, std::milli> took = SteadyClock::now() - begin;
      times += fmt::format("{}{:.4f}", round == 0 ? "" : ",", took.count());
    }
    fmt::print("{{\"query\":\"{}\",\"count\":{},\"ms\":[{}]}}\n", query.name, count, times);
  }
  return 0;
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  std::size_t resident = 0;
  file >> pages >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// Ten attributes as people have them, two of them of their own, and up to twenty segments.
int measure_memory(std::uint64_t contacts) {
  const std::size_t before = resident_bytes();
  audience::Index index({});
  for (std::uint64_t row = 0; row < contacts; ++row) {
    const GeneratedContact contact = contact_of(row);
    contacts::Attributes attributes;
    const auto set = [&](std::string_view name, const Value& value) {
      attributes.write(name, value, {}, {});
    };
    set("country", contact.country);
    set("plan", contact.plan);
    set("seats", contact.seats);
    set("email", fmt::format("person.{}@example{}.com", row, mix(row, 60) % 100));
    set("firstName", fmt::format("First{}", mix(row, 61) % 5'000));
    set("lastName", fmt::format("Last{}", mix(row, 62) % 50'000));
    set("city", fmt::format("City {}", mix(row, 63) % 10'000));
    set("createdAt", format_timestamp(generated_now -
                                      Duration::seconds(static_cast<std::int64_t>(mix(row, 64)))));
    set("newsletter", mix(row, 65) % 2 == 0);
    set("lifetimeValue", static_cast<double>(mix(row, 66) % 20'000) / 100);
    std::vector<segments::Membership> memberships;
    for (std::uint32_t segment = 1; segment <= 20; ++segment) {
      if (is_member(row, segment))
        memberships.push_back({.segment = segment, .member = true, .since = {}});
    }
    Hash128 address;
    address.bytes = id_of(row).hash.bytes;
    index.put({.id = id_of(row),
               .attributes = attributes,
               .facts = {},
               .memberships = memberships,
               .lists = {},
               .scores = {},
               .address = address});
  }
  const auto each = [&](std::size_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(contacts);
  };
  fmt::print("{{\"contacts\":{},\"bytes\":{:.1f},\"resident\":{:.1f}}}\n", contacts,
             each(index.bytes()), each(resident_bytes() - before));
  return 0;
}

scoring::Score score_of(std::string_view text) {
  const Result<Value> value = parse_json(text);
  Result<scoring::Score> score = scoring::read_score(value.value());
  return std::move(score.value());
}

/// Everybody has a company and two scores, one of which fades.
void fill_companies(audience::Index& index, std::uint64_t contacts, std::uint64_t companies) {
  for (std::uint64_t row = 0; row < contacts; ++row) {
    const std::uint64_t number = mix(row, 70) % companies;
    contacts::Attributes attributes;
    attributes.write("company",
                     Object{{"id", fmt::format("company-{}", number)},
                            {"name", fmt::format("Name {} Ltd", mix(number, 71) % 100'000)}},
                     generated_now - Duration::seconds(static_cast<std::int64_t>(mix(row, 72))),
                     {});
    std::vector<scoring::ScoreState> scores;
    for (std::uint32_t score = 1; score <= 2; ++score) {
      scoring::ScoreState& state = scores.emplace_back();
      state.score = score;
      state.at =
          generated_now - Duration::seconds(static_cast<std::int64_t>(mix(row, 73) % 9'999'999));
      state.contributions.push_back({"r", static_cast<double>(mix(row, 73 + score) % 1'000) / 7});
    }
    index.put({.id = id_of(row),
               .attributes = attributes,
               .facts = {},
               .memberships = {},
               .lists = {},
               .scores = scores,
               .address = {},
               .first_seen = generated_now - Duration::days(9),
               .last_seen = generated_now});
  }
}

int measure_companies(std::uint64_t contacts, std::uint64_t companies, int rounds) {
  using audience::CompanyOrder;
  const scoring::Score fading = score_of(
      R"({"kind": "score", "key": "lead", "half_life": "14d",
          "rules": [{"key": "r", "event": "E", "points": 1}]})");
  const scoring::Score lasting = score_of(
      R"({"kind": "score", "key": "fit", "rules": [{"key": "r", "event": "E", "points": 1}]})");
  const std::vector<audience::Definitions::NumberedScore> both = {{1, &fading}, {2, &lasting}};
  audience::Index index({});
  fill_companies(index, contacts, companies);
  const auto measure = [&](std::string_view name, auto ask) {
    std::string times;
    for (int round = 0; round < rounds; ++round) {
      const auto begin = SteadyClock::now();
      ask();
      const std::chrono::duration<double, std::milli> took = SteadyClock::now() - begin;
      times += fmt::format("{}{:.2f}", round == 0 ? "" : ",", took.count());
    }
    fmt::print("{{\"list\":\"{}\",\"ms\":[{}]}}\n", name, times);
  };
  const std::pair<std::string_view, CompanyOrder> orders[] = {
      {"by sum", {.by = CompanyOrder::By::score}},
      {"by contacts", {.by = CompanyOrder::By::contacts}},
      {"by name", {.by = CompanyOrder::By::name}}};
  for (const auto& [name, order] : orders) {
    measure(name, [&, wanted = order] {
      const audience::CompanyPage page = audience::list_companies({.scores = both,
                                                                   .order = wanted,
                                                                   .search = {},
                                                                   .after = {},
                                                                   .limit = 50,
                                                                   .now = generated_now},
                                                                  index);
      if (page.companies.size() != 50) std::exit(1);
    });
  }
  const std::string one = fmt::format("company-{}", mix(0, 70) % companies);
  measure("one company", [&] {
    if (!audience::find_company(one, both, index, generated_now)) std::exit(1);
  });
  measure("its contacts", [&] {
    const auto page = audience::list_people(
        {.company = one, .scores = both, .by = 0, .after = {}, .limit = 50, .now = generated_now},
        index);
    if (!page) std::exit(1);
  });
  fmt::print("{{\"bytes of companies\":{:.1f}}}\n",
             static_cast<double>(index.companies().bytes()) / static_cast<double>(contacts));
  return 0;
}

int run(int count, char** arguments) {
  const std::string_view what = count > 1 ? arguments[1] : "";
  const auto number = [&](int place) { return std::strtoull(arguments[place], nullptr, 10); };
  if (what == "queries" && count == 5) {
    return measure_queries(number(2), number(3), static_cast<int>(number(4)));
  }
  if (what == "memory" && count == 3) return measure_memory(number(2));
  if (what == "companies" && count == 5) {
    return measure_companies(number(2), number(3), static_cast<int>(number(4)));
  }
  fmt::print(stderr,
             "audience_bench queries CONTACTS EVENTS ROUNDS | memory CONTACTS | "
             "companies CONTACTS COMPANIES ROUNDS\n");
  return 2;
}

}  // namespace
}  // namespace sojourn::bench

int main(int count, char** arguments) {
  return sojourn::bench::run(count, arguments);
}

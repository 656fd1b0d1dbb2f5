/// The engine alone: how many events a second react() answers with the rules of a workspace, on one
/// core, without store, threads or network.
///
///   reaction_bench FOLDER [CONTACTS [SECONDS]]

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include "domain/reaction/react.h"

namespace sojourn::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

class NoConsent final : public policies::ConsentLedger {
 public:
  policies::AddressConsent consent(std::string_view, std::string_view) const override { return {}; }
};

std::shared_ptr<const reaction::Rules> rules_of(const std::string& folder) {
  std::vector<reaction::DefinitionSource> sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({entry.path().string(), text.str(), number, 1});
  }
  reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
  for (const reaction::Problem& problem : compiled.problems) {
    fmt::print(stderr, "{}: {}\n", problem.path, problem.message);
  }
  if (!compiled.problems.empty()) std::exit(1);
  return std::move(compiled.rules);
}

/// Visits of one website; every `pricing_each`-th looks at the prices.
events::LoggedEvent visit(std::uint64_t number, std::uint64_t pricing_each, Timestamp now) {
  events::Event event;
  event.message_id = fmt::format("v{}", number);
  event.type = events::EventType::page;
  event.name = "Page Viewed";
  event.at = event.received_at = now;
  const bool pricing = number % pricing_each == 0;
  event.properties.append("path", Value(pricing ? "/pricing" : "/products/a"));
  event.properties.append("referrer", Value("https://example.com/search"));
  return {{number + 1}, std::move(event)};
}

struct Figures {
  std::uint64_t events = 0;
  std::uint64_t decisions = 0;
  double seconds = 0;
};

Figures measure(const reaction::Rules& rules, std::size_t contacts, std::uint64_t pricing_each,
                double seconds) {
  const NoConsent ledger;
  std::vector<reaction::ContactState> states(contacts);
  std::mt19937_64 random(3);
  Figures figures;
  Timestamp now{1'780'000'000'000};
  const auto start = SteadyClock::now();
  while (figures.seconds < seconds) {
    for (int i = 0; i < 1'000; ++i) {
      now = now + Duration::milliseconds(10);
      const std::size_t place = random() % contacts;
      reaction::View view;
      view.ledger = &ledger;
      view.is_new = states[place].id.is_zero();
      view.contact = std::move(states[place]);
      view.contact.id.hash.bytes[15] = 1;
      const events::LoggedEvent logged = visit(figures.events++, pricing_each, now);
      const reaction::EventInput input{.logged = logged, .links = {}};
      reaction::Reaction reaction = reaction::react(rules, std::move(view), input, now);
      figures.decisions += reaction.decisions.size();
      states[place] = std::move(reaction.contact);
    }
    figures.seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  }
  return figures;
}

}  // namespace
}  // namespace sojourn::bench

int main(int argument_count, char** arguments) {
  using namespace sojourn::bench;
  if (argument_count < 2) {
    fmt::print(stderr, "usage: reaction_bench FOLDER [CONTACTS [SECONDS]]\n");
    return 2;
  }
  const auto rules = rules_of(arguments[1]);
  const auto contacts =
      static_cast<std::size_t>(argument_count > 2 ? std::atol(arguments[2]) : 10'000);
  const double seconds = argument_count > 3 ? std::atof(arguments[3]) : 3;
  for (const std::uint64_t pricing_each : {1'000'000'000, 10, 1}) {
    const Figures figures = measure(*rules, contacts, pricing_each, seconds);
    const auto count = static_cast<double>(figures.events);
    fmt::print(
        "one in {:<10} looks at the prices: {:>9.0f} events/s, {:.2f} us and {:.2f} decisions "
        "each\n",
        pricing_each, count / figures.seconds, figures.seconds / count * 1e6,
        static_cast<double>(figures.decisions) / count);
  }
}

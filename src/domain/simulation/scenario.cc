#include "domain/simulation/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "domain/contacts/attributes.h"
#include "domain/events/standard_names.h"
#include "domain/simulation/outcome_text.h"
#include "domain/simulation/scenario_text.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {
namespace {

using contacts::ContactId;
using contacts::Identifier;
using effects::DecisionKind;
using reaction::ContactState;

namespace names = events::names;

Identifier user_id(const std::string& value) {
  return {std::string(contacts::kinds::user_id), value};
}
Identifier anonymous_id(const std::string& value) {
  return {std::string(contacts::kinds::anonymous_id), value};
}

/// Says of a line what no definition bears out; empty where all is well.
std::string unknown_reference(const reaction::Rules& rules, const Expect& expect) {
  using Kind = Expect::Kind;
  const auto missing = [&](std::string_view kind) {
    return fmt::format("there is no {} \"{}\"", kind, expect.key);
  };
  switch (expect.kind) {
    case Kind::enter:
    case Kind::leave:
    case Kind::in_segment:
    case Kind::not_in_segment:
      return rules.segment(expect.key) == nullptr ? missing("segment") : "";
    case Kind::start:
    case Kind::end:
      return rules.journey(expect.key) == nullptr ? missing("journey") : "";
    case Kind::send:
    case Kind::defer:
    case Kind::skip:
    case Kind::cancel:
      return rules.template_of(expect.key) == nullptr ? missing("template") : "";
    case Kind::cross:
    case Kind::fall:
    case Kind::score_at_least:
    case Kind::score_below: {
      const reaction::ScoreRuleSet* set = rules.score(expect.key);
      if (set == nullptr) return missing("score");
      const bool known =
          expect.threshold.empty() ||
          std::any_of(set->score.thresholds.begin(), set->score.thresholds.end(),
                      [&](const auto& each) { return each.key == expect.threshold; });
      return known ? ""
                   : fmt::format("score \"{}\" has no threshold \"{}\"", expect.key,
                                 expect.threshold);
    }
    case Kind::notify:
    case Kind::nothing_sent:
      return "";
  }
  return "";
}

/// The decision that an expectation waits for; absent for those of the state.
std::optional<DecisionKind> decision_of(Expect::Kind kind) {
  using Kind = Expect::Kind;
  switch (kind) {
    case Kind::enter:
      return DecisionKind::segment_entered;
    case Kind::leave:
      return DecisionKind::segment_left;
    case Kind::start:
      return DecisionKind::journey_entered;
    case Kind::end:
      return DecisionKind::run_ended;
    case Kind::notify:
      return DecisionKind::user_notified;
    case Kind::send:
      return DecisionKind::message_sent;
    case Kind::defer:
      return DecisionKind::message_deferred;
    case Kind::skip:
      return DecisionKind::message_skipped;
    case Kind::cancel:
      return DecisionKind::message_cancelled;
    case Kind::cross:
      return DecisionKind::score_crossed;
    case Kind::fall:
      return DecisionKind::score_left;
    case Kind::nothing_sent:
    case Kind::in_segment:
    case Kind::not_in_segment:
    case Kind::score_at_least:
    case Kind::score_below:
      return std::nullopt;
  }
  return std::nullopt;
}

class Runner {
 public:
  Runner(std::shared_ptr<const reaction::Rules> rules, ScenarioReport& report)
      : rules_(std::move(rules)), report_(report), zone_(rules_->policies().time_zone) {}

  void run(const std::vector<ScenarioLine>& lines) {
    for (const ScenarioLine& line : lines) {
      line_ = &line;
      if (const Expect* expect = std::get_if<Expect>(&line.command)) {
        check(*expect);
        continue;
      }
      const Result<void> done = begin(std::get<Action>(line.command));
      if (!done) return fail(done.error().message);
    }
  }

 private:
  // Actions

  Result<void> begin(const Action& action) {
    if (world_ == nullptr) {
      const MoveTo* first = std::get_if<MoveTo>(&action);
      TRY(start, time_of(first == nullptr ? When{std::string(scenario_start), ""} : first->when));
      world_ = std::make_unique<World>(rules_, WorldSettings{.start = start});
    }
    since_ = world_->outcomes().size();
    consumed_.clear();
    return std::visit([&](const auto& each) { return act(each); }, action);
  }

  Result<void> act(const MoveTo& move) {
    TRY(time, time_of(move.when));
    if (time < world_->now()) {
      return failure("time_goes_back", fmt::format("it is {} already, time does not go back",
                                                   format_timestamp(world_->now())));
    }
    return world_->advance(time);
  }

  Result<void> act(const WaitStep& wait) { return world_->advance(world_->now() + wait.duration); }

  Result<void> act(const Happen& happen) {
    events::Event event = event_of(happen.who);
    event.type = happen.type;
    event.name = happen.event;
    const bool identifies = happen.type == events::EventType::identify;
    (identifies ? event.traits : event.properties) = happen.data;
    give_address(event);
    return world_->take(std::move(event));
  }

  Result<void> act(const AliasStep& alias) {
    events::Event event = event_of(alias.who);
    event.type = events::EventType::alias;
    event.name = names::aliased;
    event.previous_id = alias.other.user.empty() ? alias.other.visitor : alias.other.user;
    return world_->take(std::move(event));
  }

  Result<void> act(const Answer& answer) {
    const ContactState* contact = find(answer.who);
    if (contact == nullptr) {
      return failure("unknown_contact",
                     fmt::format("nobody is called {} yet", name_of(answer.who)));
    }
    const Mail* mail = last_mail(*contact, answer.of);
    const bool needs_mail = answer.kind != Answer::Kind::unsubscribe || !answer.of.empty();
    if (mail == nullptr && needs_mail) {
      return failure("no_such_mail", fmt::format("{} was sent no mail{}", name_of(answer.who),
                                                 answer.of.empty() ? "" : " of " + answer.of));
    }
    events::Event event = event_of({});
    event.trust = events::Trust::system;
    event.source = "sojourn";
    event.contact = contact->id.hash;
    event.properties.set("channel", "email");
    if (mail != nullptr) event.properties = properties_of(mail->message);
    TRY_VOID(complete(event, answer, mail));
    return world_->take(std::move(event));
  }

  /// What the answer adds to an event about a mail, as the API writes it.
  static Result<void> complete(events::Event& event, const Answer& answer, const Mail* mail) {
    switch (answer.kind) {
      case Answer::Kind::click: {
        const std::vector<std::string>& links = mail->message.links;
        const auto place = static_cast<std::size_t>(answer.link - 1);
        if (place >= links.size()) {
          return failure("no_such_link", fmt::format("the mail has {} links", links.size()));
        }
        event.name = names::link_clicked;
        event.properties.set("url", links[place]);
        event.properties.set("link", static_cast<std::int64_t>(place));
        return {};
      }
      case Answer::Kind::open:
        event.name = names::email_opened;
        return {};
      case Answer::Kind::unsubscribe:
        event.name = names::unsubscribed;
        if (mail != nullptr) event.properties.set("address", mail->message.address);
        event.properties.set("topic", answer.topic);
        event.properties.set("source", "page");
        return {};
      case Answer::Kind::bounce:
        event.name = names::message_bounced;
        event.properties.set("address", mail->message.address);
        event.properties.set("reason", "bad_address");
        event.properties.set("suppress", true);
        return {};
    }
    return {};
  }

  static Object properties_of(const messages::Message& message) {
    return {{"message", std::to_string(message.id.value)},
            {"key", message.key},
            {"channel", message.channel},
            {"journey", message.journey},
            {"step", message.step},
            {"run", std::to_string(message.run)},
            {"template", message.template_key}};
  }

  events::Event event_of(const Who& who) {
    events::Event event;
    event.message_id = fmt::format("scenario/{}", line_->line);
    event.user_id = who.user;
    event.anonymous_id = who.visitor;
    event.at = world_->now();
    event.received_at = world_->now();
    event.trust = events::Trust::server_key;
    event.source = "scenario";
    return event;
  }

  /// The first event of a user brings an address, so that scenarios need not speak of it.
  void give_address(events::Event& event) {
    if (event.user_id.empty() || !introduced_.insert(event.user_id).second) return;
    if (event.traits.find(contacts::traits::email) != nullptr) return;
    const bool is_address = event.user_id.find('@') != std::string::npos;
    event.traits.set(contacts::traits::email,
                     is_address ? event.user_id : event.user_id + "@example.com");
  }

  Result<Timestamp> time_of(const When& when) {
    if (!when.zone.empty()) zone_ = when.zone;
    constexpr std::size_t date_size = 10;
    const bool has_offset = when.text.find_first_of("Z+-", date_size) != std::string::npos;
    return has_offset ? parse_timestamp(when.text) : parse_local_time(when.text, zone_);
  }

  [[nodiscard]] const ContactState* find(const Who& who) const {
    if (world_ == nullptr) return nullptr;
    return world_->find(who.user.empty() ? anonymous_id(who.visitor) : user_id(who.user));
  }

  /// The last mail to the contact itself, of this step or template (empty: of any).
  [[nodiscard]] const Mail* last_mail(const ContactState& contact, std::string_view of) const {
    const std::vector<Mail>& mails = world_->mails();
    const auto found = std::find_if(mails.rbegin(), mails.rend(), [&](const Mail& mail) {
      const messages::Message& message = mail.message;
      const bool is_notice = message.template_key.empty();
      const bool is_theirs = world_->find(message.contact) == &contact;
      return !is_notice && is_theirs &&
             (of.empty() || message.step == of || message.template_key == of);
    });
    return found == mails.rend() ? nullptr : &*found;
  }

  // Expectations

  void check(const Expect& expect) {
    ++report_.expectations;
    if (world_ == nullptr) return fail("an action must come before the first expectation");
    const std::optional<DecisionKind> kind = decision_of(expect.kind);
    const bool met = kind ? consume(expect, *kind) : holds(expect);
    if (!met) fail("expected: " + line_->text.substr(std::string_view("expect").size() + 1));
  }

  /// Takes the first outcome since the last action that fits and was not taken before.
  bool consume(const Expect& expect, DecisionKind kind) {
    const std::vector<Outcome>& outcomes = world_->outcomes();
    for (std::size_t i = since_; i < outcomes.size(); ++i) {
      if (outcomes[i].decision.kind != kind || consumed_.contains(i)) continue;
      if (!fits(expect, outcomes[i])) continue;
      consumed_.insert(i);
      return true;
    }
    return false;
  }

  bool fits(const Expect& expect, const Outcome& outcome) {
    const effects::Decision& decision = outcome.decision;
    if (expect.who && !is_about(outcome, *expect.who)) return false;
    switch (expect.kind) {
      case Expect::Kind::send:
      case Expect::Kind::defer:
      case Expect::Kind::skip:
      case Expect::Kind::cancel:
        if (outcome.template_key != expect.key) return false;
        break;
      case Expect::Kind::notify:
        if (!decision.text.starts_with(expect.key + ": ")) return false;
        break;
      default:
        if (decision.key != expect.key) return false;
    }
    if (!expect.threshold.empty() && decision.outcome != expect.threshold) return false;
    if (expect.reason && decision.outcome != *expect.reason && decision.text != *expect.reason) {
      return false;
    }
    if (expect.until) {
      const Result<Timestamp> until = time_of(*expect.until);
      if (!until || decision.text != format_timestamp(*until)) return false;
    }
    return !expect.containing || contains(outcome, *expect.containing);
  }

  [[nodiscard]] bool contains(const Outcome& outcome, const std::string& part) const {
    if (!outcome.mail) return outcome.decision.text.find(part) != std::string::npos;
    const templates::RenderedEmail& email = world_->mails()[*outcome.mail].email;
    return email.subject.find(part) != std::string::npos ||
           email.html.find(part) != std::string::npos || email.text.find(part) != std::string::npos;
  }

  [[nodiscard]] bool is_about(const Outcome& outcome, const Who& who) const {
    const ContactState* contact = find(who);
    return contact != nullptr && world_->find(outcome.contact) == contact;
  }

  [[nodiscard]] bool holds(const Expect& expect) const {
    if (expect.kind == Expect::Kind::nothing_sent) return nothing_sent(expect);
    const ContactState* contact = find(*expect.who);
    switch (expect.kind) {
      case Expect::Kind::in_segment:
        return contact != nullptr && is_member(*contact, expect.key);
      case Expect::Kind::not_in_segment:
        return contact == nullptr || !is_member(*contact, expect.key);
      case Expect::Kind::score_at_least:
        return score_of(contact, expect.key) >= expect.number;
      case Expect::Kind::score_below:
        return score_of(contact, expect.key) < expect.number;
      default:
        return false;
    }
  }

  [[nodiscard]] double score_of(const ContactState* contact, std::string_view score) const {
    return contact == nullptr ? 0 : world_->score(*contact, score);
  }

  [[nodiscard]] bool is_member(const ContactState& contact, std::string_view segment) const {
    const std::uint32_t number = rules_->segment(segment)->number;
    return std::any_of(contact.memberships.begin(), contact.memberships.end(),
                       [&](const segments::Membership& membership) {
                         return membership.segment == number && membership.member;
                       });
  }

  [[nodiscard]] bool nothing_sent(const Expect& expect) const {
    const std::vector<Outcome>& outcomes = world_->outcomes();
    return std::none_of(outcomes.begin() + static_cast<std::ptrdiff_t>(since_), outcomes.end(),
                        [&](const Outcome& outcome) {
                          const bool is_mail = outcome.mail && !outcome.template_key.empty();
                          return is_mail && (!expect.who || is_about(outcome, *expect.who));
                        });
  }

  // Failures

  void fail(std::string message) {
    ScenarioFailure failure{line_->line, line_->column, std::move(message), {}};
    if (world_ != nullptr) {
      const std::vector<Outcome>& outcomes = world_->outcomes();
      for (std::size_t i = since_; i < outcomes.size(); ++i) {
        failure.happened.push_back(describe_outcome(*world_, outcomes[i]));
      }
      if (outcomes.size() == since_) failure.happened.emplace_back("nothing");
    }
    report_.failures.push_back(std::move(failure));
  }

  static std::string name_of(const Who& who) {
    return who.user.empty() ? "~" + who.visitor : who.user;
  }

  const std::shared_ptr<const reaction::Rules> rules_;
  ScenarioReport& report_;
  std::string zone_;  ///< named last
  std::unique_ptr<World> world_;
  const ScenarioLine* line_ = nullptr;  ///< that is being run
  std::size_t since_ = 0;               ///< place of the first outcome of the last action
  std::set<std::size_t> consumed_;      ///< outcomes that an expectation has taken
  std::set<std::string> introduced_;    ///< users of whom an event was sent
};

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

}  // namespace

ScenarioReport run_scenario(std::shared_ptr<const reaction::Rules> rules, std::string_view text) {
  ScenarioReport report;
  const ParsedScenario scenario = parse_scenario(text);
  for (const SyntaxError& error : scenario.errors) {
    report.failures.push_back({error.line, error.column, error.message, {}});
  }
  for (const ScenarioLine& line : scenario.lines) {
    const Expect* expect = std::get_if<Expect>(&line.command);
    if (expect == nullptr) continue;
    std::string problem = unknown_reference(*rules, *expect);
    if (problem.empty()) continue;
    report.failures.push_back({line.line, line.column, std::move(problem), {}});
  }
  if (report.passed()) Runner(std::move(rules), report).run(scenario.lines);
  return report;
}

bool ScenarioReports::passed() const {
  return problems.empty() && std::all_of(scenarios.begin(), scenarios.end(),
                                         [](const auto& each) { return each.passed(); });
}

ScenarioReports run_scenarios(const std::vector<ScenarioFile>& files) {
  std::vector<reaction::DefinitionSource> sources;
  for (const ScenarioFile& file : files) {
    if (!ends_with_any(file.path, {".yaml", ".yml"})) continue;
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = file.path, .text = file.text, .number = number});
  }
  reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
  ScenarioReports reports;
  reports.problems = std::move(compiled.problems);
  if (!reports.problems.empty()) return reports;
  for (const ScenarioFile& file : files) {
    if (!ends_with_any(file.path, {".scenario"})) continue;
    ScenarioReport report = run_scenario(compiled.rules, file.text);
    report.path = file.path;
    reports.scenarios.push_back(std::move(report));
  }
  return reports;
}

std::string describe_failures(const ScenarioReport& report) {
  std::string text;
  for (const ScenarioFailure& failure : report.failures) {
    text +=
        fmt::format("{}:{}:{}: {}\n", report.path, failure.line, failure.column, failure.message);
    if (!failure.happened.empty()) text += "  happened since the last action:\n";
    for (const std::string& line : failure.happened) text += fmt::format("    {}\n", line);
  }
  return text;
}

}  // namespace sojourn::simulation

#include "domain/simulation/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/json.h"
#include "domain/simulation/campaign_expectations.h"
#include "domain/simulation/conservation.h"
#include "domain/simulation/outcome_text.h"

namespace sojourn::simulation {
namespace {

using effects::Decision;
using effects::DecisionKind;
using reaction::ContactState;
using Kind = Expect::Kind;

/// Outcomes of one family can be mistaken for each other.
enum class Family { segment, score, journey, notice, message, other };

Family family_of(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::segment_entered:
    case DecisionKind::segment_left:
      return Family::segment;
    case DecisionKind::score_crossed:
    case DecisionKind::score_left:
      return Family::score;
    case DecisionKind::journey_entered:
    case DecisionKind::journey_not_entered:
    case DecisionKind::step_passed:
    case DecisionKind::run_ended:
    case DecisionKind::wait_started:
    case DecisionKind::goal_reached:
    case DecisionKind::run_moved:
    case DecisionKind::arm_succeeded:
      return Family::journey;
    case DecisionKind::user_notified:
      return Family::notice;
    case DecisionKind::message_queued:
    case DecisionKind::message_deferred:
    case DecisionKind::message_skipped:
    case DecisionKind::message_cancelled:
    case DecisionKind::message_sent:
    case DecisionKind::message_failed:
    case DecisionKind::message_retried:
    case DecisionKind::message_uncertain:
      return Family::message;
    case DecisionKind::contact_created:
    case DecisionKind::contact_merged:
    case DecisionKind::consent_changed:
      return Family::other;
  }
  return Family::other;
}

/// The decision that an expectation waits for; absent for those of the state.
std::optional<DecisionKind> decision_of(Kind kind) {
  switch (kind) {
    case Kind::enter:
      return DecisionKind::segment_entered;
    case Kind::leave:
      return DecisionKind::segment_left;
    case Kind::cross:
      return DecisionKind::score_crossed;
    case Kind::fall:
      return DecisionKind::score_left;
    case Kind::start:
      return DecisionKind::journey_entered;
    case Kind::refuse:
      return DecisionKind::journey_not_entered;
    case Kind::end:
      return DecisionKind::run_ended;
    case Kind::pass:
      return DecisionKind::step_passed;
    case Kind::wait:
      return DecisionKind::wait_started;
    case Kind::move:
      return DecisionKind::run_moved;
    case Kind::convert:
      return DecisionKind::goal_reached;
    case Kind::succeed:
      return DecisionKind::arm_succeeded;
    case Kind::notify:
      return DecisionKind::user_notified;
    case Kind::queue:
      return DecisionKind::message_queued;
    case Kind::send:
      return DecisionKind::message_sent;
    case Kind::defer:
      return DecisionKind::message_deferred;
    case Kind::skip:
      return DecisionKind::message_skipped;
    case Kind::cancel:
      return DecisionKind::message_cancelled;
    case Kind::fail:
      return DecisionKind::message_failed;
    case Kind::nothing_sent:
    case Kind::nothing_happened:
    case Kind::track:
    case Kind::webhook:
    case Kind::in_segment:
    case Kind::on_list:
    case Kind::members:
    case Kind::run:
    case Kind::attribute:
    case Kind::score_at_least:
    case Kind::score_below:
    case Kind::grade:
    case Kind::count:
    case Kind::counts_add_up:
    case Kind::arm:
    case Kind::winner:
    case Kind::verdict:
    case Kind::campaign_state:
    case Kind::campaign_counts:
    case Kind::campaign_arm:
    case Kind::campaign_winner:
    case Kind::campaign_verdict:
    case Kind::campaign_adds_up:
    case Kind::recipient:
      return std::nullopt;
  }
  return std::nullopt;
}

bool has_key(const Expect& expect, const Outcome& outcome, Family family) {
  switch (family) {
    case Family::message:
      return outcome.template_key == expect.key;
    case Family::notice:
      return outcome.decision.text.starts_with(expect.key + ": ");
    case Family::segment:
    case Family::score:
    case Family::journey:
    case Family::other:
      return outcome.decision.key == expect.key;
  }
  return false;
}

/// Threshold of a score, step of a journey.
bool has_detail(const Expect& expect, const Decision& decision, Family family) {
  if (expect.detail.empty()) return true;
  return expect.detail == (family == Family::score ? decision.outcome : decision.step);
}

/// What an action itself brings about is no happening.
bool is_of_note(const Outcome& outcome) {
  return family_of(outcome.decision.kind) != Family::other;
}

std::string nobody(const Expect& expect) {
  return fmt::format("nobody is called {} yet", name_of(*expect.who));
}

}  // namespace

std::string unknown_reference(const reaction::Rules& rules, const Expect& expect) {
  const auto missing = [&](std::string_view kind, std::string_view key) {
    return fmt::format("there is no {} \"{}\"", kind, key);
  };
  const auto unless = [&](bool known, std::string_view kind) {
    return known ? std::string() : missing(kind, expect.key);
  };
  switch (expect.kind) {
    case Kind::enter:
    case Kind::leave:
    case Kind::in_segment:
    case Kind::members:
      return unless(rules.segment(expect.key) != nullptr, "segment");
    case Kind::on_list:
      return unless(rules.list(expect.key) != nullptr, "list");
    case Kind::grade:
      return unless(rules.grade(expect.key) != nullptr, "grade");
    case Kind::start:
    case Kind::refuse:
    case Kind::end:
    case Kind::move:
    case Kind::convert:
    case Kind::counts_add_up:
      return unless(rules.journey(expect.key) != nullptr, "journey");
    case Kind::pass:
    case Kind::succeed:
    case Kind::wait:
    case Kind::run:
    case Kind::count:
    case Kind::arm:
    case Kind::winner:
    case Kind::verdict:
      // Steps come and go with the versions of a journey: they are not looked up.
      return unless(rules.journey(expect.key) != nullptr, "journey");
    case Kind::campaign_state:
    case Kind::campaign_counts:
    case Kind::campaign_arm:
    case Kind::campaign_winner:
    case Kind::campaign_verdict:
    case Kind::campaign_adds_up:
    case Kind::recipient:
      return unless(rules.campaign(expect.key) != nullptr, "campaign");
    case Kind::queue:
    case Kind::send:
    case Kind::defer:
    case Kind::skip:
    case Kind::cancel:
    case Kind::fail:
      return unless(rules.template_of(expect.key) != nullptr, "template");
    case Kind::cross:
    case Kind::fall:
    case Kind::score_at_least:
    case Kind::score_below: {
      const reaction::ScoreRuleSet* set = rules.score(expect.key);
      if (set == nullptr) return missing("score", expect.key);
      const bool known = expect.detail.empty() ||
                         std::any_of(set->score.thresholds.begin(), set->score.thresholds.end(),
                                     [&](const auto& each) { return each.key == expect.detail; });
      return known ? ""
                   : fmt::format("score \"{}\" has no threshold \"{}\"", expect.key, expect.detail);
    }
    case Kind::notify:
    case Kind::nothing_sent:
    case Kind::nothing_happened:
    case Kind::track:
    case Kind::webhook:
    case Kind::attribute:
      return "";
  }
  return "";
}

void Expectations::begin() {
  since_ = stage_.outcomes().size();
  calls_since_ = stage_.calls().size();
  events_since_ = stage_.head();
  taken_.clear();
}

Result<Verdict> Expectations::check(const Expect& expect, int line) {
  taken_.resize(count());
  std::optional<Timestamp> until;
  if (expect.until) {
    TRY(time, clock_.read(*expect.until));
    until = time;
  }
  if (decision_of(expect.kind)) return check_outcome(expect, until, line);
  const bool is_of_all = expect.kind == Kind::nothing_sent || expect.kind == Kind::nothing_happened;
  return is_of_all ? check_nothing(expect) : check_state(expect, until);
}

std::vector<std::string> Expectations::happened() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count(); ++i) {
    lines.push_back(describe_happening(stage_, outcome(i), clock_));
  }
  return lines;
}

std::string Expectations::describe(std::size_t i) const {
  const std::string words = describe_outcome(stage_, outcome(i), clock_);
  const int line = taken_[i];
  return line == 0 ? words : fmt::format("{}  (line {} has it already)", words, line);
}

// Outcomes

Verdict Expectations::check_outcome(const Expect& expect, std::optional<Timestamp> until,
                                    int line) {
  std::vector<std::pair<int, std::size_t>> near;  // points, place
  for (std::size_t i = 0; i < count(); ++i) {
    const std::optional<Likeness> alike = likeness(expect, until, outcome(i));
    if (!alike) continue;
    if (alike->fits && expect.negated) return {false, {describe(i)}};
    if (alike->fits && taken_[i] == 0) {
      taken_[i] = line;
      return {true};
    }
    near.emplace_back(alike->points, i);
  }
  if (expect.negated) return {true};
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  Verdict verdict;
  for (const auto& [points, i] : near) {
    if (verdict.instead.size() == nearest_max) break;
    verdict.instead.push_back(describe(i));
  }
  return verdict;
}

std::optional<Expectations::Likeness> Expectations::likeness(const Expect& expect,
                                                             std::optional<Timestamp> until,
                                                             const Outcome& outcome) const {
  const Decision& decision = outcome.decision;
  const DecisionKind kind = *decision_of(expect.kind);
  const Family family = family_of(kind);
  if (family_of(decision.kind) != family) return std::nullopt;
  // Key and contact say what it is about; the rest says what became of it.
  const bool same_key = has_key(expect, outcome, family);
  const bool same_contact = !expect.who || is_about(outcome, *expect.who);
  if (!same_key && (!same_contact || !expect.who)) return std::nullopt;
  struct Part {
    bool same = false;
    int points = 0;
  };
  const Part parts[] = {
      {same_key, 6},
      {same_contact, 5},
      {decision.kind == kind, 4},
      {has_detail(expect, decision, family), 3},
      {!expect.reason || decision.outcome == *expect.reason || decision.text == *expect.reason, 2},
      {!until || decision.text == format_timestamp(*until), 1},
      {!expect.containing || contains(outcome, *expect.containing), 1},
  };
  Likeness alike{.points = 0, .fits = true};
  for (const Part& part : parts) {
    if (part.same) alike.points += part.points;
    alike.fits = alike.fits && part.same;
  }
  return alike;
}

bool Expectations::is_about(const Outcome& outcome, const Who& who) const {
  const ContactState* contact = find(stage_, who);
  return contact != nullptr && stage_.find(outcome.contact) == contact;
}

bool Expectations::contains(const Outcome& outcome, const std::string& part) const {
  if (!outcome.mail) return outcome.decision.text.find(part) != std::string::npos;
  const templates::RenderedEmail& email = stage_.mails()[*outcome.mail].email;
  return email.subject.find(part) != std::string::npos ||
         email.html.find(part) != std::string::npos || email.text.find(part) != std::string::npos;
}

Verdict Expectations::check_nothing(const Expect& expect) const {
  Verdict verdict;
  for (std::size_t i = 0; i < count(); ++i) {
    const Outcome& each = outcome(i);
    const bool is_mail = each.mail && !each.template_key.empty();
    const bool counts = expect.kind == Kind::nothing_sent ? is_mail : is_of_note(each);
    if (!counts || (expect.who && !is_about(each, *expect.who))) continue;
    verdict.instead.push_back(describe(i));
  }
  verdict.met = verdict.instead.empty();
  return verdict;
}

// The state

Verdict Expectations::check_track(const Expect& expect) const {
  const ContactState* contact = find(stage_, *expect.who);
  if (contact == nullptr) return {expect.negated, {nobody(expect)}};
  Verdict verdict{expect.negated};
  for (const reaction::TimelineEntry& entry : contact->timeline) {
    if (entry.position <= events_since_) continue;
    verdict.instead.push_back(fmt::format("track {} \"{}\"", name_of(*expect.who), entry.name));
    if (entry.name == expect.key) verdict.met = !expect.negated;
  }
  return verdict;
}

Verdict Expectations::check_webhook(const Expect& expect) const {
  Verdict verdict{expect.negated};
  const std::vector<effects::CallWebhook>& calls = stage_.calls();
  for (std::size_t i = calls_since_; i < calls.size(); ++i) {
    const effects::CallWebhook& call = calls[i];
    verdict.instead.push_back(fmt::format("webhook {} for {}: {} {} {}", call.step,
                                          name_of(stage_, call.contact), call.method, call.url,
                                          call.body));
    const bool is_theirs = !expect.who || stage_.find(call.contact) == find(stage_, *expect.who);
    const bool has_text = !expect.containing ||
                          call.url.find(*expect.containing) != std::string::npos ||
                          call.body.find(*expect.containing) != std::string::npos;
    if (call.step == expect.key && is_theirs && has_text) verdict.met = !expect.negated;
  }
  return verdict;
}

Verdict Expectations::check_state(const Expect& expect, std::optional<Timestamp> until) const {
  switch (expect.kind) {
    case Kind::track:
      return check_track(expect);
    case Kind::webhook:
      return check_webhook(expect);
    case Kind::members:
      return check_members(expect);
    case Kind::count:
      return check_count(expect);
    case Kind::run:
      return check_run(expect, until);
    case Kind::arm:
    case Kind::winner:
    case Kind::verdict:
      return check_experiment(expect);
    case Kind::campaign_state:
    case Kind::campaign_counts:
    case Kind::campaign_arm:
    case Kind::campaign_winner:
    case Kind::campaign_verdict:
    case Kind::campaign_adds_up:
      return check_campaign(stage_, expect);
    case Kind::recipient:
      return check_recipient(stage_, expect, until, clock_);
    case Kind::counts_add_up: {
      std::vector<std::string> gaps = uncounted(stage_, expect.key);
      const bool met = gaps.empty();
      return {met, std::move(gaps)};
    }
    default:
      return check_contact(expect, find(stage_, *expect.who));
  }
}

Verdict Expectations::check_contact(const Expect& expect, const ContactState* contact) const {
  const std::string name = name_of(*expect.who);
  const auto verdict = [&](bool holds, std::string instead) {
    const bool met = holds != expect.negated;
    return met ? Verdict{true} : Verdict{false, {std::move(instead)}};
  };
  const bool exists = contact != nullptr;
  switch (expect.kind) {
    case Kind::in_segment:
    case Kind::on_list: {
      const bool segment = expect.kind == Kind::in_segment;
      const bool holds = exists && (segment ? is_member(stage_, *contact, expect.key)
                                            : is_on_list(stage_, *contact, expect.key));
      return verdict(holds, fmt::format("{}{} {} {}", holds ? "" : "not ", segment ? "in" : "on",
                                        expect.key, name));
    }
    case Kind::score_at_least:
    case Kind::score_below: {
      const double score = exists ? score_of(stage_, *contact, expect.key) : 0;
      const bool at_least = expect.kind == Kind::score_at_least;
      return verdict(at_least ? score >= expect.number : score < expect.number,
                     fmt::format("score {} of {} is {:.4g}", expect.key, name, score));
    }
    case Kind::grade: {
      if (!exists) return {expect.negated, {nobody(expect)}};
      const std::string grade = grade_of(stage_, *contact, expect.key);
      return verdict(grade == expect.detail,
                     fmt::format("grade {} of {} is {}", expect.key, name, grade));
    }
    case Kind::attribute:
      return check_attribute(expect, contact);
    default:
      return {};
  }
}

Verdict Expectations::check_run(const Expect& expect, std::optional<Timestamp> until) const {
  const ContactState* contact = find(stage_, *expect.who);
  if (contact == nullptr) return {expect.negated, {nobody(expect)}};
  const std::string name = name_of(*expect.who);
  const std::uint32_t journey = stage_.rules().journey(expect.key)->number;
  Verdict verdict{expect.negated};
  for (const journeys::Run& run : contact->runs) {
    if (run.journey != journey) continue;
    const bool active = run.state == journeys::RunState::active;
    const bool fits = active && (expect.detail.empty() || run.step == expect.detail) &&
                      (!until || run.wake == *until) &&
                      (!expect.version || run.version == *expect.version);
    if (fits && !expect.negated) return {true};
    if (fits) verdict.met = false;
    const std::string words =
        active ? fmt::format("run {} in {} at {} until {} of version {}", name, expect.key,
                             run.step, clock_.write(run.wake), run.version)
               : fmt::format("run {} in {} ended at {} because {}", name, expect.key,
                             clock_.write(run.ended_at), to_string(run.state));
    verdict.instead.insert(verdict.instead.begin(), words);
  }
  if (verdict.instead.empty()) {
    verdict.instead.push_back(fmt::format("{} was never in {}", name, expect.key));
  }
  return verdict;
}

Verdict Expectations::check_attribute(const Expect& expect, const ContactState* contact) const {
  if (contact == nullptr) return {expect.negated, {nobody(expect)}};
  bool all = true;
  std::string actual = fmt::format("attribute {}", name_of(*expect.who));
  for (const auto& [path, expected] : expect.values) {
    const Value* value = contact->attributes.find(path);
    const std::size_t dot = path.find('.');
    if (value == nullptr && dot != std::string::npos) {
      const Value* whole = contact->attributes.find(path.substr(0, dot));
      if (whole != nullptr) value = find_path(*whole, path.substr(dot + 1));
    }
    const bool same = value == nullptr ? expected.is_null() : *value == expected;
    all = all && same;
    actual += fmt::format(" {}={}", path, value == nullptr ? "null" : to_json(*value));
  }
  if (all != expect.negated) return {true};
  return {false, {std::move(actual)}};
}

Verdict Expectations::check_members(const Expect& expect) const {
  const std::uint32_t number = stage_.rules().segment(expect.key)->number;
  const std::uint64_t members = stage_.member_count(number);
  if (members == static_cast<std::uint64_t>(expect.number)) return {true};
  std::string actual = fmt::format("members {} {}", expect.key, members);
  std::string_view separator = ": ";
  for (const ContactState* contact : stage_.everybody()) {
    constexpr std::size_t names_max = 200;  // characters, of a line that people read
    if (actual.size() > names_max || !is_member(stage_, *contact, expect.key)) continue;
    actual += fmt::format("{}{}", std::exchange(separator, ", "), name_of(*contact));
  }
  return {false, {std::move(actual)}};
}

Verdict Expectations::check_count(const Expect& expect) const {
  std::int64_t found = 0;
  std::map<std::string, std::int64_t> outcomes;  // over all versions
  for (const Stage::Count& count : stage_.counts("journey", expect.key)) {
    if (count.step != expect.detail || !count.variant.empty()) continue;
    // `skipped` counts every reason, `skipped:unsubscribed` one.
    const bool counts =
        count.outcome == expect.outcome || count.outcome.starts_with(expect.outcome + ":");
    if (counts) found += count.count;
    outcomes[count.outcome] += count.count;
  }
  if (found == static_cast<std::int64_t>(expect.number)) return {true};
  const std::string step = expect.detail.empty() ? "" : expect.detail + " ";
  std::vector<std::string> others;
  for (const auto& [outcome, count] : outcomes) {
    others.push_back(fmt::format("count {} {}{} {}", expect.key, step, outcome, count));
  }
  const std::string actual =
      fmt::format("count {} {}{} {}", expect.key, step, expect.outcome, found);
  std::erase(others, actual);
  others.insert(others.begin(), actual);
  return {false, std::move(others)};
}

Verdict Expectations::check_experiment(const Expect& expect) const {
  const journeys::Step* step = stage_.rules().journey(expect.key)->journey.find(expect.detail);
  const auto* split = step == nullptr ? nullptr : std::get_if<journeys::Split>(&step->action);
  if (split == nullptr || !split->standing) {
    return {false, {fmt::format("{} has no experiment {}", expect.key, expect.detail)}};
  }
  const experiments::Standing& standing = *split->standing;
  if (expect.kind == Kind::arm) return check_arm(expect, standing.version);
  const std::string place = fmt::format("{} {}", expect.key, expect.detail);
  if (expect.kind == Kind::verdict) {
    const std::string verdict =
        standing.look ? std::string(to_string(standing.look->verdict.kind)) : "none";
    return {verdict == expect.outcome, {fmt::format("verdict {} {}", place, verdict)}};
  }
  const std::string winner = standing.winner ? standing.winner->arm : "";
  const bool holds = expect.outcome.empty() ? !winner.empty() : winner == expect.outcome;
  if (holds != expect.negated) return {true};
  return {false,
          {winner.empty() ? fmt::format("not winner {}", place)
                          : fmt::format("winner {} {}", place, winner)}};
}

Verdict Expectations::check_arm(const Expect& expect, int version) const {
  std::int64_t people = 0;
  std::int64_t successes = 0;
  for (const Stage::Count& count : stage_.counts("journey", expect.key)) {
    const bool is_its =
        count.step == expect.detail && count.variant == expect.outcome && count.version >= version;
    if (!is_its) continue;
    if (count.outcome == effects::arm_came) people += count.count;
    if (count.outcome == effects::arm_succeeded) successes += count.count;
  }
  const Value* expected_people = expect.values.find("people");
  const Value* expected_successes = expect.values.find("successes");
  const bool met = (expected_people == nullptr || *expected_people == Value(people)) &&
                   (expected_successes == nullptr || *expected_successes == Value(successes));
  return {met,
          {fmt::format("arm {} {} {} people={} successes={}", expect.key, expect.detail,
                       expect.outcome, people, successes)}};
}

}  // namespace sojourn::simulation

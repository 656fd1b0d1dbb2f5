#include "api/endpoints/contact_scores.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json_fields.h"
#include "domain/effects/decision.h"
#include "domain/scoring/shown.h"

namespace sojourn::api {
namespace {

using reaction::ContactState;
using reaction::Rules;
using reaction::ScoreRuleSet;
using scoring::ScoreState;

/// Lines of the journal that are looked through, newest first, for when a threshold was reached: a
/// contact who has been about for years has some thousands.
constexpr std::size_t lines_max = 5'000;
constexpr std::size_t lines_at_once = 500;

/// When thresholds were reached last, by score and threshold.
using Crossings = std::map<std::pair<std::string, std::string>, Timestamp>;

/// How many thresholds the contact holds.
std::size_t held_thresholds(const ContactState& state, const Rules& rules) {
  std::size_t held = 0;
  for (const ScoreState& each : state.scores) {
    const ScoreRuleSet* rule = rules.score(each.score);
    if (rule == nullptr) continue;
    for (const scoring::Threshold& threshold : rule->score.thresholds) {
      held += static_cast<std::size_t>(
          std::count(each.crossed.begin(), each.crossed.end(), threshold.key));
    }
  }
  return held;
}

Result<Crossings> read_crossings(store::StateReads& view, const ContactState& state,
                                 const Rules& rules) {
  constexpr auto crossed = static_cast<std::uint8_t>(effects::DecisionKind::score_crossed);
  const std::size_t wanted = held_thresholds(state, rules);
  Crossings crossings;
  std::optional<std::uint64_t> before;
  for (std::size_t read = 0; read < lines_max && crossings.size() < wanted;) {
    TRY(records, view.decisions(state.id, before, lines_at_once));
    for (const store::DecisionRecord& record : records) {
      before = record.sequence;
      if (record.kind != crossed) continue;
      TRY(decision, effects::decode_decision(record.payload));
      const ScoreRuleSet* rule = rules.score(std::string_view(decision.key));
      if (rule == nullptr) continue;
      const bool held =
          std::any_of(state.scores.begin(), state.scores.end(), [&](const ScoreState& each) {
            return each.score == rule->number &&
                   std::count(each.crossed.begin(), each.crossed.end(), decision.outcome) > 0;
          });
      if (held) crossings.try_emplace({decision.key, decision.outcome}, decision.at);
    }
    if (records.size() < lines_at_once) break;
    read += records.size();
  }
  return crossings;
}

void write_thresholds(JsonWriter& out, const scoring::Score& score, const ScoreState& state,
                      const Crossings& crossings) {
  out.name("thresholds").begin_list();
  for (const scoring::Threshold& threshold : score.thresholds) {
    const bool reached =
        std::find(state.crossed.begin(), state.crossed.end(), threshold.key) != state.crossed.end();
    const auto crossed = crossings.find({score.key, threshold.key});
    const bool is_known = reached && crossed != crossings.end();
    out.begin_object();
    text_field(out, "name", threshold.key);
    number_field(out, "value", threshold.up);
    number_field(out, "down", threshold.down);
    boolean_field(out, "reached", reached);
    time_or_null_field(out, "since", is_known ? std::optional(crossed->second) : std::nullopt);
    out.end_object();
  }
  out.end_list();
}

/// What a score is made of.
struct Reason {
  std::string_view text;
  double points = 0;
  Timestamp at;
  bool standing = false;
};

std::string_view text_of(const scoring::Score& score, const std::string& rule) {
  for (const scoring::ScoreRule& each : score.rules) {
    if (each.key == rule) return each.reason;
  }
  // A journey says itself why it gives points.
  return rule;
}

/// Largest first.
std::vector<Reason> reasons_of(const scoring::Score& score, const ScoreState& state,
                               Timestamp now) {
  const auto faded = [&](const scoring::ScoreReason& reason) {
    ScoreState alone;
    alone.at = reason.at;
    alone.contributions = {{.rule = {}, .points = reason.points}};
    return scoring::value_at(score, alone, std::max(reason.at, now));
  };
  std::vector<Reason> reasons;
  for (const ScoreState::Standing& part : state.standing) {
    reasons.push_back({text_of(score, part.rule), part.points, part.since, true});
  }
  for (const scoring::ScoreReason& reason : state.reasons) {
    reasons.push_back({text_of(score, reason.rule), faded(reason), reason.at, false});
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const Reason& a, const Reason& b) { return a.points > b.points; });
  return reasons;
}

void write_reasons(JsonWriter& out, const std::vector<Reason>& reasons) {
  out.name("reasons").begin_list();
  for (const Reason& reason : reasons) {
    out.begin_object();
    text_field(out, "text", reason.text);
    number_field(out, "points", reason.points);
    time_field(out, "at", reason.at);
    boolean_field(out, "standing", reason.standing);
    out.end_object();
  }
  out.end_list();
}

void write_history(JsonWriter& out, const ScoreState& state) {
  out.name("history").begin_list();
  for (const scoring::ScoreDay& day : state.history) {
    const Timestamp begin = Timestamp{0} + Duration::days(day.day);
    out.begin_object();
    text_field(out, "day", std::string_view(format_timestamp(begin)).substr(0, 10));
    number_field(out, "value", scoring::shown(day.value));
    out.end_object();
  }
  out.end_list();
}

double value_of(const ContactState& state, const Rules& rules, std::string_view key,
                Timestamp now) {
  const ScoreRuleSet* rule = rules.score(key);
  if (rule == nullptr) return 0;
  for (const ScoreState& each : state.scores) {
    if (each.score == rule->number) {
      return scoring::value_at(rule->score, each, std::max(each.at, now));
    }
  }
  return 0;
}

}  // namespace

Result<void> write_scores(JsonWriter& out, store::StateReads& view, const ContactState& state,
                          const Rules& rules, Timestamp now) {
  TRY(crossings, read_crossings(view, state, rules));
  out.name("scores").begin_list();
  for (const ScoreState& standing : state.scores) {
    const ScoreRuleSet* rule = rules.score(standing.score);
    if (rule == nullptr) continue;
    const scoring::Score& score = rule->score;
    const double value = scoring::value_at(score, standing, std::max(standing.at, now));
    const std::vector<Reason> reasons = reasons_of(score, standing, now);
    double earlier = value;
    for (const Reason& reason : reasons) earlier -= reason.points;
    out.begin_object();
    text_field(out, "key", score.key);
    text_field(out, "name", score.name);
    number_field(out, "value", scoring::shown(value));
    write_thresholds(out, score, standing, crossings);
    write_reasons(out, reasons);
    number_field(out, "earlier", scoring::shown(earlier));
    write_history(out, standing);
    out.end_object();
  }
  out.end_list();
  return {};
}

void write_grades(JsonWriter& out, const ContactState& state, const Rules& rules, Timestamp now) {
  out.name("grades").begin_list();
  for (const reaction::GradeRule& rule : rules.grades()) {
    const scoring::Grade& grade = rule.grade;
    const double fit = value_of(state, rules, grade.fit, now);
    const double engagement = value_of(state, rules, grade.engagement, now);
    out.begin_object();
    text_field(out, "key", grade.key);
    text_field(out, "name", grade.name);
    text_field(out, "grade",
               scoring::band_of(grade.fit_bands, fit) +
                   scoring::band_of(grade.engagement_bands, engagement));
    out.end_object();
  }
  out.end_list();
}

}  // namespace sojourn::api

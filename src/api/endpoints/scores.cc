#include <fmt/format.h>

#include "api/endpoints/building.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/endpoints.h"
#include "api/endpoints/wording.h"
#include "api/json_fields.h"
#include "api/paging.h"
#include "api/problem.h"

namespace sojourn::api::endpoints {
namespace {

using reaction::ScoreRuleSet;

void write_summary(JsonWriter& out, const reaction::Rules& rules, const ScoreRuleSet& rule,
                   const Building& building) {
  const scoring::Score& score = rule.score;
  text_field(out, "key", score.key);
  text_field(out, "name", score.name);
  text_field(out, "summary",
             fmt::format("{} {}, {} {}", score.rules.size(),
                         score.rules.size() == 1 ? "rule" : "rules", score.thresholds.size(),
                         score.thresholds.size() == 1 ? "threshold" : "thresholds"));
  text_or_null_field(out, "halfLife", score.half_life ? in_words(*score.half_life) : "");
  building.write(out, building.of(rules.place_of(rule)));
}

void write_rules(JsonWriter& out, const scoring::Score& score) {
  out.name("rules").begin_list();
  for (const scoring::ScoreRule& rule : score.rules) {
    out.begin_object();
    text_field(out, "text", rule.reason);
    number_field(out, "points", rule.points);
    if (rule.cap) {
      number_field(out, "cap", *rule.cap);
    } else {
      null_field(out, "cap");
    }
    out.end_object();
  }
  out.end_list();
}

/// Contacts above each threshold: those that crossed it less those that fell below again.
Result<void> write_thresholds(JsonWriter& out, store::StateReads& view,
                              const scoring::Score& score) {
  TRY(counters, view.counters("score", score.key));
  out.name("thresholds").begin_list();
  for (const scoring::Threshold& threshold : score.thresholds) {
    std::int64_t above = 0;
    for (const store::Counter& counter : counters) {
      if (counter.key.day != 0) continue;
      if (counter.key.outcome == "crossed:" + threshold.key) above += counter.count;
      if (counter.key.outcome == "left:" + threshold.key) above -= counter.count;
    }
    out.begin_object();
    text_field(out, "name", threshold.key);
    number_field(out, "value", threshold.up);
    count_field(out, "contacts", static_cast<std::uint64_t>(std::max<std::int64_t>(above, 0)));
    out.end_object();
  }
  out.end_list();
  return {};
}

/// The grades that are read off it.
void write_grades(JsonWriter& out, const reaction::Rules& rules, const scoring::Score& score) {
  out.name("grades").begin_list();
  for (const reaction::GradeRule& rule : rules.grades()) {
    const scoring::Grade& grade = rule.grade;
    if (grade.fit != score.key && grade.engagement != score.key) continue;
    write_definition_ref(out, "grade", grade.key, grade.name);
  }
  out.end_list();
}

}  // namespace

Answer list_scores(Context& context, const Call& call) {
  TRY(page, read_page(call.request, "scores"));
  const auto rules = context.runtime.rules();
  const auto by_name = [](const ScoreRuleSet& rule) {
    return rule.score.name + '\n' + rule.score.key;
  };
  const Slice<ScoreRuleSet> found = slice(rules->scores(), page, by_name);
  TRY(view, context.runtime.store().view());
  TRY(building, Building::read(context.runtime, *rules, *view));
  JsonWriter out;
  out.begin_object();
  out.name("items").begin_list();
  for (const ScoreRuleSet* rule : found.items) {
    out.begin_object();
    write_summary(out, *rules, *rule, building);
    out.end_object();
  }
  out.end_list();
  write_next(out, page, found.place);
  return json(out.end_object().take());
}

Answer get_score(Context& context, const Call& call) {
  const std::string& key = call.parameter("key");
  const auto rules = context.runtime.rules();
  const ScoreRuleSet* rule = rules->score(std::string_view(key));
  if (rule == nullptr) return failure(absent_definition(*rules, "score", key));
  TRY(view, context.runtime.store().view());
  TRY(revision, revision_of(*view, "score", key));
  TRY(building, Building::read(context.runtime, *rules, *view));
  JsonWriter out;
  out.begin_object();
  write_summary(out, *rules, *rule, building);
  write_rules(out, rule->score);
  TRY_VOID(write_thresholds(out, *view, rule->score));
  write_grades(out, *rules, rule->score);
  text_field(out, "rev", revision);
  return json(out.end_object().take());
}

}  // namespace sojourn::api::endpoints

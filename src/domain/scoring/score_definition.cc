#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/scoring/score.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::scoring {
namespace {

using definitions::Reader;

Result<void> read_what_earns(Reader& reader, const Value& value, ScoreRule& rule) {
  const Value* when = reader.find("when");
  if ((when != nullptr) == (reader.find("event") != nullptr)) {
    return reader.refuse("missing_member", "event", "or when is required, and not both");
  }
  if (when != nullptr) {
    TRY(condition, segments::read_condition(*when, reader.path_of("when")));
    rule.when = std::move(condition);
    return {};
  }
  TRY(match, facts::read_event_match(value, reader.path()));
  rule.match = std::move(match);
  reader.find("where");
  TRY(cap, reader.optional_number("cap"));
  if (cap && *cap <= 0) {
    return reader.refuse("out_of_range", "cap",
                         fmt::format("is {}, it must be above 0: it bounds the amount, of negative "
                                     "points too",
                                     *cap));
  }
  rule.cap = cap;
  return {};
}

Result<ScoreRule> read_rule(const Value& value, const std::string& path) {
  ScoreRule rule;
  Reader reader(value, path);
  TRY_VOID(read_what_earns(reader, value, rule));
  TRY(key, reader.key("key"));
  rule.key = std::move(key);
  TRY(points, reader.number("points"));
  rule.points = points;
  TRY(reason, reader.optional_text("reason"));
  rule.reason = reason.value_or(rule.match ? segments::describe(*rule.match)
                                           : segments::describe(*rule.when));
  TRY_VOID(reader.finish());
  return rule;
}

Result<Threshold> read_threshold(const Value& value, const std::string& path) {
  Reader reader(value, path);
  Threshold threshold;
  TRY(key, reader.key("key"));
  threshold.key = std::move(key);
  TRY(up, reader.number("up"));
  threshold.up = up;
  TRY(down, reader.optional_number("down"));
  threshold.down = down.value_or(up);
  if (threshold.down > threshold.up) {
    return reader.refuse("out_of_range", "down", "must not be above `up`");
  }
  TRY_VOID(reader.finish());
  return threshold;
}

/// Refuses two items of one key: states are kept by it.
template <typename Item>
Result<void> refuse_repeated_key(const Reader& reader, const std::vector<Item>& items,
                                 std::string_view member) {
  for (std::size_t i = 0; i + 1 < items.size(); ++i) {
    if (items[i].key == items.back().key) {
      return reader.refuse("duplicate_key", member,
                           fmt::format("has the key \"{}\" twice", items[i].key));
    }
  }
  return {};
}

}  // namespace

Result<Score> read_score(const Value& value) {
  Reader reader(value, "");
  reader.find("kind");
  Score score;
  TRY(key, reader.key("key"));
  score.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  score.name = name.value_or(score.key);
  TRY(half_life, reader.optional_duration("half_life"));
  if (half_life && half_life->ms <= 0) {
    return reader.refuse("out_of_range", "half_life", "must be longer than nothing");
  }
  score.half_life = half_life;
  TRY(rules, reader.optional_list("rules"));
  if (rules->size() > score_rules_max) {
    return reader.refuse("too_many", "rules",
                         fmt::format("has more than {} items", score_rules_max));
  }
  for (std::size_t i = 0; i < rules->size(); ++i) {
    TRY(rule, read_rule((*rules)[i], fmt::format("rules[{}]", i)));
    score.rules.push_back(std::move(rule));
    TRY_VOID(refuse_repeated_key(reader, score.rules, "rules"));
  }
  TRY(thresholds, reader.optional_list("thresholds"));
  if (thresholds->size() > thresholds_max) {
    return reader.refuse("too_many", "thresholds",
                         fmt::format("has more than {} items", thresholds_max));
  }
  for (std::size_t i = 0; i < thresholds->size(); ++i) {
    TRY(threshold, read_threshold((*thresholds)[i], fmt::format("thresholds[{}]", i)));
    score.thresholds.push_back(std::move(threshold));
    TRY_VOID(refuse_repeated_key(reader, score.thresholds, "thresholds"));
  }
  TRY_VOID(reader.finish());
  return score;
}

Value write_score(const Score& score) {
  Object object{{"kind", "score"}, {"key", score.key}, {"name", score.name}};
  if (score.half_life) object.set("half_life", format_duration(*score.half_life));
  Value::List rules;
  for (const ScoreRule& rule : score.rules) {
    Object item{{"key", rule.key}};
    if (rule.match) facts::write_event_match(*rule.match, item);
    if (rule.when) item.set("when", segments::write_condition(*rule.when));
    item.set("points", rule.points);
    if (rule.cap) item.set("cap", *rule.cap);
    item.set("reason", rule.reason);
    rules.push_back(std::move(item));
  }
  object.set("rules", std::move(rules));
  Value::List thresholds;
  for (const Threshold& threshold : score.thresholds) {
    thresholds.push_back(
        Object{{"key", threshold.key}, {"up", threshold.up}, {"down", threshold.down}});
  }
  object.set("thresholds", std::move(thresholds));
  return object;
}

}  // namespace sojourn::scoring

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/scoring/score.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::scoring {
namespace {

using definitions::Findings;
using definitions::Reader;

Result<void> read_cap(Reader& reader, ScoreRule& rule) {
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

void read_what_earns(Reader& reader, const Value& value, ScoreRule& rule, Findings& findings) {
  const Value* when = reader.find("when");
  if ((when != nullptr) == (reader.find("event") != nullptr)) {
    // Which members it may have beside depends on this.
    reader.find("where");
    reader.find("cap");
    return findings.add(
        reader.refuse("missing_member", "event", "or when is required, and not both").value());
  }
  if (when != nullptr) {
    rule.when = segments::read_condition(*when, reader.path_of("when"), findings);
    return;
  }
  Result<facts::EventMatch> match = facts::read_event_match(value, reader.path());
  if (findings.take(match)) rule.match = std::move(*match);
  reader.find("where");
  findings.take(read_cap(reader, rule));
}

ScoreRule read_rule(const Value& value, const std::string& path, Findings& findings) {
  ScoreRule rule;
  Reader reader(value, path);
  // What is no object says nothing else.
  if (value.as_object() == nullptr) {
    reader.finish(findings);
    return rule;
  }
  read_what_earns(reader, value, rule, findings);
  Result<std::string> key = reader.key("key");
  if (findings.take(key)) rule.key = std::move(*key);
  const Result<double> points = reader.number("points");
  if (findings.take(points)) rule.points = *points;
  Result<std::optional<std::string>> reason = reader.optional_text("reason");
  if (findings.take(reason)) {
    rule.reason = *reason      ? std::move(**reason)
                  : rule.match ? segments::describe(*rule.match)
                  : rule.when  ? segments::describe(*rule.when)
                               : std::string();
  }
  reader.finish(findings);
  return rule;
}

Result<void> check_levels(const Reader& reader, const Threshold& threshold) {
  if (threshold.down <= threshold.up) return {};
  return reader.refuse("out_of_range", "down",
                       fmt::format("must not be above `up`, which is {}", threshold.up));
}

Threshold read_threshold(const Value& value, const std::string& path, Findings& findings) {
  Reader reader(value, path);
  Threshold threshold;
  if (value.as_object() == nullptr) {
    reader.finish(findings);
    return threshold;
  }
  Result<std::string> key = reader.key("key");
  if (findings.take(key)) threshold.key = std::move(*key);
  const Result<double> up = reader.number("up");
  const Result<std::optional<double>> down = reader.optional_number("down");
  if (findings.take(up)) threshold.up = *up;
  if (findings.take(down)) threshold.down = down->value_or(threshold.up);
  if (up && down) findings.take(check_levels(reader, threshold));
  reader.finish(findings);
  return threshold;
}

/// Refuses two items of one key: states are kept by it.
template <typename Item>
Result<void> refuse_repeated_key(const Reader& reader, const std::vector<Item>& items,
                                 std::string_view member) {
  const std::string& key = items.back().key;
  for (std::size_t i = 0; i + 1 < items.size(); ++i) {
    // One that could not be read is empty.
    if (key.empty() || items[i].key != key) continue;
    return reader.refuse("duplicate_key", fmt::format("{}[{}]", member, items.size() - 1),
                         fmt::format("has the key \"{}\", as {}[{}] has", key, member, i));
  }
  return {};
}

/// Each item of a list on its own.
template <typename Item>
void read_items(Reader& reader, std::string_view member, std::size_t items_max,
                Item (*read_item)(const Value&, const std::string&, Findings&),
                std::vector<Item>& to, Findings& findings) {
  const Result<const Value::List*> items = reader.optional_list(member);
  if (!findings.take(items)) return;
  if ((*items)->size() > items_max) {
    return findings.add(
        reader
            .refuse("too_many", member,
                    fmt::format("has {} items, the limit is {}", (*items)->size(), items_max),
                    std::to_string(items_max))
            .value());
  }
  for (std::size_t i = 0; i < (*items)->size(); ++i) {
    to.push_back(read_item((**items)[i], fmt::format("{}[{}]", member, i), findings));
    findings.take(refuse_repeated_key(reader, to, member));
  }
}

Result<void> read_half_life(Reader& reader, Score& score) {
  TRY(half_life, reader.optional_duration("half_life"));
  if (half_life && half_life->ms <= 0) {
    return reader.refuse("out_of_range", "half_life", "must be longer than nothing");
  }
  score.half_life = half_life;
  return {};
}

}  // namespace

Score read_score(const Value& value, Findings& findings) {
  Reader reader(value, "");
  reader.find("kind");
  Score score;
  Result<std::string> key = reader.key("key");
  if (findings.take(key)) score.key = std::move(*key);
  Result<std::optional<std::string>> name = reader.optional_text("name");
  if (findings.take(name)) score.name = name->value_or(score.key);
  findings.take(read_half_life(reader, score));
  read_items(reader, "rules", score_rules_max, read_rule, score.rules, findings);
  read_items(reader, "thresholds", thresholds_max, read_threshold, score.thresholds, findings);
  reader.finish(findings);
  return score;
}

Result<Score> read_score(const Value& value) {
  Findings findings;
  Score score = read_score(value, findings);
  if (!findings.none()) return failure(findings.all().front());
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

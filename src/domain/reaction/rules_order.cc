// Rules by what they ask of each other.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "domain/reaction/defined_names.h"
#include "domain/reaction/rules_compiler.h"

namespace sojourn::reaction {
namespace {}  // namespace

void Rules::Compiler::index_keys() {
  for (std::size_t i = 0; i < rules_.segments_.size(); ++i) {
    rules_.segment_keys_[rules_.segments_[i].segment.key] = i;
    rules_.segment_numbers_[rules_.segments_[i].number] = i;
  }
  for (std::size_t i = 0; i < rules_.lists_.size(); ++i) {
    rules_.list_keys_[rules_.lists_[i].list.key] = i;
    rules_.list_numbers_[rules_.lists_[i].number] = i;
  }
  for (std::size_t i = 0; i < rules_.scores_.size(); ++i) {
    rules_.score_keys_[rules_.scores_[i].score.key] = i;
    rules_.score_numbers_[rules_.scores_[i].number] = i;
  }
  for (std::size_t i = 0; i < rules_.grades_.size(); ++i) {
    rules_.grade_keys_[rules_.grades_[i].grade.key] = i;
  }
  for (std::size_t i = 0; i < rules_.journeys_.size(); ++i) {
    rules_.journey_keys_[rules_.journeys_[i].journey.key] = i;
    rules_.journey_numbers_[rules_.journeys_[i].number] = i;
  }
  for (std::size_t i = 0; i < rules_.templates_.size(); ++i) {
    rules_.template_keys_[rules_.templates_[i].key] = i;
  }
  for (std::size_t i = 0; i < rules_.campaigns_.size(); ++i) {
    rules_.campaign_keys_[rules_.campaigns_[i].campaign.key] = i;
  }
  for (std::size_t i = 0; i < rules_.forms_.size(); ++i) {
    rules_.form_keys_[rules_.forms_[i].form.key] = i;
  }
}

void Rules::Compiler::bind_all() {
  rules_.zone_ = find_zone(rules_.policies_.time_zone).value_or(absl::UTCTimeZone());
  const DefinedNames names(rules_);
  const auto bind = [&](segments::Condition& condition) {
    segments::bind(condition, rules_.zone_, names);
  };
  for (SegmentRule& rule : rules_.segments_) bind(rule.segment.condition);
  for (ScoreRuleSet& rule : rules_.scores_) {
    for (scoring::ScoreRule& each : rule.score.rules) {
      if (each.when) bind(*each.when);
    }
  }
  for (std::vector<JourneyRule>* all : {&rules_.journeys_, &rules_.superseded_journeys_}) {
    for (JourneyRule& rule : *all) journeys::bind(rule.journey, rules_.zone_, names);
  }
}

std::vector<segments::Reads> Rules::Compiler::read_all() {
  std::vector<segments::Reads> all;
  for (const SegmentRule& rule : rules_.segments_) {
    segments::Reads& reads = all.emplace_back();
    check_condition(rule.segment.condition, "segment", rule.segment.key, "where", reads);
  }
  for (const ScoreRuleSet& rule : rules_.scores_) {
    segments::Reads& reads = all.emplace_back();
    for (const scoring::ScoreRule& each : rule.score.rules) {
      if (each.when) check_condition(*each.when, "score", rule.score.key, "rules", reads);
    }
  }
  return all;
}

std::optional<std::size_t> Rules::Compiler::node_of(const Keys& keys, std::string_view key,
                                                    std::size_t offset) const {
  const auto found = keys.find(key);
  return found == keys.end() ? std::nullopt : std::optional(found->second + offset);
}

std::vector<std::size_t> Rules::Compiler::sources_of(const segments::Reads& reads) const {
  const std::size_t first_score = rules_.segments_.size();
  std::vector<std::size_t> sources;
  const auto add = [&](std::optional<std::size_t> node) {
    if (node) add_once(sources, *node);
  };
  for (const std::string& key : reads.segments) add(node_of(rules_.segment_keys_, key, 0));
  for (const std::string& key : reads.scores) add(node_of(rules_.score_keys_, key, first_score));
  for (const std::string& key : reads.grades) {
    const GradeRule* rule = rules_.grade(key);
    if (rule == nullptr) continue;
    add(node_of(rules_.score_keys_, rule->grade.fit, first_score));
    add(node_of(rules_.score_keys_, rule->grade.engagement, first_score));
  }
  return sources;
}

void Rules::Compiler::order_rules(const std::vector<segments::Reads>& reads) {
  const std::size_t count = reads.size();
  std::vector<std::vector<std::size_t>> readers(count);
  std::vector<std::size_t> missing(count);
  for (std::size_t node = 0; node < count; ++node) {
    const std::vector<std::size_t> sources = sources_of(reads[node]);
    missing[node] = sources.size();
    for (const std::size_t source : sources) readers[source].push_back(node);
  }
  std::set<std::size_t> ready;
  for (std::size_t node = 0; node < count; ++node) {
    if (missing[node] == 0) ready.insert(node);
  }
  std::vector<Place> places(count);
  while (!ready.empty()) {
    const std::size_t node = ready.extract(ready.begin()).value();
    places[node] = rules_.order_.size();
    rules_.order_.push_back(ordered(node));
    for (const std::size_t reader : readers[node]) {
      if (--missing[reader] == 0) ready.insert(reader);
    }
  }
  if (rules_.order_.size() < count) return report_cycle(missing);
  const auto first_score = static_cast<std::ptrdiff_t>(rules_.segments_.size());
  rules_.segment_places_.assign(places.begin(), places.begin() + first_score);
  rules_.score_places_.assign(places.begin() + first_score, places.end());
  for (std::size_t node = 0; node < count; ++node) {
    std::vector<Place>& its_readers = readers_of(node);
    for (const std::size_t reader : readers[node]) its_readers.push_back(places[reader]);
    index_reads(places[node], reads[node]);
  }
}

OrderedRule Rules::Compiler::ordered(std::size_t node) const {
  const std::size_t first_score = rules_.segments_.size();
  if (node < first_score) return {OrderedRule::Kind::segment, node};
  return {OrderedRule::Kind::score, node - first_score};
}

std::vector<Place>& Rules::Compiler::readers_of(std::size_t node) {
  const OrderedRule rule = ordered(node);
  const bool is_segment = rule.kind == OrderedRule::Kind::segment;
  return is_segment ? rules_.segments_[rule.index].readers : rules_.scores_[rule.index].readers;
}

void Rules::Compiler::report_cycle(const std::vector<std::size_t>& missing) {
  const auto stuck = static_cast<std::size_t>(
      std::find_if(missing.begin(), missing.end(), [](std::size_t count) { return count > 0; }) -
      missing.begin());
  const OrderedRule rule = ordered(stuck);
  const bool is_segment = rule.kind == OrderedRule::Kind::segment;
  const std::string& key =
      is_segment ? rules_.segments_[rule.index].segment.key : rules_.scores_[rule.index].score.key;
  const std::string kind = is_segment ? "segment" : "score";
  report_at(kind, key, is_segment ? "where" : "rules", "cycle",
            fmt::format("{} \"{}\" asks, through others, for its own answer", kind, key));
}

}  // namespace sojourn::reaction

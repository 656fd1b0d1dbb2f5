#include "domain/reaction/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "domain/definitions/reader.h"
#include "domain/definitions/yaml.h"
#include "domain/segments/evaluate.h"

namespace sojourn::reaction {
namespace {

using definitions::Reader;
using definitions::YamlDocument;

const std::vector<std::size_t> no_indices;

template <typename Map, typename Key>
const std::vector<std::size_t>& indices_of(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? no_indices : found->second;
}

template <typename Map, typename Key, typename Item>
const Item* item_of(const Map& map, const Key& key, const std::vector<Item>& items) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &items[found->second];
}

void add_once(std::vector<std::size_t>& indices, std::size_t index) {
  if (std::find(indices.begin(), indices.end(), index) == indices.end()) indices.push_back(index);
}

/// A contact of whom nothing is known.
class EmptyView final : public segments::ConditionView {
 public:
  const Value* attribute(std::string_view) const override { return nullptr; }
  const facts::FactState* fact(const facts::FactId&) const override { return nullptr; }
  bool in_segment(std::string_view) const override { return false; }
  segments::ScoreReading score(std::string_view, double) const override { return {}; }
  bool crossed(std::string_view, std::string_view) const override { return false; }
};

Result<templates::EmailTemplate> read_email_template(Reader& reader) {
  templates::EmailTemplate source;
  TRY(subject, reader.text("subject"));
  source.subject = std::move(subject);
  TRY(preheader, reader.optional_text("preheader"));
  source.preheader = preheader.value_or("");
  TRY(html, reader.text("html"));
  source.html = std::move(html);
  TRY(text, reader.optional_text("text"));
  source.text = std::move(text);
  return source;
}

}  // namespace

Result<DefinitionName> read_definition_name(std::string_view text) {
  TRY(document, definitions::parse_yaml(text));
  Reader reader(document.value, "");
  TRY_VOID(reader.choice("kind", {"segment", "score", "journey", "template", "workspace"}));
  TRY(kind, reader.text("kind"));
  TRY(key, reader.key("key"));
  return DefinitionName{std::move(kind), std::move(key)};
}

/// Works in three passes: read every definition, index what each reads, check what they refer to.
class Rules::Compiler {
 public:
  Compiled compile(const std::vector<DefinitionSource>& sources, const std::string& time_zone) {
    rules_.policies_.time_zone = time_zone;
    for (const DefinitionSource& source : sources) read(source);
    sort_segments();
    index_keys();
    for (std::size_t i = 0; i < rules_.segments_.size(); ++i) index_segment(i);
    for (std::size_t i = 0; i < rules_.scores_.size(); ++i) index_score(i);
    for (std::size_t i = 0; i < rules_.journeys_.size(); ++i) index_journey(i);
    return {std::make_shared<const Rules>(std::move(rules_)), std::move(problems_)};
  }

 private:
  // Where the definition of a kind and key was written, for problems found after reading.
  struct Origin {
    std::string path;
    YamlDocument document;
  };

  void report(std::string_view path, int line, std::string code, std::string message) {
    problems_.push_back({std::string(path), line, std::move(code), std::move(message)});
  }

  void report_at(const std::string& kind, const std::string& key, std::string_view member,
                 std::string code, std::string message) {
    const Origin& origin = origins_.at(kind + "/" + key);
    report(origin.path, origin.document.line_of(member), std::move(code), std::move(message));
  }

  void read(const DefinitionSource& source) {
    Result<YamlDocument> document = definitions::parse_yaml(source.text);
    if (!document) {
      const std::string& line = document.error().value;
      const bool numbered = document.error().code == "malformed_yaml" && !line.empty();
      return report(source.path, numbered ? std::stoi(line) : 0, document.error().code,
                    document.error().message);
    }
    Result<DefinitionName> name = read_definition_name(source.text);
    Result<void> done = name ? read_kind(source, *name, document->value)
                             : Result<void>(tl::unexpected(name.error()));
    if (!done) {
      return report(source.path, document->line_of(done.error().field), done.error().code,
                    done.error().message);
    }
    const std::string place = name->kind + "/" + name->key;
    if (!origins_.try_emplace(place, Origin{source.path, std::move(*document)}).second) {
      report(source.path, 0, "duplicate_key",
             fmt::format("{} \"{}\" is defined twice, also in {}", name->kind, name->key,
                         origins_.at(place).path));
    }
  }

  Result<void> read_kind(const DefinitionSource& source, const DefinitionName& name,
                         const Value& value) {
    if (name.kind == "workspace") {
      TRY(policies, policies::read_policies(value));
      if (!workspace_path_.empty()) {
        return failure("second_workspace",
                       fmt::format("there is one workspace, and {} defines it", workspace_path_));
      }
      workspace_path_ = source.path;
      if (value.as_object()->find("timezone") == nullptr) {
        policies.time_zone = rules_.policies_.time_zone;
      }
      rules_.policies_ = std::move(policies);
    } else if (name.kind == "segment") {
      TRY(segment, segments::read_segment(value));
      rules_.segments_.push_back({.number = source.number,
                                  .version = source.version,
                                  .segment = std::move(segment),
                                  .segments = {},
                                  .journeys = {}});
    } else if (name.kind == "score") {
      TRY(score, scoring::read_score(value));
      rules_.scores_.push_back({.number = source.number,
                                .version = source.version,
                                .score = std::move(score),
                                .segments = {},
                                .journeys = {}});
    } else if (name.kind == "journey") {
      TRY(journey, journeys::read_journey(value));
      journey.version = source.version;
      rules_.journeys_.push_back({.number = source.number, .journey = std::move(journey)});
    } else {
      return read_template(source, name, value);
    }
    return {};
  }

  Result<void> read_template(const DefinitionSource& source, const DefinitionName& name,
                             const Value& value) {
    Reader reader(value, "");
    reader.find("kind");
    reader.find("key");
    TRY(title, reader.optional_text("name"));
    TRY(email, read_email_template(reader));
    TRY_VOID(reader.finish());
    TRY(compiled, templates::CompiledEmail::compile(email));
    rules_.templates_.push_back({.number = source.number,
                                 .version = source.version,
                                 .key = name.key,
                                 .name = title.value_or(name.key),
                                 .email = std::move(compiled)});
    return {};
  }

  /// Kahn's algorithm; what is left stands in a cycle.
  void sort_segments() {
    std::vector<SegmentRule> waiting = std::move(rules_.segments_);
    std::vector<SegmentRule> sorted;
    StringMap<bool> done;
    StringMap<bool> defined;
    for (const SegmentRule& rule : waiting) defined[rule.segment.key] = true;
    while (!waiting.empty()) {
      const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const SegmentRule& rule) {
        segments::Reads reads;
        segments::collect_reads(rule.segment.condition, reads);
        return std::all_of(reads.segments.begin(), reads.segments.end(), [&](const auto& key) {
          return done.contains(key) || !defined.contains(key);
        });
      });
      if (ready == waiting.end()) {
        report_at("segment", waiting.front().segment.key, "where", "cycle",
                  fmt::format("segment \"{}\" asks, through others, whether it holds itself",
                              waiting.front().segment.key));
        return;
      }
      done[ready->segment.key] = true;
      sorted.push_back(std::move(*ready));
      waiting.erase(ready);
    }
    rules_.segments_ = std::move(sorted);
  }

  void index_keys() {
    for (std::size_t i = 0; i < rules_.segments_.size(); ++i) {
      rules_.segment_keys_[rules_.segments_[i].segment.key] = i;
      rules_.segment_numbers_[rules_.segments_[i].number] = i;
    }
    for (std::size_t i = 0; i < rules_.scores_.size(); ++i) {
      rules_.score_keys_[rules_.scores_[i].score.key] = i;
      rules_.score_numbers_[rules_.scores_[i].number] = i;
    }
    for (std::size_t i = 0; i < rules_.journeys_.size(); ++i) {
      rules_.journey_keys_[rules_.journeys_[i].journey.key] = i;
      rules_.journey_numbers_[rules_.journeys_[i].number] = i;
    }
    for (std::size_t i = 0; i < rules_.templates_.size(); ++i) {
      rules_.template_keys_[rules_.templates_[i].key] = i;
    }
  }

  std::size_t fact_index(const facts::FactDefinition& definition) {
    const facts::FactId id = facts::fact_id(definition.match);
    const auto [place, fresh] = rules_.fact_ids_.try_emplace(id, rules_.facts_.size());
    if (fresh) {
      rules_.facts_.push_back({id, definition, {}});
      rules_.facts_by_event_[definition.match.event].push_back(place->second);
    }
    FactRule& fact = rules_.facts_[place->second];
    fact.definition.keep = std::max(fact.definition.keep, definition.keep);
    return place->second;
  }

  [[nodiscard]] bool has_threshold(std::string_view score, std::string_view threshold) const {
    const auto found = rules_.score_keys_.find(score);
    if (found == rules_.score_keys_.end()) return false;
    const std::vector<scoring::Threshold>& all = rules_.scores_[found->second].score.thresholds;
    return std::any_of(all.begin(), all.end(),
                       [&](const scoring::Threshold& each) { return each.key == threshold; });
  }

  /// Registers the facts of a condition and checks what it refers to.
  segments::Reads check_condition(const segments::Condition& condition, const std::string& kind,
                                  const std::string& key, std::string_view member) {
    segments::Reads reads;
    segments::collect_reads(condition, reads);
    for (const facts::FactDefinition& fact : reads.facts) fact_index(fact);
    for (const std::string& segment : reads.segments) {
      if (rules_.segment_keys_.contains(segment)) continue;
      report_at(kind, key, member, "unknown_segment",
                fmt::format("there is no segment \"{}\"", segment));
    }
    for (const std::string& score : reads.scores) {
      if (rules_.score_keys_.contains(score)) continue;
      report_at(kind, key, member, "unknown_score", fmt::format("there is no score \"{}\"", score));
    }
    for (const segments::Reads::Threshold& each : reads.thresholds) {
      const bool reported = !rules_.score_keys_.contains(each.score);
      if (reported || has_threshold(each.score, each.threshold)) continue;
      report_at(kind, key, member, "unknown_score",
                fmt::format("score \"{}\" has no threshold \"{}\"", each.score, each.threshold));
    }
    return reads;
  }

  void index_segment(std::size_t index) {
    const segments::Segment& segment = rules_.segments_[index].segment;
    const segments::Reads reads =
        check_condition(segment.condition, "segment", segment.key, "where");
    for (const facts::FactDefinition& fact : reads.facts) {
      add_once(rules_.facts_[fact_index(fact)].segments, index);
    }
    for (const std::string& attribute : reads.attributes) {
      add_once(rules_.segments_by_attribute_[attribute], index);
    }
    for (const std::string& key : reads.segments) {
      const auto found = rules_.segment_keys_.find(key);
      if (found != rules_.segment_keys_.end()) {
        add_once(rules_.segments_[found->second].segments, index);
      }
    }
    for (const std::string& key : reads.scores) {
      const auto found = rules_.score_keys_.find(key);
      if (found != rules_.score_keys_.end())
        add_once(rules_.scores_[found->second].segments, index);
    }
    const segments::Verdict verdict =
        segments::evaluate(segment.condition, EmptyView(), Timestamp{0});
    if (verdict.value) rules_.initial_.push_back(index);
  }

  void index_score(std::size_t index) {
    const scoring::Score& score = rules_.scores_[index].score;
    for (std::size_t rule = 0; rule < score.rules.size(); ++rule) {
      rules_.score_rules_by_event_[score.rules[rule].match.event].push_back({index, rule});
    }
  }

  void index_journey(std::size_t index) {
    const journeys::Journey& journey = rules_.journeys_[index].journey;
    std::visit([&](const auto& trigger) { index_trigger(index, journey, trigger); },
               journey.trigger);
    if (journey.exit_when) {
      check_condition(*journey.exit_when, "journey", journey.key, "exit_when");
    }
    for (const journeys::Step& step : journey.steps) check_step(journey, step);
  }

  void index_trigger(std::size_t index, const journeys::Journey&,
                     const journeys::EventTrigger& trigger) {
    fact_index({.match = trigger.did.match, .keep = trigger.did.within ? trigger.did.times : 0});
    rules_.journeys_by_event_[trigger.did.match.event].push_back(index);
  }

  void index_trigger(std::size_t index, const journeys::Journey& journey,
                     const journeys::SegmentTrigger& trigger) {
    const auto found = rules_.segment_keys_.find(trigger.segment);
    if (found == rules_.segment_keys_.end()) {
      return report_at("journey", journey.key, "trigger", "unknown_segment",
                       fmt::format("there is no segment \"{}\"", trigger.segment));
    }
    rules_.segments_[found->second].journeys.push_back(index);
  }

  void index_trigger(std::size_t index, const journeys::Journey& journey,
                     const journeys::ScoreTrigger& trigger) {
    if (!has_threshold(trigger.score, trigger.threshold)) {
      return report_at("journey", journey.key, "trigger", "unknown_score",
                       fmt::format("there is no score \"{}\" with a threshold \"{}\"",
                                   trigger.score, trigger.threshold));
    }
    rules_.scores_[rules_.score_keys_.find(trigger.score)->second].journeys.push_back(index);
  }

  void index_trigger(std::size_t, const journeys::Journey&, const journeys::EntryTrigger&) {}

  void check_step(const journeys::Journey& journey, const journeys::Step& step) {
    const auto report_step = [&](std::string code, std::string message) {
      report_at("journey", journey.key, "steps", std::move(code),
                fmt::format("step \"{}\": {}", step.id, message));
    };
    if (const auto* send = std::get_if<journeys::Send>(&step.action)) {
      if (!rules_.template_keys_.contains(send->template_key)) {
        report_step("unknown_template",
                    fmt::format("there is no template \"{}\"", send->template_key));
      }
    }
    if (const auto* entry = std::get_if<journeys::EnterJourney>(&step.action)) {
      if (!rules_.journey_keys_.contains(entry->journey)) {
        report_step("unknown_journey", fmt::format("there is no journey \"{}\"", entry->journey));
      }
    }
    if (const auto* wait = std::get_if<journeys::WaitFor>(&step.action)) {
      const journeys::Step* sent = wait->clicked.empty() ? &step : journey.find(wait->clicked);
      const bool is_send =
          sent != nullptr &&
          (wait->clicked.empty() || std::holds_alternative<journeys::Send>(sent->action));
      if (!is_send) {
        report_step("unknown_step", fmt::format("there is no send step \"{}\"", wait->clicked));
      }
    }
    if (const auto* branch = std::get_if<journeys::Branch>(&step.action)) {
      for (const journeys::Branch::Arm& arm : branch->arms) {
        check_condition(arm.when, "journey", journey.key, "steps");
      }
    }
    if (const auto* notify = std::get_if<journeys::NotifyUser>(&step.action)) {
      const auto compiled = templates::LiquidTemplate::compile(notify->text);
      if (!compiled) report_step(compiled.error().code, compiled.error().message);
    }
  }

  Rules rules_;
  std::vector<Problem> problems_;
  StringMap<Origin> origins_;
  std::string workspace_path_;  ///< empty: no definition of the workspace was read yet
};

Rules::Compiled Rules::compile(const std::vector<DefinitionSource>& sources,
                               const std::string& time_zone) {
  return Compiler().compile(sources, time_zone);
}

const SegmentRule* Rules::segment(std::string_view key) const {
  return item_of(segment_keys_, key, segments_);
}
const SegmentRule* Rules::segment(std::uint32_t number) const {
  return item_of(segment_numbers_, number, segments_);
}
const ScoreRuleSet* Rules::score(std::string_view key) const {
  return item_of(score_keys_, key, scores_);
}
const ScoreRuleSet* Rules::score(std::uint32_t number) const {
  return item_of(score_numbers_, number, scores_);
}
const JourneyRule* Rules::journey(std::string_view key) const {
  return item_of(journey_keys_, key, journeys_);
}
const JourneyRule* Rules::journey(std::uint32_t number) const {
  return item_of(journey_numbers_, number, journeys_);
}
const TemplateRule* Rules::template_of(std::string_view key) const {
  return item_of(template_keys_, key, templates_);
}
const FactRule* Rules::fact(const facts::FactId& id) const {
  return item_of(fact_ids_, id, facts_);
}

const std::vector<std::size_t>& Rules::facts_of(std::string_view event) const {
  return indices_of(facts_by_event_, event);
}
const std::vector<std::size_t>& Rules::journeys_of(std::string_view event) const {
  return indices_of(journeys_by_event_, event);
}
const std::vector<std::size_t>& Rules::segments_of_attribute(std::string_view name) const {
  return indices_of(segments_by_attribute_, name);
}
const std::vector<ScoreRuleRef>& Rules::score_rules_of(std::string_view event) const {
  static const std::vector<ScoreRuleRef> none;
  const auto found = score_rules_by_event_.find(event);
  return found == score_rules_by_event_.end() ? none : found->second;
}

}  // namespace sojourn::reaction

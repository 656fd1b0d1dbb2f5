// From the text of all definitions to rules that are indexed by what they read.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "base/text.h"
#include "domain/contacts/attributes.h"
#include "domain/definitions/reader.h"
#include "domain/definitions/yaml.h"
#include "domain/journeys/validate.h"
#include "domain/reaction/bind_condition.h"
#include "domain/reaction/grade_names.h"
#include "domain/reaction/journey_loops.h"
#include "domain/reaction/render.h"
#include "domain/reaction/rules.h"
#include "domain/reaction/set_aside.h"
#include "domain/segments/evaluate.h"
#include "domain/templates/blocks/document_json.h"
#include "domain/templates/template_definition.h"

namespace sojourn::reaction {
namespace {

using definitions::Findings;
using definitions::YamlDocument;

void add_once(std::vector<std::size_t>& indices, std::size_t index) {
  if (std::find(indices.begin(), indices.end(), index) == indices.end()) indices.push_back(index);
}

/// Adds the questions of `more` to `all`.
void append(segments::Reads& all, segments::Reads more) {
  const auto take = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  take(all.attributes, more.attributes);
  take(all.facts, more.facts);
  take(all.segments, more.segments);
  take(all.lists, more.lists);
  take(all.scores, more.scores);
  take(all.grades, more.grades);
  take(all.thresholds, more.thresholds);
  all.consent = all.consent || more.consent;
  all.zone = all.zone || more.zone;
}

/// Segments and lists by key, else by the one name that fits in any case.
class DefinedNames final : public segments::Names {
 public:
  explicit DefinedNames(const Rules& rules) {
    for (const SegmentRule& rule : rules.segments()) {
      segments_.add(rule.segment.key, rule.segment.name);
    }
    for (const ListRule& rule : rules.lists()) lists_.add(rule.list.key, rule.list.name);
  }

  std::optional<std::string> segment(std::string_view reference) const override {
    return segments_.find(reference);
  }
  std::optional<std::string> list(std::string_view reference) const override {
    return lists_.find(reference);
  }

 private:
  struct Directory {
    StringMap<std::string> keys;   ///< key to itself
    StringMap<std::string> names;  ///< lower-case name to key; empty where two have it

    void add(const std::string& key, const std::string& name) {
      keys[key] = key;
      const auto [place, fresh] = names.try_emplace(to_lower_ascii(name), key);
      if (!fresh) place->second.clear();
    }
    [[nodiscard]] std::optional<std::string> find(std::string_view reference) const {
      if (const auto found = keys.find(reference); found != keys.end()) return found->second;
      const auto found = names.find(to_lower_ascii(reference));
      if (found == names.end() || found->second.empty()) return std::nullopt;
      return found->second;
    }
  };
  Directory segments_, lists_;
};

/// Depends on who is asked, not only on what is known of them; or on other definitions, as a grade
/// does, which everybody has.
bool depends_on_contact(const segments::Condition& condition) {
  if (std::holds_alternative<segments::GradeIs>(condition.node)) return true;
  if (std::holds_alternative<segments::RandomShare>(condition.node)) return true;
  const auto any = [](const std::vector<segments::Condition>& parts) {
    return std::any_of(parts.begin(), parts.end(), depends_on_contact);
  };
  if (const auto* all = std::get_if<segments::AllOf>(&condition.node)) return any(all->parts);
  if (const auto* some = std::get_if<segments::AnyOf>(&condition.node)) return any(some->parts);
  const auto* negation = std::get_if<segments::Not>(&condition.node);
  return negation != nullptr && any(negation->part);
}

}  // namespace

/// Works in passes: read every definition, compile templates, index what each rule reads, check
/// what they refer to.
class Rules::Compiler {
 public:
  /// `set_aside`: what has been left out of the sources; it outlives the compiler.
  Compiler(const FactGenerations& generations, const std::vector<SetAside>& set_aside)
      : generations_(generations), set_aside_(set_aside) {}

  Compiled compile(const std::vector<DefinitionSource>& sources, const std::string& time_zone) {
    rules_.generation_ = generations_.present;
    rules_.policies_.time_zone = time_zone;
    rules_.set_aside_ = set_aside_;
    for (const DefinitionSource& source : sources) read(source);
    for (PendingTemplate& each : pending_templates_) compile_template(each);
    index_keys();
    take_topics();
    bind_all();
    const std::vector<segments::Reads> reads = read_all();
    order_rules(reads);
    for (const GradeRule& rule : rules_.grades_) check_grade(rule.grade);
    for (const TemplateRule& rule : rules_.templates_) {
      // Under the key of its first language.
      const bool is_first = rule.key.find('/') == std::string::npos;
      if (is_first && !rule.topic.empty()) need_topic("template", rule.key, "topic", rule.topic);
    }
    for (const FormRule& rule : rules_.forms_) check_form(rule.form);
    for (std::size_t i = 0; i < rules_.scores_.size(); ++i) index_score(i);
    for (std::size_t i = 0; i < rules_.journeys_.size(); ++i) index_triggers(i);
    for (const JourneyRule& rule : rules_.journeys_) check_journey(rule.journey);
    for (CampaignRule& rule : rules_.campaigns_) check_campaign(rule);
    for (const JourneyRule& rule : rules_.superseded_journeys_) {
      superseded_version_ = rule.journey.version;
      check_journey(rule.journey);
      superseded_version_.reset();
    }
    // A step that could not be read may be the wait.
    const std::vector<JourneyLoop> loops =
        damaged_.empty() ? find_loops(rules_) : std::vector<JourneyLoop>();
    for (const JourneyLoop& loop : loops) {
      report_step(rules_.journeys_[loop.journey].journey, loop.step, "loop_without_wait",
                  loop.message);
    }
    return {std::make_shared<const Rules>(std::move(rules_)), std::move(problems_)};
  }

 private:
  // Where the definition of a kind and key was written, for problems found after reading.
  struct Origin {
    std::string path;
    YamlDocument document;
    std::uint32_t number = 0;
    int version = 0;
  };

  void report(const DefinitionSource& source, int line, std::string code, std::string message) {
    problems_.push_back(
        {source.path, line, std::move(code), std::move(message), source.number, source.version});
  }

  /// Problems of an earlier version are reported where the present one stands.
  void report(const Origin& origin, int line, std::string code, std::string message) {
    problems_.push_back({origin.path, line, std::move(code), std::move(message), origin.number,
                         superseded_version_.value_or(origin.version)});
  }

  void report_at(const std::string& kind, const std::string& key, std::string_view member,
                 std::string code, std::string message) {
    const Origin& origin = origins_.at(kind + "/" + key);
    report(origin, origin.document.line_of(member), std::move(code), std::move(message));
  }

  /// Nothing in force has this key.
  [[nodiscard]] Error absent(std::string_view kind, std::string_view key) const {
    const bool is_aside =
        std::any_of(set_aside_.begin(), set_aside_.end(), [&](const SetAside& each) {
          return !each.superseded && each.kind == kind && each.key == key;
        });
    if (is_aside) {
      return {.code = "reads_set_aside",
              .message = fmt::format("{} \"{}\" is set aside", kind, key)};
    }
    return {.code = fmt::format("unknown_{}", kind),
            .message = fmt::format("there is no {} \"{}\"", kind, key)};
  }
  void report_absent(const std::string& kind, const std::string& key, std::string_view member,
                     std::string_view absent_kind, std::string_view absent_key) {
    Error error = absent(absent_kind, absent_key);
    report_at(kind, key, member, std::move(error.code), std::move(error.message));
  }

  void read(const DefinitionSource& source) {
    Result<YamlDocument> document = definitions::parse_yaml(source.text);
    if (!document) {
      const std::string& line = document.error().value;
      const bool numbered = document.error().code == "malformed_yaml" && !line.empty();
      return report(source, numbered ? std::stoi(line) : 0, document.error().code,
                    document.error().message);
    }
    Result<DefinitionName> name = read_definition_name(source.text);
    Findings findings;
    if (findings.take(name)) findings.take(read_kind(source, *name, document->value, findings));
    for (const Error& error : findings.all()) {
      report(source, document->line_of(error.field), error.code, error.message);
    }
    if (!findings.none()) {
      if (name) damaged_[name->kind + "/" + name->key] = true;
      // What could be read of a journey is checked like any other.
      if (!name || name->kind != "journey") return;
    }
    if (source.superseded) return;
    const std::string place = name->kind + "/" + name->key;
    Origin origin{source.path, std::move(*document), source.number, source.version};
    if (!origins_.try_emplace(place, std::move(origin)).second) {
      report(source, 0, "duplicate_key",
             fmt::format("{} \"{}\" is defined twice, also in {}", name->kind, name->key,
                         origins_.at(place).path));
    }
  }

  Result<void> read_kind(const DefinitionSource& source, const DefinitionName& name,
                         const Value& value, Findings& findings) {
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
      segments::Segment segment = segments::read_segment(value, findings);
      if (!findings.none()) return {};
      rules_.segments_.push_back({.number = source.number,
                                  .version = source.version,
                                  .segment = std::move(segment),
                                  .readers = {},
                                  .triggers = {}});
    } else if (name.kind == "list") {
      TRY(list, segments::read_static_list(value));
      rules_.lists_.push_back({.number = source.number,
                               .version = source.version,
                               .list = std::move(list),
                               .readers = {}});
    } else if (name.kind == "grade") {
      scoring::Grade grade = scoring::read_grade(value, findings);
      if (!findings.none()) return {};
      rules_.grades_.push_back(
          {.number = source.number, .version = source.version, .grade = std::move(grade)});
    } else if (name.kind == "score") {
      scoring::Score score = scoring::read_score(value, findings);
      if (!findings.none()) return {};
      rules_.scores_.push_back({.number = source.number,
                                .version = source.version,
                                .score = std::move(score),
                                .points = {},
                                .readers = {},
                                .triggers = {}});
    } else if (name.kind == "journey") {
      journeys::Journey journey = journeys::read_journey(value, findings);
      // Its name could be read.
      journey.key = name.key;
      journey.version = source.version;
      (source.superseded ? rules_.superseded_journeys_ : rules_.journeys_)
          .push_back({.number = source.number,
                      .journey = std::move(journey),
                      .finishing = source.finishing,
                      .paused_since = source.paused_since,
                      .resumed = source.resumed});
    } else if (name.kind == "brand") {
      TRY(brand, templates::blocks::read_brand(value));
      kit_.brands.try_emplace(name.key, std::move(brand));
    } else if (name.kind == "block") {
      TRY(block, templates::blocks::read_saved_block(value));
      kit_.blocks.try_emplace(name.key, std::move(block));
    } else if (name.kind == "campaign") {
      campaigns::Campaign campaign = campaigns::read_campaign(value, findings);
      if (!findings.none()) return {};
      rules_.campaigns_.push_back({.number = source.number,
                                   .version = source.version,
                                   .campaign = std::move(campaign),
                                   .emails = {}});
    } else if (name.kind == "topic") {
      TRY(topic, policies::read_topic(value));
      if (topics_.size() == policies::topics_max) {
        return failure("too_many",
                       fmt::format("there are more than {} topics", policies::topics_max));
      }
      topics_.push_back(std::move(topic));
    } else if (name.kind == "form") {
      TRY(form, forms::read_form(value));
      rules_.forms_.push_back(
          {.number = source.number, .version = source.version, .form = std::move(form)});
    } else {
      TRY(read, templates::read_template_definition(value));
      pending_templates_.push_back({source.number, source.version, std::move(read)});
    }
    return {};
  }

  /// A template that has been read; brands and blocks that it is made of may come after it.
  struct PendingTemplate {
    std::uint32_t number = 0;
    int version = 0;
    templates::TemplateDefinition definition;
  };

  void compile_template(PendingTemplate& pending) {
    const std::string key = pending.definition.key;
    if (const std::optional<Error> error = find_brand_set_aside(pending.definition)) {
      damaged_["template/" + key] = true;
      return report_at("template", key, "document", error->code, error->message);
    }
    Result<templates::CompiledTemplate> compiled =
        templates::CompiledTemplate::compile(pending.definition, kit_);
    if (!compiled) {
      Error error = compiled.error();
      damaged_["template/" + key] = true;
      const bool is_brand = error.code == "unknown_brand";
      if (is_brand || error.code == "unknown_block") {
        const std::string_view kind = is_brand ? "brand" : "block";
        if (is_damaged(kind, error.value)) return;
        if (Error known = absent(kind, error.value); known.code == "reads_set_aside") {
          error = std::move(known);
        }
      }
      return report_at("template", key, error.field, error.code, error.message);
    }
    bool is_first = true;
    for (std::size_t i = 0; i < compiled->variants().size(); ++i) {
      const templates::CompiledTemplate::Variant& variant = compiled->variants()[i];
      Result<templates::EmailTemplate> source =
          templates::source_of(pending.definition.variants[i], kit_);
      template_sources_.push_back(source ? std::move(*source) : templates::EmailTemplate());
      rules_.templates_.push_back({.number = pending.number,
                                   .version = pending.version,
                                   .key = is_first ? key : key_of_variant(key, variant.language),
                                   .name = pending.definition.name,
                                   .email = variant.email,
                                   .topic = pending.definition.topic,
                                   .message_class = pending.definition.message_class});
      is_first = false;
    }
  }

  /// Without it a message would look, and say who it is from, as nobody meant it.
  [[nodiscard]] std::optional<Error> find_brand_set_aside(
      const templates::TemplateDefinition& definition) const {
    for (const templates::TemplateVariant& each : definition.variants) {
      const auto* document = std::get_if<templates::blocks::Document>(&each.content);
      if (document == nullptr || !document->theme.brand.empty()) continue;
      Error error = absent("brand", templates::blocks::default_brand);
      if (error.code == "reads_set_aside") return error;
    }
    return std::nullopt;
  }

  void index_keys() {
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

  // Topics

  /// A message that names no topic has its template's.
  void take_topics() {
    rules_.policies_.topics = std::move(topics_);
    for (std::vector<JourneyRule>* all : {&rules_.journeys_, &rules_.superseded_journeys_}) {
      for (JourneyRule& rule : *all) {
        for (journeys::Step& step : rule.journey.steps) {
          auto* send = std::get_if<journeys::Send>(&step.action);
          const TemplateRule* used =
              send == nullptr ? nullptr : rules_.template_of(send->template_key);
          if (used != nullptr && send->topic.empty()) send->topic = used->topic;
        }
      }
    }
    for (CampaignRule& rule : rules_.campaigns_) {
      const TemplateRule* used = rules_.template_of(rule.campaign.template_key);
      if (used != nullptr && rule.campaign.topic.empty()) rule.campaign.topic = used->topic;
    }
  }

  /// Where a workspace defines no topic, any key is one.
  [[nodiscard]] bool is_topic(const std::string& key) const {
    const std::vector<policies::Topic>& topics = rules_.policies_.topics;
    const bool are_defined = !topics.empty() || is_any_aside("topic");
    return !are_defined || policies::find_topic(topics, key) != nullptr || is_damaged("topic", key);
  }
  [[nodiscard]] bool is_any_aside(std::string_view kind) const {
    return std::any_of(set_aside_.begin(), set_aside_.end(),
                       [&](const SetAside& each) { return each.kind == kind; });
  }
  void need_topic(const std::string& kind, const std::string& key, std::string_view member,
                  const std::string& topic) {
    if (!is_topic(topic)) report_absent(kind, key, member, "topic", topic);
  }

  void check_form(const forms::Form& form) {
    for (const std::string& key : form.topics) {
      const policies::Topic* topic = policies::find_topic(rules_.policies_.topics, key);
      if (topic == nullptr && is_damaged("topic", key)) continue;
      if (topic == nullptr) {
        report_absent("form", form.key, "topics", "topic", key);
      } else if (topic->is_private) {
        report_at("form", form.key, "topics", "private_topic",
                  fmt::format("topic \"{}\" is private: nobody joins it by a form", key));
      }
    }
    const std::string& used = form.confirmation_template;
    if (rules_.template_of(used) == nullptr && !is_damaged("template", used)) {
      report_absent("form", form.key, "template", "template", used);
    }
  }

  // Conditions

  void bind_all() {
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

  /// What each segment and then each score reads, in the order of definition.
  std::vector<segments::Reads> read_all() {
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

  [[nodiscard]] std::optional<std::size_t> node_of(const Keys& keys, std::string_view key,
                                                   std::size_t offset) const {
    const auto found = keys.find(key);
    return found == keys.end() ? std::nullopt : std::optional(found->second + offset);
  }

  /// The nodes that these reads come from: segments are numbered first, then scores.
  [[nodiscard]] std::vector<std::size_t> sources_of(const segments::Reads& reads) const {
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

  /// Kahn's algorithm; what is left stands in a cycle. Among those that are ready, the order of
  /// definition holds.
  void order_rules(const std::vector<segments::Reads>& reads) {
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

  [[nodiscard]] OrderedRule ordered(std::size_t node) const {
    const std::size_t first_score = rules_.segments_.size();
    if (node < first_score) return {OrderedRule::Kind::segment, node};
    return {OrderedRule::Kind::score, node - first_score};
  }

  std::vector<Place>& readers_of(std::size_t node) {
    const OrderedRule rule = ordered(node);
    const bool is_segment = rule.kind == OrderedRule::Kind::segment;
    return is_segment ? rules_.segments_[rule.index].readers : rules_.scores_[rule.index].readers;
  }

  void report_cycle(const std::vector<std::size_t>& missing) {
    const auto stuck = static_cast<std::size_t>(
        std::find_if(missing.begin(), missing.end(), [](std::size_t count) { return count > 0; }) -
        missing.begin());
    const OrderedRule rule = ordered(stuck);
    const bool is_segment = rule.kind == OrderedRule::Kind::segment;
    const std::string& key = is_segment ? rules_.segments_[rule.index].segment.key
                                        : rules_.scores_[rule.index].score.key;
    const std::string kind = is_segment ? "segment" : "score";
    report_at(kind, key, is_segment ? "where" : "rules", "cycle",
              fmt::format("{} \"{}\" asks, through others, for its own answer", kind, key));
  }

  /// Enters the rule wherever something that it reads is looked up.
  void index_reads(Place place, const segments::Reads& reads) {
    for (const facts::FactDefinition& fact : reads.facts) {
      add_once(rules_.facts_[fact_index(fact)].readers, place);
    }
    for (const std::string& attribute : reads.attributes) {
      add_once(rules_.attribute_readers_[attribute], place);
    }
    for (const std::string& key : reads.lists) {
      const auto found = rules_.list_keys_.find(key);
      if (found != rules_.list_keys_.end()) add_once(rules_.lists_[found->second].readers, place);
    }
    if (reads.consent) rules_.consent_readers_.push_back(place);
    if (reads.zone) rules_.zone_readers_.push_back(place);
    if (speaks_of_nobody(rules_.order_[place])) rules_.initial_.push_back(place);
  }

  /// Whether the rule says something of a contact of whom nothing is known.
  [[nodiscard]] bool speaks_of_nobody(const OrderedRule& rule) const {
    const auto speaks = [](const segments::Condition& condition) {
      return depends_on_contact(condition) ||
             segments::evaluate(condition, segments::NobodyView(), Timestamp{0}).value;
    };
    if (rule.kind == OrderedRule::Kind::segment) {
      return speaks(rules_.segments_[rule.index].segment.condition);
    }
    const std::vector<scoring::ScoreRule>& rules = rules_.scores_[rule.index].score.rules;
    return std::any_of(rules.begin(), rules.end(), [&](const scoring::ScoreRule& each) {
      return each.when && speaks(*each.when);
    });
  }

  std::size_t fact_index(const facts::FactDefinition& definition) {
    const facts::FactId id = facts::fact_id(definition);
    const auto [place, fresh] = rules_.fact_ids_.try_emplace(id, rules_.facts_.size());
    if (fresh) {
      const auto known = generations_.known.find(id);
      const Generation generation =
          known == generations_.known.end() ? generations_.present : known->second;
      rules_.facts_.push_back({id, generation, definition, {}});
      if (!definition.points) {
        rules_.facts_by_event_[definition.match.event].push_back(place->second);
      }
    }
    return place->second;
  }

  [[nodiscard]] bool has_threshold(std::string_view score, std::string_view threshold) const {
    const auto found = rules_.score_keys_.find(score);
    if (found == rules_.score_keys_.end()) return false;
    const std::vector<scoring::Threshold>& all = rules_.scores_[found->second].score.thresholds;
    return std::any_of(all.begin(), all.end(),
                       [&](const scoring::Threshold& each) { return each.key == threshold; });
  }

  /// Registers the facts of a condition, adds what it reads, and checks what it refers to.
  void check_condition(const segments::Condition& condition, const std::string& kind,
                       const std::string& key, std::string_view member,
                       segments::Reads& all_reads) {
    segments::Reads reads;
    segments::collect_reads(condition, reads);
    check_reads(reads, kind, key, member);
    if (const std::optional<Error> error = find_unknown_grade_name(condition, rules_)) {
      report_at(kind, key, member, error->code, error->message);
    }
    append(all_reads, std::move(reads));
  }
  void check_condition(const segments::Condition& condition, const std::string& kind,
                       const std::string& key, std::string_view member) {
    segments::Reads reads;
    check_condition(condition, kind, key, member, reads);
  }

  void check_reads(const segments::Reads& reads, const std::string& kind, const std::string& key,
                   std::string_view member) {
    for (const facts::FactDefinition& fact : reads.facts) fact_index(fact);
    for (const std::string& segment : reads.segments) {
      if (rules_.segment_keys_.contains(segment) || is_damaged("segment", segment)) continue;
      report_absent(kind, key, member, "segment", segment);
    }
    for (const std::string& score : reads.scores) {
      if (rules_.score_keys_.contains(score) || is_damaged("score", score)) continue;
      report_absent(kind, key, member, "score", score);
    }
    for (const segments::Reads::Threshold& each : reads.thresholds) {
      const bool reported = !rules_.score_keys_.contains(each.score);
      if (reported || has_threshold(each.score, each.threshold)) continue;
      report_at(kind, key, member, "unknown_score",
                fmt::format("score \"{}\" has no threshold \"{}\"", each.score, each.threshold));
    }
    for (const std::string& list : reads.lists) {
      if (rules_.list_keys_.contains(list) || is_damaged("list", list)) continue;
      report_absent(kind, key, member, "list", list);
    }
    for (const std::string& grade : reads.grades) {
      if (rules_.grade_keys_.contains(grade) || is_damaged("grade", grade)) continue;
      report_absent(kind, key, member, "grade", grade);
    }
  }

  void check_grade(const scoring::Grade& grade) {
    for (const auto& [member, score] :
         {std::pair{"fit", &grade.fit}, std::pair{"engagement", &grade.engagement}}) {
      if (rules_.score_keys_.contains(*score) || is_damaged("score", *score)) continue;
      report_absent("grade", grade.key, member, "score", *score);
    }
  }

  void index_score(std::size_t index) {
    ScoreRuleSet& set = rules_.scores_[index];
    for (std::size_t rule = 0; rule <= set.score.rules.size(); ++rule) {
      const std::optional<facts::FactDefinition> counted = scoring::counted_points(set.score, rule);
      if (!counted) continue;
      const std::size_t fact = fact_index(*counted);
      // There are no places where rules ask each other in a circle.
      if (index < rules_.score_places_.size()) {
        add_once(rules_.facts_[fact].readers, rules_.score_places_[index]);
      }
      // What journeys give says itself for which score it is.
      if (rule < set.score.rules.size()) {
        rules_.score_rules_by_event_[counted->match.event].push_back({index, set.points.size()});
      }
      set.points.push_back({fact, rule});
    }
  }

  void index_triggers(std::size_t index) {
    if (rules_.journeys_[index].finishing) return;
    const journeys::Journey& journey = rules_.journeys_[index].journey;
    for (std::size_t i = 0; i < journey.triggers.size(); ++i) {
      std::visit(
          [&](const auto& trigger) {
            index_trigger({index, i}, journey, trigger);
          },
          journey.triggers[i]);
    }
  }

  void index_trigger(TriggerRef ref, const journeys::Journey& journey,
                     const journeys::EventTrigger& trigger) {
    check_condition(segments::Condition{trigger.did}, "journey", journey.key, "trigger");
    rules_.triggers_by_event_[trigger.did.match.event].push_back(ref);
  }

  void index_trigger(TriggerRef ref, const journeys::Journey& journey,
                     const journeys::SegmentTrigger& trigger) {
    const auto found = rules_.segment_keys_.find(trigger.segment);
    if (found == rules_.segment_keys_.end()) {
      if (is_damaged("segment", trigger.segment)) return;
      return report_absent("journey", journey.key, "trigger", "segment", trigger.segment);
    }
    rules_.segments_[found->second].triggers.push_back(ref);
  }

  void index_trigger(TriggerRef ref, const journeys::Journey&,
                     const journeys::AttributeTrigger& trigger) {
    rules_.triggers_by_attribute_[trigger.attribute].push_back(ref);
  }

  void index_trigger(TriggerRef ref, const journeys::Journey& journey,
                     const journeys::ScoreTrigger& trigger) {
    if (!has_threshold(trigger.score, trigger.threshold)) {
      if (is_damaged("score", trigger.score)) return;
      if (!rules_.score_keys_.contains(trigger.score)) {
        return report_absent("journey", journey.key, "trigger", "score", trigger.score);
      }
      return report_at(
          "journey", journey.key, "trigger", "unknown_score",
          fmt::format("score \"{}\" has no threshold \"{}\"", trigger.score, trigger.threshold));
    }
    rules_.scores_[rules_.score_keys_.find(trigger.score)->second].triggers.push_back(ref);
  }

  void index_trigger(TriggerRef ref, const journeys::Journey&,
                     const journeys::DateTrigger& trigger) {
    rules_.timed_triggers_.push_back(ref);
    rules_.timing_attributes_[std::string(contacts::traits::timezone)] = true;
    for (const journeys::WaitPart& part : trigger.when.parts) {
      const auto* date = std::get_if<journeys::WaitAttribute>(&part.form);
      if (date == nullptr) continue;
      rules_.timing_attributes_[date->path.substr(0, date->path.find('.'))] = true;
    }
  }

  void index_trigger(TriggerRef ref, const journeys::Journey&, const journeys::ScheduleTrigger&) {
    rules_.timed_triggers_.push_back(ref);
    rules_.timing_attributes_[std::string(contacts::traits::timezone)] = true;
  }

  void index_trigger(TriggerRef, const journeys::Journey&, const journeys::EntryTrigger&) {}

  void check_journey(const journeys::Journey& journey) {
    const auto check = [&](const std::optional<segments::Condition>& condition,
                           std::string_view member) {
      if (condition) check_condition(*condition, "journey", journey.key, member);
    };
    check(journey.only_if, "only_if");
    check(journey.exit_when, "exit_when");
    if (journey.goal) check(journey.goal->when, "goal");
    for (const journeys::Step& step : journey.steps) check_step(journey, step);
    if (is_damaged("journey", journey.key)) return;
    for (journeys::GraphProblem& problem : journeys::validate(journey)) {
      report_step(journey, problem.step, std::move(problem.code), problem.message);
    }
  }

  // Campaigns

  void check_campaign(CampaignRule& rule) {
    const campaigns::Campaign& campaign = rule.campaign;
    check_group(campaign, campaign.audience.group);
    check_group(campaign, campaign.audience.except);
    if (!campaign.topic.empty()) need_topic("campaign", campaign.key, "topic", campaign.topic);
    if (const auto& resend = campaign.audience.resend) {
      need(campaign, rules_.campaign_keys_, resend->campaign, "campaign", "audience");
    }
    add_email(rule, "", campaign.template_key, campaign.subject, "template");
    if (!campaign.test) return;
    for (const campaigns::Arm& arm : campaign.test->arms) {
      add_email(rule, arm.name, arm.template_key.empty() ? campaign.template_key : arm.template_key,
                arm.subject.empty() ? campaign.subject : arm.subject, "test");
    }
  }

  void check_group(const campaigns::Campaign& campaign, const campaigns::Group& group) {
    for (const std::string& key : group.segments) {
      need(campaign, rules_.segment_keys_, key, "segment", "audience");
    }
    for (const std::string& key : group.lists) {
      need(campaign, rules_.list_keys_, key, "list", "audience");
    }
  }

  void need(const campaigns::Campaign& campaign, const Keys& keys, const std::string& key,
            std::string_view what, std::string_view member) {
    if (keys.contains(key) || is_damaged(what, key)) return;
    report_absent("campaign", campaign.key, member, what, key);
  }

  /// The template as this campaign sends it.
  void add_email(CampaignRule& rule, const std::string& arm, const std::string& template_key,
                 const std::string& subject, std::string_view member) {
    const campaigns::Campaign& campaign = rule.campaign;
    const auto found = rules_.template_keys_.find(template_key);
    if (found == rules_.template_keys_.end()) {
      return need(campaign, rules_.template_keys_, template_key, "template", member);
    }
    add_variant(rule, arm, found->second, subject);
    const std::string prefix = key_of_variant(template_key, "");
    for (std::size_t index = 0; index < rules_.templates_.size(); ++index) {
      const std::string& key = rules_.templates_[index].key;
      if (!key.starts_with(prefix)) continue;
      add_variant(rule, key_of_variant(arm, key.substr(prefix.size())), index, subject);
    }
  }

  /// A template in one language, under the arm and, but for the first, the language.
  void add_variant(CampaignRule& rule, const std::string& arm, std::size_t index,
                   const std::string& subject) {
    const campaigns::Campaign& campaign = rule.campaign;
    if (subject.empty()) {
      rule.emails.emplace(arm, rules_.templates_[index].email);
      return;
    }
    templates::EmailTemplate source = template_sources_[index];
    source.subject = subject;
    Result<templates::CompiledEmail> compiled = templates::CompiledEmail::compile(source);
    if (compiled) {
      rule.emails.emplace(arm, std::move(*compiled));
    } else {
      report_at("campaign", campaign.key, arm.empty() ? "subject" : "test", compiled.error().code,
                compiled.error().message);
    }
  }

  /// At the line where the step is written.
  void report_step(const journeys::Journey& journey, std::string_view step, std::string code,
                   std::string_view message) {
    const Origin& origin = origins_.at("journey/" + journey.key);
    const Value* steps = origin.document.value.as_object()->find("steps");
    const std::string path = steps == nullptr ? "" : path_of_step(*steps, "steps", step);
    report(origin, origin.document.line_of(path.empty() ? "steps" : path), std::move(code),
           fmt::format("step \"{}\": {}", step, message));
  }

  /// The path of the object with this id among the lists of steps in `value`; empty where there is
  /// none.
  static std::string path_of_step(const Value& value, const std::string& path,
                                  std::string_view id) {
    std::string found;
    if (const Value::List* list = value.as_list()) {
      for (std::size_t i = 0; i < list->size() && found.empty(); ++i) {
        found = path_of_step((*list)[i], fmt::format("{}[{}]", path, i), id);
      }
    } else if (const Object* object = value.as_object()) {
      const Value* its_id = object->find("id");
      if (its_id != nullptr && *its_id == Value(id)) return path;
      for (const auto& [name, member] : *object) {
        if (found.empty()) found = path_of_step(member, path + "." + name, id);
      }
    }
    return found;
  }

  /// What the steps of a journey refer to.
  struct StepChecker {
    Compiler& compiler;
    const journeys::Journey& journey;
    const journeys::Step& step;

    void report(std::string code, std::string message) const {
      compiler.report_step(journey, step.id, std::move(code), message);
    }
    void need(const Keys& keys, const std::string& key, std::string_view what) const {
      if (keys.contains(key) || compiler.is_damaged(what, key)) return;
      Error error = compiler.absent(what, key);
      report(std::move(error.code), std::move(error.message));
    }
    void need_liquid(const std::string& text) const {
      const auto compiled = templates::LiquidTemplate::compile(text);
      if (!compiled) report(compiled.error().code, compiled.error().message);
    }
    void need_liquid(const Value& value) const {
      if (const std::string* text = value.as_string()) need_liquid(*text);
      if (const Object* object = value.as_object()) {
        for (const auto& [name, member] : *object) need_liquid(member);
      }
      if (const Value::List* list = value.as_list()) {
        for (const Value& item : *list) need_liquid(item);
      }
    }
    void need_awaited(const journeys::AwaitedEvent& awaited) const {
      if (awaited.answer == journeys::MailAnswer::none) return;
      const journeys::Step* sent = journey.find(awaited.mail_step);
      if (sent != nullptr && std::holds_alternative<journeys::Send>(sent->action)) return;
      if (sent == nullptr && compiler.is_damaged("journey", journey.key)) return;
      report("unknown_step", fmt::format("there is no send step \"{}\"", awaited.mail_step));
    }

    void operator()(const journeys::Send& send) const {
      using enum messages::MessageClass;
      need(compiler.rules_.template_keys_, send.template_key, "template");
      if (!send.topic.empty() && !compiler.is_topic(send.topic)) {
        Error error = compiler.absent("topic", send.topic);
        report(std::move(error.code), std::move(error.message));
      }
      const TemplateRule* used = compiler.rules_.template_of(send.template_key);
      // Who writes a transactional mail leaves out the way to unsubscribe: it never goes as
      // marketing.
      const bool differs = used != nullptr && used->message_class == transactional &&
                           send.message_class == marketing;
      if (differs) {
        report("class_differs",
               fmt::format("template \"{}\" is transactional: the step must be, too",
                           send.template_key));
      }
    }
    void operator()(const journeys::EnterJourney& entry) const {
      need(compiler.rules_.journey_keys_, entry.journey, "journey");
      const JourneyRule* entered = compiler.rules_.journey(entry.journey);
      // One that finishes may lead back to itself: that entry is refused like any other.
      const bool is_archived =
          entered != nullptr && entered->finishing && entry.journey != journey.key;
      if (is_archived) {
        report("unknown_journey", fmt::format("journey \"{}\" is archived", entry.journey));
      }
    }
    void operator()(const journeys::LeaveJourney& leave) const {
      need(compiler.rules_.journey_keys_, leave.journey, "journey");
    }
    void operator()(const journeys::AddToList& change) const {
      need(compiler.rules_.list_keys_, change.list, "list");
    }
    void operator()(const journeys::RemoveFromList& change) const {
      need(compiler.rules_.list_keys_, change.list, "list");
    }
    void operator()(const journeys::ChangeScore& change) const {
      need(compiler.rules_.score_keys_, change.score, "score");
    }
    void operator()(const journeys::GoToStep& go_to) const {
      if (journey.find(go_to.step) != nullptr) return;
      if (compiler.is_damaged("journey", journey.key)) return;
      report("unknown_step", fmt::format("there is no step \"{}\"", go_to.step));
    }
    void operator()(const journeys::WaitFor& wait) const {
      for (const journeys::WaitFor::Arm& arm : wait.arms) {
        if (const auto* awaited = std::get_if<journeys::AwaitedEvent>(&arm.awaited)) {
          need_awaited(*awaited);
        } else {
          compiler.check_condition(std::get<segments::Condition>(arm.awaited), "journey",
                                   journey.key, "steps");
        }
      }
    }
    void operator()(const journeys::Branch& branch) const {
      for (const journeys::Branch::Arm& arm : branch.arms) {
        compiler.check_condition(arm.when, "journey", journey.key, "steps");
      }
    }
    void operator()(const journeys::NotifyUser& notify) const { need_liquid(notify.text); }
    void operator()(const journeys::UpdateContact& update) const {
      need_liquid(Value(update.values));
    }
    void operator()(const journeys::CreateTask& task) const { need_liquid(task.title); }
    void operator()(const journeys::CreateDeal& deal) const {
      need_liquid(deal.name);
      need_liquid(deal.amount);
    }
    void operator()(const journeys::TrackEvent& track) const {
      need_liquid(Value(track.properties));
    }
    void operator()(const journeys::CallWebhook& call) const {
      need_liquid(call.url);
      need_liquid(call.body);
      for (const auto& [name, value] : call.headers) need_liquid(value);
    }
    // These refer to nothing outside themselves.
    void operator()(const journeys::Wait&) const {}
    void operator()(const journeys::Split&) const {}
    void operator()(const journeys::SetStage&) const {}
    void operator()(const journeys::AssignOwner&) const {}
    void operator()(const journeys::Exit&) const {}
  };

  void check_step(const journeys::Journey& journey, const journeys::Step& step) {
    std::visit(StepChecker{*this, journey, step}, step.action);
  }

  /// Reported already: what refers to it is not to blame.
  [[nodiscard]] bool is_damaged(std::string_view kind, std::string_view key) const {
    return damaged_.contains(fmt::format("{}/{}", kind, key));
  }

  const FactGenerations& generations_;
  const std::vector<SetAside>& set_aside_;
  std::optional<int> superseded_version_ = {};  ///< of the journey that is being checked
  Rules rules_;
  std::vector<PendingTemplate> pending_templates_;
  templates::blocks::Kit kit_;
  std::vector<templates::EmailTemplate> template_sources_;  ///< of each of Rules::templates()
  std::vector<Problem> problems_;
  StringMap<bool> damaged_;  ///< by kind and key: definitions that could not be read as a whole
  StringMap<Origin> origins_;
  std::vector<policies::Topic> topics_;
  std::string workspace_path_;  ///< empty: no definition of the workspace was read yet
};

Result<void> bind_condition(const Rules& rules, segments::Condition& condition) {
  segments::bind(condition, rules.zone(), DefinedNames(rules));
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  const auto check = [&](std::string_view kind, const std::vector<std::string>& keys,
                         auto is_known) -> Result<void> {
    for (const std::string& key : keys) {
      if (is_known(key)) continue;
      if (rules.set_aside(kind, key) != nullptr) {
        return failure({.code = "reads_set_aside",
                        .message = fmt::format("{} \"{}\" is set aside", kind, key),
                        .value = key});
      }
      return failure({.code = fmt::format("unknown_{}", kind),
                      .message = fmt::format("there is no {} \"{}\"", kind, key),
                      .value = key});
    }
    return {};
  };
  const auto is_segment = [&](std::string_view key) { return rules.segment(key) != nullptr; };
  const auto is_list = [&](std::string_view key) { return rules.list(key) != nullptr; };
  const auto is_score = [&](std::string_view key) { return rules.score(key) != nullptr; };
  const auto is_grade = [&](std::string_view key) { return rules.grade(key) != nullptr; };
  TRY_VOID(check("segment", reads.segments, is_segment));
  TRY_VOID(check("list", reads.lists, is_list));
  TRY_VOID(check("score", reads.scores, is_score));
  TRY_VOID(check("grade", reads.grades, is_grade));
  if (std::optional<Error> error = find_unknown_grade_name(condition, rules)) {
    return failure(std::move(*error));
  }
  return {};
}

Rules::Compiled Rules::compile(const std::vector<DefinitionSource>& sources,
                               const std::string& time_zone, const FactGenerations& generations) {
  static const std::vector<SetAside> none;
  return Compiler(generations, none).compile(sources, time_zone);
}

Rules::Compiled Rules::compile_stored(std::vector<DefinitionSource>& sources,
                                      const std::string& time_zone,
                                      const FactGenerations& generations,
                                      const MaySetAside& may_set_aside) {
  std::vector<SetAside> aside;
  // What reads something that was left out is found when the rest is compiled again: each round
  // leaves out at least one.
  while (true) {
    Compiled compiled = Compiler(generations, aside).compile(sources, time_zone);
    if (!set_aside_faulty(compiled.problems, may_set_aside, sources, aside)) return compiled;
  }
}

}  // namespace sojourn::reaction

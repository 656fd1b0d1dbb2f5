#pragma once

/// From the texts of all definitions to Rules. Part of Rules::compile(); nobody else includes it.
///
/// Works in passes, each with a file of its own: read every definition (rules_reading.cc), compile
/// templates and settle topics (rules_content.cc), put what asks others after what it asks
/// (rules_order.cc), index what each rule reads (rules_index.cc), check what definitions refer to
/// (rules_checks.cc, rules_campaigns.cc).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/definitions/reader.h"
#include "domain/definitions/yaml.h"
#include "domain/reaction/rules.h"
#include "domain/templates/blocks/document_json.h"
#include "domain/templates/template_definition.h"

namespace sojourn::reaction {

class Rules::Compiler {
 public:
  /// `set_aside`: what has been left out of the sources; it outlives the compiler.
  Compiler(const FactGenerations& generations, const std::vector<SetAside>& set_aside)
      : generations_(generations), set_aside_(set_aside) {}
  Compiled compile(const std::vector<DefinitionSource>& sources, const std::string& time_zone);

 private:
  using Findings = definitions::Findings;
  using YamlDocument = definitions::YamlDocument;

  /// Where the definition of a kind and key was written, for problems found after reading.
  struct Origin {
    std::string path;
    YamlDocument document;
    std::uint32_t number = 0;
    int version = 0;
  };
  /// A template that has been read; brands and blocks that it is made of may come after it.
  struct PendingTemplate {
    std::uint32_t number = 0;
    int version = 0;
    templates::TemplateDefinition definition;
  };

  // Problems

  void report(const DefinitionSource& source, int line, std::string code, std::string message);
  /// Problems of an earlier version are reported where the present one stands.
  void report(const Origin& origin, int line, std::string code, std::string message);
  void report_at(const std::string& kind, const std::string& key, std::string_view member,
                 std::string code, std::string message);
  /// Nothing in force has this key.
  [[nodiscard]] Error absent(std::string_view kind, std::string_view key) const;
  void report_absent(const std::string& kind, const std::string& key, std::string_view member,
                     std::string_view absent_kind, std::string_view absent_key);
  /// Reported already: what refers to it is not to blame.
  [[nodiscard]] bool is_damaged(std::string_view kind, std::string_view key) const;

  // Reading

  void read(const DefinitionSource& source);
  Result<void> read_kind(const DefinitionSource& source, const DefinitionName& name,
                         const Value& value, Findings& findings);

  // Templates, topics and forms

  void compile_template(PendingTemplate& pending);
  /// Without it a message would look, and say who it is from, as nobody meant it.
  [[nodiscard]] std::optional<Error> find_brand_set_aside(
      const templates::TemplateDefinition& definition) const;
  /// A message that names no topic has its template's.
  void take_topics();
  /// Where a workspace defines no topic, any key is one.
  [[nodiscard]] bool is_topic(const std::string& key) const;
  [[nodiscard]] bool is_any_aside(std::string_view kind) const;
  void need_topic(const std::string& kind, const std::string& key, std::string_view member,
                  const std::string& topic);
  void check_form(const forms::Form& form);
  /// The topics that templates name, and all that forms do.
  void check_content();

  // Order

  void index_keys();
  void bind_all();
  /// What each segment and then each score reads, in the order of definition.
  std::vector<segments::Reads> read_all();
  [[nodiscard]] std::optional<std::size_t> node_of(const Keys& keys, std::string_view key,
                                                   std::size_t offset) const;
  /// The nodes that these reads come from: segments are numbered first, then scores.
  [[nodiscard]] std::vector<std::size_t> sources_of(const segments::Reads& reads) const;
  /// Kahn's algorithm; what is left stands in a cycle. Among those that are ready, the order of
  /// definition holds.
  void order_rules(const std::vector<segments::Reads>& reads);
  [[nodiscard]] OrderedRule ordered(std::size_t node) const;
  std::vector<Place>& readers_of(std::size_t node);
  void report_cycle(const std::vector<std::size_t>& missing);

  // Index

  /// Enters the rule wherever something that it reads is looked up.
  void index_reads(Place place, const segments::Reads& reads);
  /// Whether the rule says something of a contact of whom nothing is known.
  [[nodiscard]] bool speaks_of_nobody(const OrderedRule& rule) const;
  std::size_t fact_index(const facts::FactDefinition& definition);
  void index_score(std::size_t index);
  void index_triggers(std::size_t index);
  void index_trigger(TriggerRef ref, const journeys::Journey& journey,
                     const journeys::EventTrigger& trigger);
  void index_trigger(TriggerRef ref, const journeys::Journey& journey,
                     const journeys::SegmentTrigger& trigger);
  void index_trigger(TriggerRef ref, const journeys::Journey&,
                     const journeys::AttributeTrigger& trigger);
  void index_trigger(TriggerRef ref, const journeys::Journey& journey,
                     const journeys::ScoreTrigger& trigger);
  void index_trigger(TriggerRef ref, const journeys::Journey&,
                     const journeys::DateTrigger& trigger);
  void index_trigger(TriggerRef ref, const journeys::Journey&, const journeys::ScheduleTrigger&);
  void index_trigger(TriggerRef, const journeys::Journey&, const journeys::EntryTrigger&);

  // Checks

  /// What a step refers to.
  struct StepChecker;
  [[nodiscard]] bool has_threshold(std::string_view score, std::string_view threshold) const;
  /// Registers the facts of a condition, adds what it reads, and checks what it refers to.
  void check_condition(const segments::Condition& condition, const std::string& kind,
                       const std::string& key, std::string_view member, segments::Reads& all_reads);
  void check_condition(const segments::Condition& condition, const std::string& kind,
                       const std::string& key, std::string_view member);
  void check_reads(const segments::Reads& reads, const std::string& kind, const std::string& key,
                   std::string_view member);
  void check_grade(const scoring::Grade& grade);
  void check_journey(const journeys::Journey& journey);
  /// At the line where the step is written.
  void report_step(const journeys::Journey& journey, std::string_view step, std::string code,
                   std::string_view message);
  void check_step(const journeys::Journey& journey, const journeys::Step& step);

  // Campaigns

  void check_campaign(CampaignRule& rule);
  void check_group(const campaigns::Campaign& campaign, const campaigns::Group& group);
  void need(const campaigns::Campaign& campaign, const Keys& keys, const std::string& key,
            std::string_view what, std::string_view member);
  /// The template as this campaign sends it.
  void add_email(CampaignRule& rule, const std::string& arm, const std::string& template_key,
                 const std::string& subject, std::string_view member);
  /// A template in one language, under the arm and, but for the first, the language.
  void add_variant(CampaignRule& rule, const std::string& arm, std::size_t index,
                   const std::string& subject);

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

/// Into a list that names each place once.
inline void add_once(std::vector<std::size_t>& places, std::size_t place) {
  if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
}

}  // namespace sojourn::reaction

#pragma once

/// Rules: every definition of a workspace, compiled so that an event finds what it may change
/// without looking at the rest.
///
/// Immutable; replaced as a whole when definitions change. The cost of an event depends on the
/// rules that its name and attributes touch, not on how many there are (ARCHITECTURE 5).

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include "base/result.h"
#include "base/string_map.h"
#include "domain/campaigns/campaign.h"
#include "domain/facts/fact.h"
#include "domain/forms/form.h"
#include "domain/journeys/change.h"
#include "domain/journeys/journey.h"
#include "domain/policies/policies.h"
#include "domain/scoring/grade.h"
#include "domain/scoring/score.h"
#include "domain/segments/segment.h"
#include "domain/segments/static_list.h"
#include "domain/templates/email_template.h"

namespace sojourn::reaction {

/// A definition as text, with what the store knows of it.
struct DefinitionSource {
  std::string path;  ///< file name, for problems
  std::string text;
  std::uint32_t number = 0;
  int version = 1;
  // What it is and how it is called, where that is known without its text.
  std::string kind = {};
  std::string key = {};
  /// Of a journey: a version that contacts still follow, and nobody enters any more.
  bool superseded = false;
  /// Of a journey: JourneyRule::finishing.
  bool finishing = false;
  /// Of a journey: JourneyRule::paused_since.
  std::optional<Timestamp> paused_since = {};
  std::optional<journeys::Resumed> resumed = {};
};

/// A coded finding about one definition.
struct Problem {
  std::string path;
  int line = 0;  ///< 1-based; 0 where unknown
  std::string code;
  std::string message;
  // Of the source in which it is; 0 where that is none.
  std::uint32_t number = 0;
  int version = 0;
};

/// A stored definition that the present rules refuse, or that reads one of those: it is out of
/// force until it is corrected, and what is known of contacts in it stays as it was. A list stays
/// in force, since its text says nothing but its name.
struct SetAside {
  std::string kind;
  std::string key;  ///< empty where nothing says it
  std::uint32_t number = 0;
  int version = 1;
  bool superseded = false;  ///< an earlier version of a journey, beside one that may be in force
  std::vector<Problem> problems;
};

/// What a definition's text says it is.
struct DefinitionName {
  /// `segment`, `list`, `score`, `grade`, `journey`, `campaign`, `template`, `brand`, `block`,
  /// `asset`, `topic`, `form`, `workspace`
  std::string kind;
  std::string key;
};
/// Reads only kind and key. Errors as the codecs give them.
[[nodiscard]] Result<DefinitionName> read_definition_name(std::string_view text);

/// A rule's place in the one order of segments and scores, in which each stands after what it reads
/// (ARCHITECTURE 1).
using Place = std::size_t;

using facts::Generation;

/// Since when facts are counted: those that are listed since an earlier publication, all others
/// since `present`.
struct FactGenerations {
  Generation present = 0;
  absl::flat_hash_map<facts::FactId, Generation> known = {};
};

struct FactRule {
  facts::FactId id;
  Generation generation = 0;  ///< in which it came into force
  facts::FactDefinition definition;
  std::vector<Place> readers;
};
/// One trigger of one journey.
struct TriggerRef {
  std::size_t journey = 0;  ///< in journeys()
  std::size_t trigger = 0;  ///< in its triggers
};
struct SegmentRule {
  std::uint32_t number = 0;
  int version = 1;
  segments::Segment segment;
  std::vector<Place> readers;        ///< of its membership; all stand after it
  std::vector<TriggerRef> triggers;  ///< that entering or leaving it fires
};
struct ListRule {
  std::uint32_t number = 0;
  int version = 1;
  segments::StaticList list;
  std::vector<Place> readers;
};
struct ScoreRuleSet {
  std::uint32_t number = 0;
  int version = 1;
  scoring::Score score;
  /// The facts that count its points, in Rules::facts(): of each event rule, in the order of the
  /// rules, and last of what journeys give.
  struct Points {
    std::size_t fact = 0;
    std::size_t rule = 0;  ///< the number of rules: what journeys give
  };
  std::vector<Points> points = {};
  std::vector<Place> readers;        ///< of its value or its grades; all stand after it
  std::vector<TriggerRef> triggers;  ///< that its thresholds fire
};
struct GradeRule {
  std::uint32_t number = 0;
  int version = 1;
  scoring::Grade grade;
};
struct JourneyRule {
  std::uint32_t number = 0;
  journeys::Journey journey;
  /// It is archived, and those inside go on to their end: nobody enters.
  bool finishing = false;
  /// Since when nobody enters and runs stand still; absent: it runs.
  std::optional<Timestamp> paused_since;
  std::optional<journeys::Resumed> resumed;  ///< its last pause; absent: none, or it is paused
};
struct TemplateRule {
  std::uint32_t number = 0;
  int version = 1;
  std::string key;
  std::string name;
  templates::CompiledEmail email;
  std::string topic = {};  ///< of messages that name none; empty: none
  /// What it may be sent as; a transactional one asks no consent and holds no way to unsubscribe.
  messages::MessageClass message_class = messages::MessageClass::marketing;
};
struct FormRule {
  std::uint32_t number = 0;
  int version = 1;
  forms::Form form;
};

struct CampaignRule {
  std::uint32_t number = 0;
  int version = 1;
  campaigns::Campaign campaign;
  /// What is sent, with the campaign's own subject: of each arm of its test, by name; under an
  /// empty name without the test.
  StringMap<templates::CompiledEmail> emails;

  /// Null where there is no such arm.
  [[nodiscard]] const templates::CompiledEmail* email(std::string_view arm) const {
    const auto found = emails.find(arm);
    return found == emails.end() ? nullptr : &found->second;
  }
};

/// What stands at a place.
struct OrderedRule {
  enum class Kind : std::uint8_t { segment, score };
  Kind kind = Kind::segment;
  std::size_t index = 0;  ///< in segments() or scores()
};

/// One event rule of one score.
struct ScoreRuleRef {
  std::size_t score = 0;
  std::size_t points = 0;  ///< in its ScoreRuleSet::points
};

class Rules {
 public:
  struct Compiled;
  /// Compiles all definitions together; `time_zone` (IANA) holds where the workspace's definition
  /// names none. Where `problems` is not empty the rules are not to be used.
  [[nodiscard]] static Compiled compile(const std::vector<DefinitionSource>& sources,
                                        const std::string& time_zone = "UTC",
                                        const FactGenerations& generations = {});

  /// The same of definitions that stand in the store: those that have a problem and that
  /// `may_set_aside` names are set aside, and so is what reads them. They are taken out of
  /// `sources`. A loop sets nothing aside: it is cut when it happens, and stays a problem.
  using MaySetAside = std::function<bool(const DefinitionSource&)>;
  [[nodiscard]] static Compiled compile_stored(std::vector<DefinitionSource>& sources,
                                               const std::string& time_zone,
                                               const FactGenerations& generations,
                                               const MaySetAside& may_set_aside);

  /// The same rules with other standings of their experiments: what stands, of each split that is
  /// one, is asked for.
  using StandingOf = std::function<std::optional<experiments::Standing>(
      const JourneyRule&, const journeys::Step&, const journeys::Split&)>;
  [[nodiscard]] std::shared_ptr<const Rules> with_standings(const StandingOf& standing_of) const;

  /// Of the publication that made these rules.
  [[nodiscard]] Generation generation() const { return generation_; }
  [[nodiscard]] const policies::Policies& policies() const { return policies_; }
  /// The workspace's time zone: of dates in definitions, and of contacts who have none.
  [[nodiscard]] const absl::TimeZone& zone() const { return zone_; }
  [[nodiscard]] const std::vector<FactRule>& facts() const { return facts_; }
  [[nodiscard]] const std::vector<SegmentRule>& segments() const { return segments_; }
  [[nodiscard]] const std::vector<ListRule>& lists() const { return lists_; }
  [[nodiscard]] const std::vector<ScoreRuleSet>& scores() const { return scores_; }
  [[nodiscard]] const std::vector<GradeRule>& grades() const { return grades_; }
  /// Segments and scores by place: each after all that it reads.
  [[nodiscard]] const std::vector<OrderedRule>& order() const { return order_; }
  [[nodiscard]] const std::vector<JourneyRule>& journeys() const { return journeys_; }
  /// Earlier versions that contacts still follow.
  [[nodiscard]] const std::vector<JourneyRule>& superseded_journeys() const {
    return superseded_journeys_;
  }
  [[nodiscard]] const std::vector<TemplateRule>& templates() const { return templates_; }
  [[nodiscard]] const std::vector<CampaignRule>& campaigns() const { return campaigns_; }
  [[nodiscard]] const std::vector<FormRule>& forms() const { return forms_; }

  /// What compile_stored() left out; empty as a rule.
  [[nodiscard]] const std::vector<SetAside>& set_aside() const { return set_aside_; }
  /// Null where it is not set aside. Of a journey: with its present version.
  [[nodiscard]] const SetAside* set_aside(std::string_view kind, std::string_view key) const;
  [[nodiscard]] const SetAside* set_aside(std::uint32_t number) const;
  /// Whether runs that follow this version of a journey stand still, since it is set aside.
  [[nodiscard]] bool is_set_aside(std::uint32_t journey, int version) const;
  [[nodiscard]] bool is_set_aside(const journeys::Run& run) const {
    return is_set_aside(run.journey, run.version);
  }
  /// Caps and quiet hours are not known.
  [[nodiscard]] bool policies_are_set_aside() const;

  // Look-ups by key, number or name; null or empty where there is none.
  [[nodiscard]] const SegmentRule* segment(std::string_view key) const;
  [[nodiscard]] const SegmentRule* segment(std::uint32_t number) const;
  [[nodiscard]] const ListRule* list(std::string_view key) const;
  [[nodiscard]] const ListRule* list(std::uint32_t number) const;
  [[nodiscard]] const ScoreRuleSet* score(std::string_view key) const;
  [[nodiscard]] const ScoreRuleSet* score(std::uint32_t number) const;
  [[nodiscard]] const GradeRule* grade(std::string_view key) const;
  [[nodiscard]] const JourneyRule* journey(std::string_view key) const;
  [[nodiscard]] const JourneyRule* journey(std::uint32_t number) const;
  /// The version that the run follows; its journey's present one where that is not kept. Null where
  /// the journey is gone, and where is_set_aside().
  [[nodiscard]] const JourneyRule* journey_of(const journeys::Run& run) const;
  /// Also of what comes with Sojourn, where the workspace has none of the key.
  [[nodiscard]] const TemplateRule* template_of(std::string_view key) const;
  [[nodiscard]] const CampaignRule* campaign(std::string_view key) const;
  [[nodiscard]] const FormRule* form(std::string_view key) const;
  [[nodiscard]] const FactRule* fact(const facts::FactId& id) const;

  /// Facts that count events of this name, but for points: those are score_rules_of().
  [[nodiscard]] const std::vector<std::size_t>& facts_of(std::string_view event) const;
  [[nodiscard]] const std::vector<ScoreRuleRef>& score_rules_of(std::string_view event) const;
  /// Triggers that an event of this name may fire.
  [[nodiscard]] const std::vector<TriggerRef>& triggers_of_event(std::string_view event) const;
  /// Triggers that a change of this attribute may fire.
  [[nodiscard]] const std::vector<TriggerRef>& triggers_of_attribute(std::string_view name) const;
  /// Triggers that time fires.
  [[nodiscard]] const std::vector<TriggerRef>& timed_triggers() const { return timed_triggers_; }
  /// Whether the instants of timed triggers depend on this attribute.
  [[nodiscard]] bool times_triggers(std::string_view attribute) const;
  [[nodiscard]] Place place_of(const SegmentRule& rule) const;
  [[nodiscard]] Place place_of(const ScoreRuleSet& rule) const;
  [[nodiscard]] const std::vector<Place>& readers_of_attribute(std::string_view name) const;
  [[nodiscard]] const std::vector<Place>& readers_of_consent() const { return consent_readers_; }
  /// Rules whose answer depends on the contact's time zone.
  [[nodiscard]] const std::vector<Place>& readers_of_zone() const { return zone_readers_; }
  /// Rules that say something of a contact with no events and no attributes, now or by time alone.
  [[nodiscard]] const std::vector<Place>& initial() const { return initial_; }

 private:
  class Compiler;

  using Names = StringMap<std::vector<std::size_t>>;
  using Keys = StringMap<std::size_t>;
  using Numbers = absl::flat_hash_map<std::uint32_t, std::size_t>;

  Generation generation_ = 0;
  policies::Policies policies_;
  absl::TimeZone zone_ = absl::UTCTimeZone();
  std::vector<FactRule> facts_;
  std::vector<SegmentRule> segments_;
  std::vector<ListRule> lists_;
  std::vector<ScoreRuleSet> scores_;
  std::vector<GradeRule> grades_;
  std::vector<OrderedRule> order_;
  std::vector<Place> segment_places_, score_places_;
  std::vector<JourneyRule> journeys_;
  std::vector<JourneyRule> superseded_journeys_;
  std::vector<TemplateRule> templates_;
  std::vector<CampaignRule> campaigns_;
  std::vector<FormRule> forms_;
  absl::flat_hash_map<facts::FactId, std::size_t> fact_ids_;
  Keys segment_keys_, list_keys_, score_keys_, grade_keys_, journey_keys_, template_keys_,
      campaign_keys_, form_keys_;
  Numbers segment_numbers_, list_numbers_, score_numbers_, journey_numbers_;
  Names facts_by_event_, attribute_readers_;
  StringMap<std::vector<TriggerRef>> triggers_by_event_, triggers_by_attribute_;
  std::vector<TriggerRef> timed_triggers_;
  StringMap<bool> timing_attributes_;
  StringMap<std::vector<ScoreRuleRef>> score_rules_by_event_;
  std::vector<Place> consent_readers_, zone_readers_, initial_;
  std::vector<SetAside> set_aside_;
};

/// What a contact lacks whose facts hold their history up to generation `held` only: younger facts,
/// which count live events from their publication on, and the rules that read them. Those are not
/// asked before the history is there; but for what came into force up to `waived`, for which nobody
/// waits any more. Refers to the rules, which outlive it.
class Lacking {
 public:
  Lacking(const Rules& rules, Generation held, Generation waived = 0);
  [[nodiscard]] bool nothing() const { return facts_.empty(); }
  [[nodiscard]] bool fact(const facts::FactId& id) const { return facts_.contains(id); }
  /// Lacks it, and waits for it.
  [[nodiscard]] bool awaits(const facts::FactId& id) const { return awaited_.contains(id); }
  [[nodiscard]] bool rule(Place place) const { return places_[place]; }

 private:
  absl::flat_hash_set<facts::FactId> facts_, awaited_;
  std::vector<bool> places_;
};

struct Rules::Compiled {
  std::shared_ptr<const Rules> rules;
  std::vector<Problem> problems;
};

}  // namespace sojourn::reaction

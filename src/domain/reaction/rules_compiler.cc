// The passes of the compiler, and what all of them report.
#include "domain/reaction/rules_compiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/reaction/journey_loops.h"
#include "domain/reaction/set_aside.h"

namespace sojourn::reaction {

Rules::Compiled Rules::Compiler::compile(const std::vector<DefinitionSource>& sources,
                                         const std::string& time_zone) {
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
  check_content();
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

void Rules::Compiler::report(const DefinitionSource& source, int line, std::string code,
                             std::string message) {
  problems_.push_back(
      {source.path, line, std::move(code), std::move(message), source.number, source.version});
}

void Rules::Compiler::report(const Origin& origin, int line, std::string code,
                             std::string message) {
  problems_.push_back({origin.path, line, std::move(code), std::move(message), origin.number,
                       superseded_version_.value_or(origin.version)});
}

void Rules::Compiler::report_at(const std::string& kind, const std::string& key,
                                std::string_view member, std::string code, std::string message) {
  const Origin& origin = origins_.at(kind + "/" + key);
  report(origin, origin.document.line_of(member), std::move(code), std::move(message));
}

Error Rules::Compiler::absent(std::string_view kind, std::string_view key) const {
  const bool is_aside =
      std::any_of(set_aside_.begin(), set_aside_.end(), [&](const SetAside& each) {
        return !each.superseded && each.kind == kind && each.key == key;
      });
  if (is_aside) {
    return {.code = "reads_set_aside", .message = fmt::format("{} \"{}\" is set aside", kind, key)};
  }
  return {.code = fmt::format("unknown_{}", kind),
          .message = fmt::format("there is no {} \"{}\"", kind, key)};
}

void Rules::Compiler::report_absent(const std::string& kind, const std::string& key,
                                    std::string_view member, std::string_view absent_kind,
                                    std::string_view absent_key) {
  Error error = absent(absent_kind, absent_key);
  report_at(kind, key, member, std::move(error.code), std::move(error.message));
}

bool Rules::Compiler::is_damaged(std::string_view kind, std::string_view key) const {
  return damaged_.contains(fmt::format("{}/{}", kind, key));
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

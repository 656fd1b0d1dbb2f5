// What conditions and steps refer to.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "domain/journeys/validate.h"
#include "domain/reaction/grade_names.h"
#include "domain/reaction/rules_compiler.h"

namespace sojourn::reaction {
namespace {

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

/// The path of the object with this id among the lists of steps in `value`; empty where there is
/// none.
std::string path_of_step(const Value& value, const std::string& path, std::string_view id) {
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

}  // namespace

bool Rules::Compiler::has_threshold(std::string_view score, std::string_view threshold) const {
  const auto found = rules_.score_keys_.find(score);
  if (found == rules_.score_keys_.end()) return false;
  const std::vector<scoring::Threshold>& all = rules_.scores_[found->second].score.thresholds;
  return std::any_of(all.begin(), all.end(),
                     [&](const scoring::Threshold& each) { return each.key == threshold; });
}

void Rules::Compiler::check_condition(const segments::Condition& condition, const std::string& kind,
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

void Rules::Compiler::check_condition(const segments::Condition& condition, const std::string& kind,
                                      const std::string& key, std::string_view member) {
  segments::Reads reads;
  check_condition(condition, kind, key, member, reads);
}

void Rules::Compiler::check_reads(const segments::Reads& reads, const std::string& kind,
                                  const std::string& key, std::string_view member) {
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

void Rules::Compiler::check_grade(const scoring::Grade& grade) {
  for (const auto& [member, score] :
       {std::pair{"fit", &grade.fit}, std::pair{"engagement", &grade.engagement}}) {
    if (rules_.score_keys_.contains(*score) || is_damaged("score", *score)) continue;
    report_absent("grade", grade.key, member, "score", *score);
  }
}

void Rules::Compiler::check_journey(const journeys::Journey& journey) {
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

void Rules::Compiler::report_step(const journeys::Journey& journey, std::string_view step,
                                  std::string code, std::string_view message) {
  const Origin& origin = origins_.at("journey/" + journey.key);
  const Value* steps = origin.document.value.as_object()->find("steps");
  const std::string path = steps == nullptr ? "" : path_of_step(*steps, "steps", step);
  report(origin, origin.document.line_of(path.empty() ? "steps" : path), std::move(code),
         fmt::format("step \"{}\": {}", step, message));
}

/// What the steps of a journey refer to.
struct Rules::Compiler::StepChecker {
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
    const bool differs =
        used != nullptr && used->message_class == transactional && send.message_class == marketing;
    if (differs) {
      report("class_differs", fmt::format("template \"{}\" is transactional: the step must be, too",
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
        compiler.check_condition(std::get<segments::Condition>(arm.awaited), "journey", journey.key,
                                 "steps");
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
  void operator()(const journeys::TrackEvent& track) const { need_liquid(Value(track.properties)); }
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

void Rules::Compiler::check_step(const journeys::Journey& journey, const journeys::Step& step) {
  std::visit(StepChecker{*this, journey, step}, step.action);
}

}  // namespace sojourn::reaction

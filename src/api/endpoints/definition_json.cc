#include "api/endpoints/definition_json.h"

#include <fmt/format.h>

#include "api/endpoints/wording.h"
#include "api/json_fields.h"

namespace sojourn::api {
namespace {

using segments::Condition;

std::string_view operator_name(facts::Operator op) {
  using enum facts::Operator;
  switch (op) {
    case is:
      return "equals";
    case is_not:
      return "not_equals";
    case one_of:
      return "one_of";
    case not_one_of:
      return "none_of";
    case contains:
      return "contains";
    case not_contains:
      return "not_contains";
    case starts_with:
      return "starts_with";
    case ends_with:
      return "ends_with";
    case matches:
      return "matches";
    case greater:
      return "greater_than";
    case at_least:
      return "at_least";
    case less:
      return "less_than";
    case at_most:
      return "at_most";
    case exists:
      return "exists";
    case missing:
      return "not_exists";
  }
  return {};
}

/// Each writes the members of its node into an open object. Conditions nest at most
/// condition_depth_max deep.
struct NodeWriter {
  JsonWriter& out;

  void operator()(const segments::AllOf& all) const { parts("all", all.parts); }
  void operator()(const segments::AnyOf& any) const { parts("any", any.parts); }
  void operator()(const segments::Not& negation) const { parts("none", negation.part); }

  void operator()(const segments::AttributeIs& attribute) const {
    text_field(out, "kind", "attribute");
    text_field(out, "attribute", attribute.filter.path);
    text_field(out, "operator", operator_name(attribute.filter.op));
    out.name("value").value(attribute.filter.operand);
  }

  void operator()(const segments::Did& did) const {
    text_field(out, "kind", "event");
    text_field(out, "event", did.match.event);
    out.name("where").begin_list();
    for (const facts::Filter& filter : did.match.where) {
      out.begin_object();
      text_field(out, "property", filter.path);
      text_field(out, "operator", operator_name(filter.op));
      out.name("value").value(filter.operand);
      out.end_object();
    }
    out.end_list();
    text_field(out, "operator", comparison(did));
    count_field(out, "count", static_cast<std::uint64_t>(did.times));
    text_or_null_field(out, "within", did.within ? in_words(*did.within) : "");
  }

  void operator()(const segments::InSegment& membership) const {
    text_field(out, "kind", "segment");
    text_field(out, "segment", membership.segment);
    text_field(out, "operator", "in");
  }

  void operator()(const segments::ScoreIs& question) const {
    text_field(out, "kind", "score");
    text_field(out, "score", question.score);
    if (question.threshold.empty()) {
      text_field(out, "operator", "at_least");
      number_field(out, "value", question.at_least);
    } else {
      text_field(out, "operator", "reached");
      text_field(out, "value", question.threshold);
    }
  }

 private:
  void parts(std::string_view kind, const std::vector<Condition>& conditions) const {
    text_field(out, "kind", kind);
    out.name("conditions").begin_list();
    for (const Condition& condition : conditions) write_condition(out, condition);
    out.end_list();
  }

  static std::string_view comparison(const segments::Did& did) {
    switch (did.comparison) {
      case segments::Comparison::at_least:
        return "at_least";
      case segments::Comparison::at_most:
        return did.times == 0 ? "never" : "at_most";
      case segments::Comparison::exactly:
        return did.times == 0 ? "never" : "exactly";
    }
    return {};
  }
};

}  // namespace

Result<std::string> revision_of(store::StateReads& view, std::string_view kind,
                                std::string_view key) {
  TRY(definitions, view.definitions());
  for (const store::DefinitionRecord& definition : definitions) {
    if (definition.kind == kind && definition.key == key) return std::to_string(definition.rev);
  }
  return std::string("0");
}

void write_condition(JsonWriter& out, const Condition& condition) {
  out.begin_object();
  std::visit(NodeWriter{out}, condition.node);
  out.end_object();
}

void write_definition_ref(JsonWriter& out, std::string_view kind, std::string_view key,
                          std::string_view name) {
  out.begin_object();
  text_field(out, "kind", kind);
  text_field(out, "key", key);
  text_field(out, "name", name);
  out.end_object();
}

Error unknown_definition(std::string_view kind, std::string_view key) {
  return {.code = fmt::format("unknown_{}", kind),
          .message = fmt::format("there is no such {}", kind),
          .field = "key",
          .value = std::string(key)};
}

}  // namespace sojourn::api

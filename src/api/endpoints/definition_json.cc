#include "api/endpoints/definition_json.h"

#include <fmt/format.h>

#include "api/json_fields.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"
#include "runtime/definition_names.h"

namespace sojourn::api {
namespace {

using segments::Condition;

/// What is true of a contact whose data are missing, where it surprises; empty where it does not.
std::string_view surprise(const Condition& condition) {
  const auto* attribute = std::get_if<segments::AttributeIs>(&condition.node);
  if (attribute == nullptr) return {};
  using enum facts::Operator;
  const facts::Operator op = attribute->filter.op;
  const bool negative = op == is_not || op == not_one_of || op == not_contains;
  return negative ? "also true when it is missing" : std::string_view();
}

void write_parts(JsonWriter& out, const Condition& condition);

/// One row of the tree. Conditions nest at most condition_depth_max deep.
void write_row(JsonWriter& out, const Condition& condition) {
  std::string_view kind = "question";
  if (std::holds_alternative<segments::AllOf>(condition.node)) kind = "all";
  if (std::holds_alternative<segments::AnyOf>(condition.node)) kind = "any";
  if (std::holds_alternative<segments::Not>(condition.node)) kind = "not";
  out.begin_object();
  text_field(out, "kind", kind);
  text_field(out, "text", segments::describe(condition));
  text_or_null_field(out, "note", surprise(condition));
  out.name("rows").begin_list();
  write_parts(out, condition);
  out.end_list();
  out.end_object();
}

void write_parts(JsonWriter& out, const Condition& condition) {
  const auto each = [&](const std::vector<Condition>& parts) {
    for (const Condition& part : parts) write_row(out, part);
  };
  if (const auto* all = std::get_if<segments::AllOf>(&condition.node)) each(all->parts);
  if (const auto* any = std::get_if<segments::AnyOf>(&condition.node)) each(any->parts);
  if (const auto* negation = std::get_if<segments::Not>(&condition.node)) each(negation->part);
}

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
  text_field(out, "text", segments::describe(condition));
  out.name("definition").value(segments::write_condition(condition));
  out.name("rows");
  write_row(out, condition);
}

void write_definition_ref(JsonWriter& out, std::string_view kind, std::string_view key,
                          std::string_view name) {
  out.begin_object();
  text_field(out, "kind", kind);
  text_field(out, "key", key);
  text_field(out, "name", name);
  out.end_object();
}

void write_difference(JsonWriter& out, const reaction::Difference& difference) {
  out.begin_object();
  text_field(out, "path", difference.path);
  text_or_null_field(out, "before", difference.before);
  text_or_null_field(out, "after", difference.after);
  text_or_null_field(out, "step", difference.step);
  text_field(out, "text", reaction::describe(difference));
  out.end_object();
}

Result<std::vector<NamedDefinition>> named_definitions(store::StateReads& view) {
  TRY(records, view.definitions());
  const std::vector<std::string> names = runtime::file_names(records);
  std::vector<NamedDefinition> named;
  for (std::size_t i = 0; i < records.size(); ++i) {
    named.push_back({std::move(records[i]), names[i]});
  }
  return named;
}

Result<NamedDefinition> find_definition(store::StateReads& view, const std::string& kind,
                                        const std::string& key) {
  TRY(definitions, named_definitions(view));
  for (NamedDefinition& each : definitions) {
    if (each.record.kind == kind && each.record.key == key) return std::move(each);
  }
  return failure({.code = "unknown_definition",
                  .message = "there is no definition of this kind and key",
                  .field = "key",
                  .value = kind + "/" + key});
}

Result<store::DefinitionRecord> definition_version(store::StateReads& view,
                                                   const store::DefinitionRecord& latest,
                                                   int version) {
  TRY(found, view.definition(latest.kind, latest.key, version));
  if (found) return std::move(*found);
  return failure(
      {.code = "unknown_version",
       .message = fmt::format("there is no version {}, the latest is {}", version, latest.version),
       .field = "version",
       .value = std::to_string(version),
       .limit = std::to_string(latest.version)});
}

Error unknown_definition(std::string_view kind, std::string_view key) {
  return {.code = fmt::format("unknown_{}", kind),
          .message = fmt::format("there is no such {}", kind),
          .field = "key",
          .value = std::string(key)};
}

Error absent_definition(const reaction::Rules& rules, std::string_view kind, std::string_view key) {
  const reaction::SetAside* aside = rules.set_aside(kind, key);
  if (aside == nullptr) return unknown_definition(kind, key);
  return {.code = "set_aside",
          .message = fmt::format("the {} is set aside: {}", kind, aside->problems.front().message),
          .field = "key",
          .value = std::string(key)};
}

}  // namespace sojourn::api

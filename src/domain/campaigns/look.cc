#include "domain/campaigns/look.h"

#include <array>

#include "base/json.h"

namespace sojourn::campaigns {
namespace {

using experiments::Verdict;

std::optional<Verdict::Kind> parse_kind(std::string_view text) {
  for (const auto kind : {Verdict::Kind::winner, Verdict::Kind::leading, Verdict::Kind::unclear}) {
    if (experiments::to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

double number_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr || !value->is_number() ? 0 : value->number();
}

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

}  // namespace

std::string encode_look(const TakenLook& look) {
  Value::List list;
  for (std::size_t i = 0; i < look.results.size(); ++i) {
    const ArmResult& result = look.results[i];
    Object arm{{"arm", result.arm},
               {"sent", result.sent},
               {"successes", result.successes},
               {"revenue", result.revenue}};
    if (i < look.chances.size()) arm.set("best", look.chances[i]);
    list.emplace_back(std::move(arm));
  }
  return to_json(Object{{"at", look.at.ms},
                        {"verdict", experiments::to_string(look.verdict.kind)},
                        {"arm", look.verdict.arm},
                        {"chance", look.verdict.chance},
                        {"results", std::move(list)}});
}

std::optional<TakenLook> decode_look(std::string_view text) {
  const Result<Value> value = parse_json(text);
  const Object* object = value ? value->as_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  const std::optional<Verdict::Kind> kind = parse_kind(text_of(*object, "verdict"));
  const Value* results = object->find("results");
  const Value::List* list = results == nullptr ? nullptr : results->as_list();
  if (!kind || list == nullptr) return std::nullopt;
  TakenLook look;
  look.at = {static_cast<std::int64_t>(number_of(*object, "at"))};
  look.verdict = {
      .kind = *kind, .arm = text_of(*object, "arm"), .chance = number_of(*object, "chance")};
  for (const Value& each : *list) {
    const Object* arm = each.as_object();
    if (arm == nullptr) return std::nullopt;
    look.results.push_back({.arm = text_of(*arm, "arm"),
                            .sent = static_cast<std::int64_t>(number_of(*arm, "sent")),
                            .successes = static_cast<std::int64_t>(number_of(*arm, "successes")),
                            .revenue = static_cast<std::int64_t>(number_of(*arm, "revenue"))});
    if (arm->find("best") != nullptr) look.chances.push_back(number_of(*arm, "best"));
  }
  return look;
}

}  // namespace sojourn::campaigns

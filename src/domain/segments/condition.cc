#include "domain/segments/condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "domain/definitions/reader.h"

namespace sojourn::segments {
namespace {

using definitions::Reader;

/// How many of a fact's newest times a question needs: one more than it counts, where it must tell
/// "as many" from "more".
int times_needed(const Did& did) {
  if (!did.within) return 0;
  return did.comparison == Comparison::at_least ? did.times : did.times + 1;
}

class ConditionReader {
 public:
  Result<Condition> read(const Value& value, const std::string& path, int depth) {
    Reader reader(value, path);
    if (depth > condition_depth_max) {
      return reader.refuse("too_deep", "",
                           fmt::format("is nested more than {} levels deep", condition_depth_max));
    }
    if (++parts_ > condition_parts_max) {
      return reader.refuse(
          "too_many", "", fmt::format("is beyond the limit of {} conditions", condition_parts_max));
    }
    if (reader.find("all") != nullptr) {
      TRY(parts, list(reader, "all", depth));
      return Condition{AllOf{std::move(parts)}};
    }
    if (reader.find("any") != nullptr) {
      TRY(parts, list(reader, "any", depth));
      return Condition{AnyOf{std::move(parts)}};
    }
    if (const Value* inner = reader.find("not")) {
      TRY_VOID(reader.finish());
      TRY(part, read(*inner, reader.path_of("not"), depth + 1));
      return Condition{Not{{std::move(part)}}};
    }
    if (reader.find("attribute") != nullptr) {
      TRY(filter, facts::read_filter(value, path, "attribute"));
      return Condition{AttributeIs{std::move(filter)}};
    }
    if (const Value* inner = reader.find("did")) {
      TRY_VOID(reader.finish());
      return did(*inner, reader.path_of("did"));
    }
    if (reader.find("segment") != nullptr) {
      TRY(key, reader.key("segment"));
      TRY_VOID(reader.finish());
      return Condition{InSegment{std::move(key)}};
    }
    if (reader.find("score") != nullptr) return score(reader);
    return reader.refuse("unknown_condition", "",
                         "must be one of all, any, not, attribute, did, segment, score");
  }

 private:
  Result<std::vector<Condition>> list(Reader& reader, std::string_view member, int depth) {
    TRY(items, reader.optional_list(member));
    TRY_VOID(reader.finish());
    std::vector<Condition> parts;
    for (std::size_t i = 0; i < items->size(); ++i) {
      TRY(part, read((*items)[i], fmt::format("{}[{}]", reader.path_of(member), i), depth + 1));
      parts.push_back(std::move(part));
    }
    return parts;
  }

  static Result<Condition> did(const Value& value, const std::string& path) {
    static constexpr std::string_view names[] = {"at_least", "at_most", "exactly"};
    Did did;
    TRY(match, facts::read_event_match(value, path));
    did.match = std::move(match);
    did.fact = facts::fact_id(did.match);
    Reader reader(value, path);
    reader.find("event");
    reader.find("where");
    bool counted = false;
    for (int i = 0; i < 3; ++i) {
      const std::string_view name = names[i];
      TRY(times, reader.optional_integer(name, i == 0 ? 1 : 0, facts::occurrences_max - 1));
      if (!times) continue;
      if (counted) return reader.refuse("two_counts", name, "is a second count");
      counted = true;
      did.comparison = static_cast<Comparison>(i);
      did.times = static_cast<int>(*times);
    }
    TRY(within, reader.optional_duration("within"));
    did.within = within;
    TRY_VOID(reader.finish());
    return Condition{std::move(did)};
  }

  static Result<Condition> score(Reader& reader) {
    ScoreIs question;
    TRY(key, reader.key("score"));
    question.score = std::move(key);
    if (reader.find("threshold") != nullptr) {
      TRY(threshold, reader.key("threshold"));
      question.threshold = std::move(threshold);
    } else {
      TRY(value, reader.number("at_least"));
      question.at_least = value;
    }
    TRY_VOID(reader.finish());
    return Condition{std::move(question)};
  }

  int parts_ = 0;
};

Value::List write_all(const std::vector<Condition>& parts) {
  Value::List list;
  for (const Condition& part : parts) list.push_back(write_condition(part));
  return list;
}

struct ConditionWriter {
  Value operator()(const AllOf& all) const { return Object{{"all", write_all(all.parts)}}; }
  Value operator()(const AnyOf& any) const { return Object{{"any", write_all(any.parts)}}; }
  Value operator()(const Not& negation) const {
    return Object{{"not", write_condition(negation.part.front())}};
  }
  Value operator()(const AttributeIs& attribute) const {
    return facts::write_filter(attribute.filter, "attribute");
  }
  Value operator()(const Did& did) const {
    static constexpr std::string_view names[] = {"at_least", "at_most", "exactly"};
    Object object;
    facts::write_event_match(did.match, object);
    object.set(names[static_cast<int>(did.comparison)], did.times);
    if (did.within) object.set("within", format_duration(*did.within));
    return Object{{"did", std::move(object)}};
  }
  Value operator()(const InSegment& membership) const {
    return Object{{"segment", membership.segment}};
  }
  Value operator()(const ScoreIs& question) const {
    Object object{{"score", question.score}};
    if (question.threshold.empty()) {
      object.set("at_least", question.at_least);
    } else {
      object.set("threshold", question.threshold);
    }
    return object;
  }
};

std::string join(const std::vector<Condition>& parts, std::string_view word) {
  if (parts.size() == 1) return describe(parts.front());
  std::string text;
  for (const Condition& part : parts) {
    if (!text.empty()) text += fmt::format(" {} ", word);
    const bool nested =
        std::holds_alternative<AllOf>(part.node) || std::holds_alternative<AnyOf>(part.node);
    text += nested ? fmt::format("({})", describe(part)) : describe(part);
  }
  return text;
}

struct Describer {
  std::string operator()(const AllOf& all) const {
    return all.parts.empty() ? "everybody" : join(all.parts, "and");
  }
  std::string operator()(const AnyOf& any) const {
    return any.parts.empty() ? "nobody" : join(any.parts, "or");
  }
  std::string operator()(const Not& negation) const {
    return fmt::format("not ({})", describe(negation.part.front()));
  }
  std::string operator()(const AttributeIs& attribute) const {
    return facts::describe(attribute.filter);
  }
  std::string operator()(const Did& did) const {
    static constexpr std::string_view words[] = {"at least", "at most", "exactly"};
    std::string text = fmt::format("did {} {} {} {}", facts::describe(did.match),
                                   words[static_cast<int>(did.comparison)], did.times,
                                   did.times == 1 ? "time" : "times");
    if (did.within) text += fmt::format(" in the last {}", format_duration(*did.within));
    return text;
  }
  std::string operator()(const InSegment& membership) const {
    return fmt::format("in segment {}", membership.segment);
  }
  std::string operator()(const ScoreIs& question) const {
    if (!question.threshold.empty()) {
      return fmt::format("score {} is {}", question.score, question.threshold);
    }
    return fmt::format("score {} is at least {}", question.score, question.at_least);
  }
};

struct ReadsCollector {
  Reads& reads;

  void operator()(const AllOf& all) const { each(all.parts); }
  void operator()(const AnyOf& any) const { each(any.parts); }
  void operator()(const Not& negation) const { each(negation.part); }
  void operator()(const AttributeIs& attribute) const {
    reads.attributes.push_back(attribute.filter.path.substr(0, attribute.filter.path.find('.')));
    reads.attributes.push_back(attribute.filter.path);
  }
  void operator()(const Did& did) const {
    reads.facts.push_back({.match = did.match, .keep = times_needed(did)});
  }
  void operator()(const InSegment& membership) const {
    reads.segments.push_back(membership.segment);
  }
  void operator()(const ScoreIs& question) const {
    reads.scores.push_back(question.score);
    if (question.threshold.empty()) return;
    reads.thresholds.push_back({question.score, question.threshold});
  }

  void each(const std::vector<Condition>& parts) const {
    for (const Condition& part : parts) collect_reads(part, reads);
  }
};

}  // namespace

bool operator==(const Condition& a, const Condition& b) {
  return write_condition(a) == write_condition(b);
}

Result<Condition> read_condition(const Value& value, const std::string& path) {
  return ConditionReader().read(value, path, 0);
}

Value write_condition(const Condition& condition) {
  return std::visit(ConditionWriter(), condition.node);
}

std::string describe(const Condition& condition) {
  return std::visit(Describer(), condition.node);
}

void collect_reads(const Condition& condition, Reads& reads) {
  std::visit(ReadsCollector{reads}, condition.node);
}

}  // namespace sojourn::segments

// Conditions as text: what parse_condition reads.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "domain/segments/condition_text.h"
#include "domain/segments/condition_words.h"

namespace sojourn::segments {
namespace {

using facts::Operator;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_plain_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool begins = !text.empty() && !(text.front() >= '0' && text.front() <= '9');
  return begins && std::all_of(text.begin(), text.end(), plain) && !is_ambiguous(text);
}

/// A name of an attribute or a property: dots join its parts.
std::string name_text(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '*';
  };
  const bool letter =
      !name.empty() && ((name.front() >= 'a' && name.front() <= 'z') ||
                        (name.front() >= 'A' && name.front() <= 'Z') || name.front() == '_');
  const bool bare = letter && std::all_of(name.begin(), name.end(), plain) && !is_ambiguous(name) &&
                    !equal_ignoring_case(name, "all") && !equal_ignoring_case(name, "any");
  return bare ? std::string(name) : in_quotes(name);
}

/// Keys may hold hyphens.
std::string key_text(std::string_view key) {
  std::string plain(key);
  std::replace(plain.begin(), plain.end(), '-', '_');
  const bool bare = is_plain_word(plain) && !key.starts_with('-');
  return bare ? std::string(key) : in_quotes(key);
}

std::string value_text(const Value& value) {
  if (const std::string* text = value.as_string()) {
    return is_plain_word(*text) ? *text : in_quotes(*text);
  }
  return to_json(value);
}

std::string date_text(const Value& value) {
  const std::string* text = value.as_string();
  if (text == nullptr) return to_json(value);
  // A space would end the word.
  return text->find(' ') == std::string::npos ? *text : in_quotes(*text);
}

std::string list_text(const Value& value) {
  std::string items;
  for (const Value& item : *value.as_list()) {
    if (!items.empty()) items += ", ";
    items += value_text(item);
  }
  return fmt::format("({})", items);
}

std::string filter_text(const facts::Filter& filter) {
  const std::string name = name_text(filter.path);
  const std::string length = describe_span(filter.span);
  if (filter.op == Operator::within_last) return fmt::format("{} in last {}", name, length);
  if (filter.op == Operator::within_next) return fmt::format("{} in next {}", name, length);
  if (filter.op == Operator::longer_ago) return fmt::format("{} more than {} ago", name, length);
  if (filter.op == Operator::further_ahead) return fmt::format("{} in more than {}", name, length);
  if (filter.op == Operator::anniversary) return fmt::format("anniversary of {} is today", name);
  if (filter.op == Operator::anniversary_within_last) {
    return fmt::format("anniversary of {} in last {}", name, length);
  }
  if (filter.op == Operator::anniversary_within_next) {
    return fmt::format("anniversary of {} in next {}", name, length);
  }
  const std::string_view words = words_of(filter.op);
  switch (facts::operand_kind(filter.op)) {
    case facts::OperandKind::none:
      return fmt::format("{} {}", name, words);
    case facts::OperandKind::list:
      return fmt::format("{} {} {}", name, words, list_text(filter.operand));
    case facts::OperandKind::pair: {
      const Value::List& pair = *filter.operand.as_list();
      return fmt::format("{} {} {} and {}", name, words, value_text(pair[0]), value_text(pair[1]));
    }
    case facts::OperandKind::date:
      return fmt::format("{} {} {}", name, words, date_text(filter.operand));
    case facts::OperandKind::value:
    case facts::OperandKind::pattern:
    case facts::OperandKind::span:
      return fmt::format("{} {} {}", name, words, value_text(filter.operand));
  }
  return {};
}

std::string comparison_text(const Did& did) {
  switch (did.comparison) {
    case Comparison::at_least:
      return fmt::format("at least {}", did.amount);
    case Comparison::at_most:
      return fmt::format("at most {}", did.amount);
    case Comparison::exactly:
      return fmt::format("exactly {}", did.amount);
    case Comparison::more_than:
      return fmt::format("more than {}", did.amount);
    case Comparison::less_than:
      return fmt::format("less than {}", did.amount);
    case Comparison::between:
      return fmt::format("between {} and {}", did.amount, did.upper);
  }
  return {};
}

std::string window_text(const Window& window) {
  std::string text;
  if (window.last) text += fmt::format(" in last {}", describe_span(*window.last));
  if (window.since) text += fmt::format(" since {}", date_text(window.since->text));
  if (window.until) text += fmt::format(" before {}", date_text(window.until->text));
  return text;
}

bool is_plain_did(const Did& did) {
  return did.measure == Measure::count && did.comparison == Comparison::at_least && did.amount == 1;
}

std::string_view measure_word(Measure measure) {
  static constexpr std::string_view words[] = {"count",   "sum",     "average",
                                               "minimum", "maximum", "distinct"};
  return words[static_cast<std::size_t>(measure)];
}

/// After `did` or `did not`.
std::string did_text(const Did& did) {
  std::string text = describe(did.match);
  if (did.measure != Measure::count) {
    text += fmt::format(" with {} of {} {}", measure_word(did.measure), name_text(did.property),
                        comparison_text(did));
  } else if (!is_plain_did(did)) {
    const bool one = did.comparison != Comparison::between && did.amount == 1;
    text += fmt::format(" {} {}", comparison_text(did), one ? "time" : "times");
  }
  return text + window_text(did.window);
}

std::string sequence_text(const Sequence& sequence) {
  std::string text = "did ";
  bool first = true;
  for (const Sequence::Stage& stage : sequence.stages) {
    if (!first) text += stage.never ? " then not " : " then ";
    first = false;
    text += describe(stage.match);
    if (stage.within) text += fmt::format(" within {}", describe_span(*stage.within));
  }
  return text + window_text(sequence.window);
}

/// A filter of an event at the very end would take a following `and` for its own.
bool ends_open(const Condition& condition) {
  if (const Did* did = std::get_if<Did>(&condition.node)) {
    return !did->match.where.empty() && is_plain_did(*did) && is_ever(did->window);
  }
  if (const Sequence* sequence = std::get_if<Sequence>(&condition.node)) {
    const Sequence::Stage& last = sequence->stages.back();
    return !last.match.where.empty() && !last.within && is_ever(sequence->window);
  }
  const Not* negation = std::get_if<Not>(&condition.node);
  return negation != nullptr && ends_open(negation->part.front());
}

bool is_group(const Condition& condition) {
  const AllOf* all = std::get_if<AllOf>(&condition.node);
  const AnyOf* any = std::get_if<AnyOf>(&condition.node);
  return (all != nullptr && all->parts.size() > 1) || (any != nullptr && any->parts.size() > 1);
}

std::string bracketed(const Condition& condition, bool brackets) {
  return brackets ? fmt::format("({})", describe(condition)) : describe(condition);
}

std::string group_text(const std::vector<Condition>& parts, std::string_view word,
                       std::string_view of_one) {
  if (parts.size() == 1) return fmt::format("{} ({})", of_one, describe(parts.front()));
  std::string text;
  for (const Condition& part : parts) {
    if (!text.empty()) text += fmt::format(" {} ", word);
    text += bracketed(part, is_group(part) || ends_open(part));
  }
  return text;
}

struct Describer {
  std::string operator()(const AllOf& all) const {
    return all.parts.empty() ? "everybody" : group_text(all.parts, "and", "all");
  }
  std::string operator()(const AnyOf& any) const {
    return any.parts.empty() ? "nobody" : group_text(any.parts, "or", "any");
  }
  std::string operator()(const Not& negation) const {
    const Condition& part = negation.part.front();
    if (const Did* did = std::get_if<Did>(&part.node); did != nullptr && is_plain_did(*did)) {
      return fmt::format("did not {}", did_text(*did));
    }
    return fmt::format("not {}", bracketed(part, is_group(part)));
  }
  std::string operator()(const AttributeIs& attribute) const {
    return filter_text(attribute.filter);
  }
  std::string operator()(const Did& did) const { return fmt::format("did {}", did_text(did)); }
  std::string operator()(const Occurred& occurred) const {
    const bool first = occurred.which == Occurred::Which::first;
    std::string text = fmt::format("{} {}", first ? "first" : "last", describe(occurred.match));
    if (occurred.longer_ago) {
      return fmt::format("{} more than {} ago", text, describe_span(*occurred.longer_ago));
    }
    return text + (is_ever(occurred.window) ? " ever" : window_text(occurred.window));
  }
  std::string operator()(const Sequence& sequence) const { return sequence_text(sequence); }
  std::string operator()(const InSegment& membership) const {
    return fmt::format("in segment {}", key_text(membership.segment));
  }
  std::string operator()(const OnList& membership) const {
    return fmt::format("in list {}", key_text(membership.list));
  }
  std::string operator()(const ScoreIs& question) const {
    const std::string key = key_text(question.score);
    if (!question.threshold.empty()) {
      return fmt::format("score {} is {}", key, key_text(question.threshold));
    }
    if (question.at_least && question.below) {
      return fmt::format("score {} from {} to below {}", key, *question.at_least, *question.below);
    }
    if (question.at_least) return fmt::format("score {} >= {}", key, *question.at_least);
    return fmt::format("score {} < {}", key, question.below.value_or(0));
  }
  std::string operator()(const GradeIs& question) const {
    std::string grades;
    for (const std::string& grade : question.one_of) {
      if (!grades.empty()) grades += ", ";
      grades += key_text(grade);
    }
    if (question.one_of.size() == 1) {
      return fmt::format("grade {} is {}", key_text(question.grade), grades);
    }
    return fmt::format("grade {} in ({})", key_text(question.grade), grades);
  }
  std::string operator()(const Reachable& question) const {
    return fmt::format("reachable by {}{}", question.channel, about(question.topic));
  }
  std::string operator()(const ConsentIs& question) const {
    static constexpr std::string_view states[] = {"opted_in", "opted_out", "unknown", "suppressed"};
    return fmt::format("consent to {}{} is {}", question.channel, about(question.topic),
                       states[static_cast<std::size_t>(question.state)]);
  }
  std::string operator()(const RandomShare& share) const {
    std::string text = fmt::format("in random {}%", share.percent);
    if (!share.seed.empty()) text += fmt::format(" of {}", key_text(share.seed));
    return text;
  }

  static std::string about(const std::string& topic) {
    return topic.empty() ? std::string() : fmt::format(" about {}", key_text(topic));
  }
};

}  // namespace

std::string describe(const Condition& condition) {
  return std::visit(Describer(), condition.node);
}

std::string describe(const facts::EventMatch& match) {
  std::string text = key_text(match.event);
  std::string_view word = " where ";
  for (const facts::Filter& filter : match.where) {
    text += word;
    text += filter_text(filter);
    word = " and ";
  }
  return text;
}

}  // namespace sojourn::segments

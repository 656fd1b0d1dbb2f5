#include "domain/segments/condition_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "domain/definitions/reader.h"
#include "domain/segments/condition_text.h"
#include "domain/segments/condition_words.h"

namespace sojourn::segments {
namespace {

using definitions::Reader;

// In the order of their enumerations.
constexpr std::string_view measure_names[] = {"count",   "sum",     "average",
                                              "minimum", "maximum", "distinct"};
constexpr std::string_view comparison_names[] = {"at_least",  "at_most",   "exactly",
                                                 "more_than", "less_than", "between"};
constexpr std::string_view consent_names[] = {"opted_in", "opted_out", "unknown", "suppressed"};

/// The parts of `all`, `any` and `not` are read each on its own, so that what is wrong in each is
/// found; a question, and a text, is read up to its first mistake.
class ConditionReader {
 public:
  explicit ConditionReader(definitions::Findings& findings) : findings_(findings) {}

  /// What cannot be read stands as an empty `all`.
  Condition read(const Value& value, const std::string& path, int depth) {
    if (const std::string* text = value.as_string()) return taken(read_text(*text, path));
    Reader reader(value, path);
    if (depth > condition_depth_max) {
      return taken(reader.refuse(
          "too_deep", "", fmt::format("is nested more than {} levels deep", condition_depth_max)));
    }
    if (++parts_ > condition_parts_max) {
      // Of many the first says it.
      if (parts_ > condition_parts_max + 1) return {};
      return taken(
          reader.refuse("too_many", "",
                        fmt::format("is beyond the limit of {} conditions", condition_parts_max)));
    }
    if (reader.find("all") != nullptr) return Condition{AllOf{list(reader, "all", depth)}};
    if (reader.find("any") != nullptr) return Condition{AnyOf{list(reader, "any", depth)}};
    if (const Value* inner = reader.find("not")) {
      reader.finish(findings_);
      return Condition{Not{{read(*inner, reader.path_of("not"), depth + 1)}}};
    }
    return taken(question(reader, value, path));
  }

 private:
  Condition taken(Result<Condition> condition) {
    return findings_.take(condition) ? std::move(*condition) : Condition{};
  }

  static Result<Condition> read_text(const std::string& text, const std::string& path) {
    Result<Condition, SyntaxError> condition = parse_condition(text);
    if (condition) return std::move(*condition);
    Error error = to_error(condition.error());
    error.field = path;
    error.message = fmt::format("{}: {}", path, error.message);
    return failure(std::move(error));
  }

  std::vector<Condition> list(Reader& reader, std::string_view member, int depth) {
    std::vector<Condition> parts;
    const Result<const Value::List*> items = reader.optional_list(member);
    reader.finish(findings_);
    if (!findings_.take(items)) return parts;
    for (std::size_t i = 0; i < (*items)->size(); ++i) {
      parts.push_back(
          read((**items)[i], fmt::format("{}[{}]", reader.path_of(member), i), depth + 1));
    }
    return parts;
  }

  static Result<Condition> question(Reader& reader, const Value& value, const std::string& path) {
    if (reader.find("attribute") != nullptr) {
      TRY(filter, facts::read_filter(value, path, "attribute"));
      return Condition{AttributeIs{std::move(filter)}};
    }
    if (reader.find("segment") != nullptr) {
      TRY(reference, reference_of(reader, "segment"));
      return Condition{InSegment{std::move(reference)}};
    }
    if (reader.find("list") != nullptr) {
      TRY(reference, reference_of(reader, "list"));
      return Condition{OnList{std::move(reference)}};
    }
    if (reader.find("score") != nullptr) return score(reader);
    if (reader.find("grade") != nullptr) return grade(reader);
    if (reader.find("random") != nullptr) return random_share(reader);
    using Inner = Result<Condition> (*)(const Value&, const std::string&);
    static constexpr std::pair<std::string_view, Inner> inner_questions[] = {
        {"did", did},           {"first", occurred<Occurred::Which::first>},
        {"sequence", sequence}, {"last", occurred<Occurred::Which::last>},
        {"consent", consent},   {"reachable", reachable}};
    for (const auto& [member, read_inner] : inner_questions) {
      const Value* inner = reader.find(member);
      if (inner == nullptr) continue;
      TRY_VOID(reader.finish());
      return read_inner(*inner, reader.path_of(member));
    }
    return reader.refuse("unknown_condition", "",
                         "must be one of all, any, not, attribute, did, first, last, sequence, "
                         "segment, list, score, grade, reachable, consent, random");
  }

  static Result<std::string> reference_of(Reader& reader, std::string_view member) {
    TRY(reference, reader.text(member));
    TRY_VOID(reader.finish());
    if (reference.empty()) return reader.refuse("out_of_range", member, "must not be empty");
    return reference;
  }

  static Result<std::optional<Bound>> bound(Reader& reader, std::string_view member) {
    TRY(text, reader.optional_text(member));
    if (!text) return std::optional<Bound>();
    if (!facts::parse_date(*text)) {
      return reader.refuse("not_a_date", member,
                           "must be a date such as \"2026-03-01\", or a time");
    }
    return std::optional<Bound>(Bound{std::move(*text), {}});
  }

  static Result<Window> window(Reader& reader) {
    Window window;
    TRY(within, reader.optional_span("within"));
    window.last = within;
    TRY(since, bound(reader, "since"));
    window.since = std::move(since);
    TRY(until, bound(reader, "until"));
    window.until = std::move(until);
    return window;
  }

  /// Reads the event match that stands beside the reader's other members.
  static Result<facts::EventMatch> match(Reader& reader, const Value& value) {
    reader.find("event");
    reader.find("where");
    return facts::read_event_match(value, reader.path());
  }

  static Result<Condition> did(const Value& value, const std::string& path) {
    Did did;
    Reader reader(value, path);
    TRY(event, match(reader, value));
    did.match = std::move(event);
    TRY_VOID(read_measure(reader, did));
    TRY_VOID(read_comparison(reader, did));
    TRY(seen, window(reader));
    did.window = std::move(seen);
    TRY_VOID(reader.finish());
    return Condition{std::move(did)};
  }

  static Result<void> read_measure(Reader& reader, Did& did) {
    for (std::size_t i = 1; i < std::size(measure_names); ++i) {
      TRY(property, reader.optional_text(measure_names[i]));
      if (!property) continue;
      if (did.measure != Measure::count) {
        return reader.refuse("two_measures", measure_names[i], "is a second measure");
      }
      if (property->empty()) {
        return reader.refuse("out_of_range", measure_names[i], "must name a property");
      }
      did.measure = static_cast<Measure>(i);
      if (const std::optional<Error> wrong = check_measured(*property)) {
        return reader.refuse(wrong->code, measure_names[i], wrong->message);
      }
      did.property = std::move(*property);
    }
    return {};
  }

  static Result<void> read_comparison(Reader& reader, Did& did) {
    bool compared = false;
    for (std::size_t i = 0; i < std::size(comparison_names); ++i) {
      const Value* member = reader.find(comparison_names[i]);
      if (member == nullptr) continue;
      const std::string_view name = comparison_names[i];
      if (compared) return reader.refuse("two_counts", name, "is a second count");
      compared = true;
      did.comparison = static_cast<Comparison>(i);
      if (did.comparison == Comparison::between) {
        const Value::List* pair = member->as_list();
        const bool numbers = pair != nullptr && pair->size() == 2 && (*pair)[0].is_number() &&
                             (*pair)[1].is_number();
        if (!numbers) return reader.refuse("wrong_type", name, "must be a list of two numbers");
        did.amount = (*pair)[0].number();
        did.upper = (*pair)[1].number();
      } else {
        TRY(amount, reader.number(name));
        did.amount = amount;
      }
      if (const std::optional<Error> wrong = check_amounts(did)) {
        return reader.refuse(wrong->code, name, wrong->message);
      }
    }
    if (!compared && did.measure != Measure::count) {
      return reader.refuse("missing_member", "at_least", "or another comparison is required");
    }
    return {};
  }

  template <Occurred::Which which>
  static Result<Condition> occurred(const Value& value, const std::string& path) {
    Occurred occurred{.which = which, .match = {}, .window = {}, .longer_ago = {}};
    Reader reader(value, path);
    TRY(event, match(reader, value));
    occurred.match = std::move(event);
    TRY(seen, window(reader));
    occurred.window = std::move(seen);
    TRY(longer_ago, reader.optional_span("longer_ago"));
    occurred.longer_ago = longer_ago;
    TRY_VOID(reader.finish());
    if (occurred.longer_ago && !is_ever(occurred.window)) {
      return reader.refuse("two_windows", "longer_ago", "is a second window");
    }
    return Condition{std::move(occurred)};
  }

  static Result<Condition> sequence(const Value& value, const std::string& path) {
    Sequence sequence;
    Reader reader(value, path);
    TRY(stages, reader.optional_list("stages"));
    if (stages->size() > stages_max) {
      return reader.refuse(
          "out_of_range", "stages",
          fmt::format("has {} items, it must have 2 to {}", stages->size(), stages_max));
    }
    for (std::size_t i = 0; i < stages->size(); ++i) {
      Reader stage_reader((*stages)[i], fmt::format("{}[{}]", reader.path_of("stages"), i));
      Sequence::Stage stage;
      TRY(event, match(stage_reader, (*stages)[i]));
      stage.match = std::move(event);
      TRY(never, stage_reader.boolean_or("never", false));
      stage.never = never;
      TRY(within, stage_reader.optional_span("within"));
      stage.within = within;
      TRY_VOID(stage_reader.finish());
      sequence.stages.push_back(std::move(stage));
    }
    TRY(seen, window(reader));
    sequence.window = std::move(seen);
    TRY_VOID(reader.finish());
    if (const std::optional<Error> wrong = check_stages(sequence)) {
      return reader.refuse(wrong->code, "stages", wrong->message);
    }
    return Condition{std::move(sequence)};
  }

  static Result<Condition> score(Reader& reader) {
    ScoreIs question;
    TRY(key, reader.key("score"));
    question.score = std::move(key);
    if (reader.find("threshold") != nullptr) {
      TRY(threshold, reader.key("threshold"));
      question.threshold = std::move(threshold);
    } else {
      TRY(at_least, reader.optional_number("at_least"));
      question.at_least = at_least;
      TRY(below, reader.optional_number("below"));
      question.below = below;
      if (!at_least && !below) {
        return reader.refuse("missing_member", "at_least", "or below, or threshold is required");
      }
    }
    TRY_VOID(reader.finish());
    return Condition{std::move(question)};
  }

  static Result<Condition> grade(Reader& reader) {
    GradeIs question;
    TRY(key, reader.key("grade"));
    question.grade = std::move(key);
    TRY(one, reader.optional_text("is"));
    if (one) question.one_of.push_back(std::move(*one));
    TRY(many, reader.optional_list("one_of"));
    for (const Value& item : *many) {
      const std::string* text = item.as_string();
      if (text == nullptr) return reader.refuse("wrong_type", "one_of", "must be a list of grades");
      question.one_of.push_back(*text);
    }
    TRY_VOID(reader.finish());
    if (question.one_of.empty()) {
      return reader.refuse("missing_member", "one_of", "must name a grade");
    }
    return Condition{std::move(question)};
  }

  static Result<Condition> random_share(Reader& reader) {
    RandomShare share;
    TRY(percent, reader.number("random"));
    share.percent = percent;
    if (!(percent >= 0 && percent <= 100)) {
      return reader.refuse("out_of_range", "random",
                           fmt::format("is {}, it must be from 0 to 100", percent));
    }
    TRY(seed, reader.optional_text("seed"));
    share.seed = seed.value_or("");
    TRY_VOID(reader.finish());
    return Condition{std::move(share)};
  }

  static Result<void> channel_and_topic(Reader& reader, std::string& channel, std::string& topic) {
    if (reader.find("channel") != nullptr) {
      TRY_VOID(reader.choice("channel", {"email"}));
      channel = "email";
    }
    if (reader.find("topic") == nullptr) return {};
    TRY(key, reader.key("topic"));
    topic = std::move(key);
    return {};
  }

  static Result<Condition> reachable(const Value& value, const std::string& path) {
    Reader reader(value, path);
    Reachable question;
    TRY_VOID(channel_and_topic(reader, question.channel, question.topic));
    TRY_VOID(reader.finish());
    return Condition{std::move(question)};
  }

  static Result<Condition> consent(const Value& value, const std::string& path) {
    Reader reader(value, path);
    ConsentIs question;
    TRY_VOID(channel_and_topic(reader, question.channel, question.topic));
    TRY(state, reader.choice("is", {"opted_in", "opted_out", "unknown", "suppressed"}));
    question.state = static_cast<ConsentIs::State>(state);
    TRY_VOID(reader.finish());
    return Condition{std::move(question)};
  }

  definitions::Findings& findings_;
  int parts_ = 0;
};

/// 5 rather than 5.0.
Value number_value(double number) {
  const bool whole = std::floor(number) == number && std::abs(number) < 1e15;
  return whole ? Value(static_cast<std::int64_t>(number)) : Value(number);
}

void write_window(const Window& window, Object& object) {
  if (window.last) object.set("within", format_span(*window.last));
  if (window.since) object.set("since", window.since->text);
  if (window.until) object.set("until", window.until->text);
}

Value write_channel(const std::string& channel, const std::string& topic) {
  Object object{{"channel", channel}};
  if (!topic.empty()) object.set("topic", topic);
  return object;
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
    Object object;
    facts::write_event_match(did.match, object);
    if (did.measure != Measure::count) {
      object.set(measure_names[static_cast<std::size_t>(did.measure)], did.property);
    }
    const std::string_view comparison = comparison_names[static_cast<std::size_t>(did.comparison)];
    if (did.comparison == Comparison::between) {
      object.set(comparison, Value::List{number_value(did.amount), number_value(did.upper)});
    } else {
      object.set(comparison, number_value(did.amount));
    }
    write_window(did.window, object);
    return Object{{"did", std::move(object)}};
  }
  Value operator()(const Occurred& occurred) const {
    Object object;
    facts::write_event_match(occurred.match, object);
    if (occurred.longer_ago) object.set("longer_ago", format_span(*occurred.longer_ago));
    write_window(occurred.window, object);
    const bool first = occurred.which == Occurred::Which::first;
    return Object{{first ? "first" : "last", std::move(object)}};
  }
  Value operator()(const Sequence& sequence) const {
    Value::List stages;
    for (const Sequence::Stage& stage : sequence.stages) {
      Object object;
      facts::write_event_match(stage.match, object);
      if (stage.never) object.set("never", true);
      if (stage.within) object.set("within", format_span(*stage.within));
      stages.push_back(std::move(object));
    }
    Object object{{"stages", std::move(stages)}};
    write_window(sequence.window, object);
    return Object{{"sequence", std::move(object)}};
  }
  Value operator()(const InSegment& membership) const {
    return Object{{"segment", membership.segment}};
  }
  Value operator()(const OnList& membership) const { return Object{{"list", membership.list}}; }
  Value operator()(const ScoreIs& question) const {
    Object object{{"score", question.score}};
    if (question.at_least) object.set("at_least", number_value(*question.at_least));
    if (question.below) object.set("below", number_value(*question.below));
    if (!question.threshold.empty()) object.set("threshold", question.threshold);
    return object;
  }
  Value operator()(const GradeIs& question) const {
    const Value::List grades(question.one_of.begin(), question.one_of.end());
    return Object{{"grade", question.grade}, {"one_of", grades}};
  }
  Value operator()(const Reachable& question) const {
    return Object{{"reachable", write_channel(question.channel, question.topic)}};
  }
  Value operator()(const ConsentIs& question) const {
    Value inner = write_channel(question.channel, question.topic);
    inner.as_object()->set("is", consent_names[static_cast<std::size_t>(question.state)]);
    return Object{{"consent", std::move(inner)}};
  }
  Value operator()(const RandomShare& share) const {
    Object object{{"random", number_value(share.percent)}};
    if (!share.seed.empty()) object.set("seed", share.seed);
    return object;
  }

  static Value::List write_all(const std::vector<Condition>& parts) {
    Value::List list;
    for (const Condition& part : parts) list.push_back(write_condition(part));
    return list;
  }
};

}  // namespace

Condition read_condition(const Value& value, const std::string& path,
                         definitions::Findings& findings) {
  return ConditionReader(findings).read(value, path, 0);
}

Result<Condition> read_condition(const Value& value, const std::string& path) {
  definitions::Findings findings;
  Condition condition = read_condition(value, path, findings);
  if (!findings.none()) return failure(findings.all().front());
  return condition;
}

Value write_condition(const Condition& condition) {
  return std::visit(ConditionWriter(), condition.node);
}

}  // namespace sojourn::segments

#include "domain/templates/liquid_evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "domain/catalogs/look_up.h"
#include "domain/templates/liquid_number.h"
#include "domain/templates/liquid_print.h"
#include "domain/templates/text_search.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

/// What leads to the workspace's catalogs, where the data has no such root.
constexpr std::string_view catalogs_root = "catalogs";
/// A look-up may be a read from disk: at most 2,000 of them fit into a render.
constexpr std::int64_t look_up_steps = 100;

/// An item counted from the front, or from the back where `index` is negative; nil beyond the ends.
Datum item_at(const Datum& list, std::int64_t index) {
  const auto size = static_cast<std::int64_t>(list.size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return {};
  return list.item(static_cast<std::size_t>(index));
}

bool orders(Comparison comparison, std::partial_ordering ordering) {
  switch (comparison) {
    case Comparison::less:
      return ordering < 0;
    case Comparison::less_or_equal:
      return ordering <= 0;
    case Comparison::greater:
      return ordering > 0;
    case Comparison::greater_or_equal:
      return ordering >= 0;
    case Comparison::is_true:
    case Comparison::equal:
    case Comparison::not_equal:
    case Comparison::contains:
    case Comparison::unknown:
      break;
  }
  return false;
}

/// The whole number at the beginning of a text; 0 where there is none.
std::int64_t leading_whole(std::string_view text) {
  const Number number = Number::parse(text);
  return number.is_whole() ? number.whole() : rounded_toward_zero(number).whole();
}

std::int64_t cut(double real) {
  constexpr double bound = 9e18;  // beyond it a double does not fit in 64 bits
  return static_cast<std::int64_t>(std::clamp(std::isnan(real) ? 0 : real, -bound, bound));
}

/// How Ruby names a value in the error of a comparison: numbers and such by themselves.
std::string compared_name(const Datum& datum) {
  if (datum.as<Text>() != nullptr) return "String";
  std::string text;
  Collect collect(text);
  print_inspected(datum, collect);
  return text;
}

std::string_view kind_name(const Datum& datum) {
  if (datum.as<std::int64_t>() != nullptr) return "Integer";
  if (datum.as<double>() != nullptr) return "Float";
  return "String";
}

bool has_order(const Datum& datum) {
  return datum.is_number() || datum.as<Text>() != nullptr;
}

}  // namespace

Evaluator::Evaluator(Context& context, const Program& program, const Scope& data)
    : context_(context), program_(program), data_(data), roots_(program.names.size()) {
  frames_.push_back(std::make_unique<std::vector<Slot>>(program.names.size()));
}

void Evaluator::bind(Index name, const Datum& datum) {
  slot(name).bound = datum;
}

std::int64_t& Evaluator::counter(Index name) {
  std::optional<std::int64_t>& count = slot(name).counter;
  if (!count) {
    const std::optional<Datum> known = variable(name);
    const auto* whole = known ? known->as<std::int64_t>() : nullptr;
    count = whole != nullptr && !slot(name).bound && !slot(name).assigned ? *whole : 0;
  }
  return *count;
}

void Evaluator::enter_isolation() {
  ++isolation_;
  context_.charge_items(program_.names.size());
  if (isolation_ == frames_.size()) {
    frames_.push_back(std::make_unique<std::vector<Slot>>(program_.names.size()));
  } else {
    std::ranges::fill(*frames_[isolation_], Slot{});
  }
}

std::optional<Datum> Evaluator::variable(Index name) {
  const Slot& known = slot(name);
  if (known.bound) return known.bound;
  if (known.assigned) return known.assigned;
  if (known.counter) return Datum(*known.counter);
  Root& root = roots_[name];
  if (!root.is_resolved) {
    root.is_resolved = true;
    if (const auto found = data_.find(program_.names[name])) root.datum = Datum(*found);
  }
  return root.datum;
}

Datum Evaluator::value(Index index, Need need) {
  const Expression& expression = program_.expressions[index];
  switch (expression.kind) {
    case Expression::Kind::literal:
      return expression.literal;
    case Expression::Kind::path:
      return path(expression, need);
    case Expression::Kind::range:
      return range(expression, need);
  }
  return {};
}

std::optional<Datum> Evaluator::root_named(const Expression& path, Index& segment) {
  if (path.name != none) return variable(path.name);
  const Datum name = value(program_.segments[path.first].expression, Need::required);
  segment = 1;
  const Text* text = name.as<Text>();
  return text == nullptr ? std::nullopt : variable_named(text->view);
}

std::optional<Datum> Evaluator::variable_named(std::string_view name) {
  const auto known = program_.name_ids.find(name);
  if (known != program_.name_ids.end()) return variable(known->second);
  const std::optional<Scope::Root> root = data_.find(name);
  return root ? std::optional(Datum(*root)) : std::nullopt;
}

Datum Evaluator::path(const Expression& expression, Need need) {
  Index segment = 0;
  std::optional<Datum> at = root_named(expression, segment);
  const bool leads_to_catalogs =
      !at && expression.name != none && program_.names[expression.name] == catalogs_root;
  if (leads_to_catalogs && context_.catalogs() != nullptr) at = Datum(CatalogRef());
  for (; at && segment < expression.count; ++segment) {
    at = member(*at, program_.segments[expression.first + segment]);
    if (!at) return unknown(expression, segment + 1, need);
  }
  return at ? *at : unknown(expression, segment, need);
}

Datum Evaluator::unknown(const Expression& expression, Index segments, Need need) {
  if (need == Need::optional || !context_.is_strict()) return {};
  std::string name(expression.name == none ? "" : program_.names[expression.name]);
  for (Index i = 0; i < segments; ++i) {
    const Segment& segment = program_.segments[expression.first + i];
    name += segment.expression == none ? fmt::format(".{}", segment.name) : "[...]";
  }
  context_.set_line(expression.line);
  context_.fail("unknown_variable", fmt::format("there is no variable \"{}\"", name));
  return {};
}

std::optional<Datum> Evaluator::member(const Datum& object, const Segment& segment) {
  const auto* const catalog = object.as<CatalogRef>();
  if (segment.expression == none) {
    if (catalog != nullptr) return looked_up(*catalog, segment.name);
    if (const Object* members = object.object()) {
      const Value* found = members->find(segment.name);
      if (found != nullptr) return Datum(*found);
    }
    return command(object, segment.name);
  }
  const Datum key = value(segment.expression, Need::required);
  if (const auto* index = key.as<std::int64_t>()) {
    if (object.is_list() || object.as<Range>() != nullptr) return item_at(object, *index);
    // Shops number their things; a key is a text.
    if (catalog != nullptr) return looked_up(*catalog, context_.text_of(key));
    return std::nullopt;
  }
  const Text* name = key.as<Text>();
  if (name == nullptr) return std::nullopt;
  if (catalog != nullptr) return looked_up(*catalog, name->view);
  if (const Loop* loop = object.loop()) return loop->member(name->view);
  if (const Object* members = object.object()) {
    const Value* found = members->find(name->view);
    if (found != nullptr) return Datum(*found);
  }
  return std::nullopt;
}

std::optional<Datum> Evaluator::looked_up(CatalogRef in, std::string_view key) {
  if (!context_.charge_steps(look_up_steps)) return std::nullopt;
  catalogs::Catalogs& catalogs = *context_.catalogs();
  const auto failed = [&](const Error& error) {
    context_.fail(error.code, error.message);
    return std::nullopt;
  };
  if (in.key.empty()) {
    const Result<bool> is_there = catalogs.has(key);
    if (!is_there) return failed(is_there.error());
    return *is_there ? std::optional(Datum(CatalogRef{key})) : std::nullopt;
  }
  const Result<const Object*> item = catalogs.item(in.key, key);
  if (!item) return failed(item.error());
  return *item == nullptr ? std::nullopt : std::optional(Datum(*item));
}

std::optional<Datum> Evaluator::command(const Datum& object, std::string_view name) {
  if (const Loop* loop = object.loop()) return loop->member(name);
  if (const Text* text = object.as<Text>()) {
    context_.charge_reading(text->view.size());
    if (name == "first") return Datum(text->view.substr(0, byte_of_code_point(text->view, 1)));
    const std::size_t count = count_code_points(text->view);
    if (name == "size") return Datum(static_cast<std::int64_t>(count));
    if (name != "last") return std::nullopt;
    return Datum(
        text->view.substr(byte_of_code_point(text->view, std::max<std::size_t>(1, count) - 1)));
  }
  // What Ruby says: the bytes of a machine word.
  if (object.as<std::int64_t>() != nullptr && name == "size") return Datum(std::int64_t{8});
  const Object* members = object.object();
  if (members == nullptr && !object.is_list() && object.as<Range>() == nullptr) return std::nullopt;
  if (name == "size") return Datum(static_cast<std::int64_t>(object.size()));
  if (name == "last" && members == nullptr) return item_at(object, -1);
  if (name != "first") return std::nullopt;
  if (members == nullptr) return item_at(object, 0);
  if (members->empty()) return Datum();
  const std::span<Datum> pair = context_.allocate_items(2);
  if (pair.empty()) return Datum();
  pair[0] = Datum(std::string_view(members->begin()->first));
  pair[1] = Datum(members->begin()->second);
  return Datum(Items(pair));
}

std::int64_t Evaluator::range_end(const Datum& datum, const Expression& expression) {
  if (const auto* whole = datum.as<std::int64_t>()) return *whole;
  if (const Text* text = datum.as<Text>()) return leading_whole(text->view);
  if (datum.is_nil()) return 0;
  const double real = datum.number();
  // A fraction that is written out is cut; one in a variable is refused.
  if (expression.kind != Expression::Kind::literal || datum.as<double>() == nullptr) {
    context_.refuse("invalid integer");
    return 0;
  }
  return cut(real);
}

std::int64_t Evaluator::rough_whole(Index expression) {
  const Datum datum = value(expression, Need::required);
  if (const auto* whole = datum.as<std::int64_t>()) return *whole;
  if (const auto* real = datum.as<double>()) return cut(*real);
  if (const Text* text = datum.as<Text>()) return leading_whole(text->view);
  if (!datum.is_nil()) context_.refuse("invalid integer");
  return 0;
}

Datum Evaluator::range(const Expression& expression, Need need) {
  const Datum first = value(expression.first, need);
  const Datum last = value(expression.count, need);
  return Range{.first = range_end(first, program_.expressions[expression.first]),
               .last = range_end(last, program_.expressions[expression.count])};
}

std::optional<std::int64_t> Evaluator::whole(Index expression) {
  const Datum datum = value(expression, Need::required);
  if (datum.is_nil()) return std::nullopt;
  if (const auto* number = datum.as<std::int64_t>()) return *number;
  if (const auto beyond = beyond_64_bits(datum)) return *beyond;
  const std::string_view text = trimmed(context_.inspected(datum));
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    context_.refuse("invalid integer");
    return std::nullopt;
  }
  return number;
}

Datum Evaluator::piped(Index index) {
  const Pipeline& pipeline = program_.pipelines[index];
  const FilterCall* const filters = program_.filters.data() + pipeline.first_filter;
  const bool has_default = pipeline.filter_count > 0 && filters[0].name == "default";
  Datum at = value(pipeline.expression, has_default ? Need::optional : Need::required);
  for (Index i = 0; i < pipeline.filter_count; ++i) {
    at = filtered(filters[i], at);
    if (context_.failed()) return {};
  }
  return at;
}

Datum Evaluator::filtered(const FilterCall& call, const Datum& input) {
  context_.set_line(call.line);
  if (!context_.charge_steps(1)) return {};
  if (call.filter == nullptr) {
    if (context_.is_strict()) {
      context_.fail("unknown_filter", fmt::format("there is no filter \"{}\"", call.name));
    }
    return input;
  }
  const std::size_t count = call.argument_count + (call.named_count > 0 && call.name != "default");
  if (count < call.filter->arguments_min || count > call.filter->arguments_max) {
    const std::size_t least = call.filter->arguments_min + 1;
    const std::size_t most = call.filter->arguments_max + 1;
    return context_.refuse(
        least == most
            ? fmt::format("wrong number of arguments (given {}, expected {})", count + 1, least)
            : fmt::format("wrong number of arguments (given {}, expected {}..{})", count + 1, least,
                          most));
  }
  const std::size_t first = arguments_.size();
  for (Index i = 0; i < call.argument_count; ++i) {
    const Datum argument = value(program_.lists[call.first_argument + i], Need::required);
    arguments_.push_back(argument);
  }
  bool allow_false = false;
  for (Index i = 0; i < call.named_count; ++i) {
    const NamedArgument& argument = program_.named[call.first_named + i];
    if (argument.name != "allow_false") continue;
    allow_false = value(argument.expression, Need::required).is_true();
  }
  if (context_.failed()) {
    arguments_.resize(first);
    return {};
  }
  const Datum result = call.filter->apply({.context = context_,
                                           .value = input,
                                           .arguments = std::span(arguments_).subspan(first),
                                           .allow_false = allow_false});
  arguments_.resize(first);
  return result;
}

bool Evaluator::holds(Index first_test) {
  for (Index i = first_test;; ++i) {
    const Test& at = program_.tests[i];
    if (!context_.charge_steps(1)) return false;
    const bool is_true = test(at);
    switch (at.joint) {
      case Joint::last:
        return is_true;
      case Joint::with_and:
        if (!is_true) return false;
        break;
      case Joint::with_or:
        if (is_true) return true;
        break;
    }
  }
}

bool Evaluator::test(const Test& test) {
  const Datum left = value(test.left, Need::optional);
  if (test.comparison == Comparison::is_true) return left.is_true();
  const Datum right = test.right == none ? Datum() : value(test.right, Need::optional);
  if (test.comparison == Comparison::unknown) {
    context_.refuse(fmt::format("Unknown operator {}", test.written));
    return false;
  }
  if (!charge_comparison(left, right)) return false;
  if (test.comparison == Comparison::equal) return are_equal(left, right);
  if (test.comparison == Comparison::not_equal) return !are_equal(left, right);
  if (test.comparison == Comparison::contains) return contains(left, right);
  const std::optional<std::partial_ordering> ordering = compare(left, right);
  if (ordering) return orders(test.comparison, *ordering);
  // What has no order at all is simply not less, and not more.
  if (has_order(left) && has_order(right)) {
    context_.set_line(test.line);
    context_.refuse(
        fmt::format("comparison of {} with {} failed", kind_name(left), compared_name(right)));
  }
  return false;
}

bool Evaluator::charged_equal(const Datum& left, const Datum& right) {
  return charge_comparison(left, right) && are_equal(left, right);
}

bool Evaluator::contains(const Datum& left, const Datum& right) {
  if (!right.is_true() || right.as<Word>() != nullptr) {
    return right.as<Word>() != nullptr && left.as<Text>() != nullptr;
  }
  const Text* text = left.as<Text>();
  if (text == nullptr) return holds_item(left, right);
  return find_text(text->view, context_.text_of(right)) != std::string_view::npos;
}

bool Evaluator::charge_comparison(const Datum& left, const Datum& right) {
  const auto charge = [this](const Datum& datum) {
    if (const Text* text = datum.as<Text>()) return context_.charge_reading(text->view.size());
    if (!datum.is_list() && datum.object() == nullptr) return true;
    Measure measure;
    print(datum, measure);
    return context_.charge_printing(measure);
  };
  return charge(left) && charge(right);
}

}  // namespace sojourn::templates

#include <fmt/format.h>

#include <algorithm>

#include "domain/templates/liquid_renderer.h"

namespace sojourn::templates {
namespace {

/// The part of a collection that a loop goes through.
struct Part {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// A text is one item whatever the part, what is no list is none. From an offset below 0 on, the
/// items are counted from the first all the same, and the limit from the offset.
Part part_of(const Datum& source, std::int64_t offset, std::optional<std::int64_t> limit) {
  if (const Text* text = source.as<Text>()) return {.count = text->view.empty() ? 0U : 1U};
  const auto size = static_cast<std::int64_t>(source.size());
  std::int64_t end = size;
  if (limit) {
    std::int64_t wanted = 0;
    if (__builtin_add_overflow(offset, *limit, &wanted)) wanted = *limit < 0 ? 0 : size;
    end = std::clamp<std::int64_t>(wanted, 0, size);
  }
  const std::int64_t first = std::clamp<std::int64_t>(offset, 0, size);
  return {.first = static_cast<std::size_t>(first),
          .count = static_cast<std::size_t>(std::max<std::int64_t>(0, end - first))};
}

}  // namespace

bool Renderer::begin_loop(const LoopHead& head) {
  const std::string_view name = program_.loop_names[head.name];
  context_.charge_items(continuations_.size());
  auto continuation =
      std::ranges::find(continuations_, name, &std::pair<std::string_view, std::size_t>::first);
  if (continuation == continuations_.end()) {
    continuation = continuations_.insert(continuations_.end(), {name, 0});
  }
  std::int64_t offset = static_cast<std::int64_t>(continuation->second);
  if (!head.continues) {
    offset = head.offset == none ? 0 : values_.whole(head.offset).value_or(0);
  }
  const Datum source = values_.value(head.collection, Need::required);
  const std::optional<std::int64_t> limit =
      head.limit == none ? std::nullopt : values_.whole(head.limit);
  if (context_.failed()) return false;
  const Part part = part_of(source, offset, limit);
  continuation->second = static_cast<std::size_t>(std::max<std::int64_t>(0, offset)) + part.count;
  if (part.count == 0) return false;
  const Evaluator::Binding outer_forloop = values_.binding(forloop_name);
  const Loop* parent = outer_forloop ? outer_forloop->loop() : nullptr;
  enter_loop(head, source, Loop{.name = name, .length = part.count, .parent = parent}, part.first);
  return loops_.back().loop != nullptr;
}

void Renderer::enter_loop(const LoopHead& head, const Datum& source, Loop loop, std::size_t first) {
  Loop* const made = context_.create(loop);
  const Index loop_variable = loop.is_row ? tablerowloop_name : forloop_name;
  loops_.push_back({.loop = made,
                    .source = source,
                    .first = first,
                    .reversed = head.reversed && !loop.is_row,
                    .variable = head.variable,
                    .loop_variable = loop_variable,
                    .outer_variable = values_.binding(head.variable),
                    .outer_loop = values_.binding(loop_variable)});
  if (made == nullptr) return;
  values_.bind(loop_variable, Datum(static_cast<const Loop*>(made)));
  bind_item();
}

bool Renderer::begin_row(const LoopHead& head) {
  const Datum source = values_.value(head.collection, Need::required);
  if (!source.is_true() || context_.failed()) return false;
  const auto number = [&](Index expression) -> std::int64_t {
    return expression == none ? 0 : values_.rough_whole(expression);
  };
  const std::int64_t offset = number(head.offset);
  std::optional<std::int64_t> limit;
  if (head.limit != none) limit = number(head.limit);
  const std::int64_t columns = number(head.columns);
  if (context_.failed()) return false;
  const Part part = part_of(source, offset, limit);
  output_.add("<tr class=\"row1\">\n");
  if (part.count == 0) {
    output_.add("</tr>\n");
    return false;
  }
  Loop loop{.name = {}, .length = part.count, .is_row = true, .columns = part.count};
  if (head.columns != none)
    loop.columns = static_cast<std::size_t>(std::max<std::int64_t>(0, columns));
  enter_loop(head, source, loop, part.first);
  output_.add("<td class=\"col1\">");
  return loops_.back().loop != nullptr;
}

bool Renderer::next_cell() {
  const Loop& loop = *loops_.back().loop;
  output_.add("</td>");
  const bool ends_row = loop.column() == loop.columns;
  if (!next_item()) return false;
  if (ends_row) {
    output_.add("</tr>\n<tr class=\"row");
    output_.add(Datum(static_cast<std::int64_t>(loop.row())));
    output_.add("\">");
  }
  output_.add("<td class=\"col");
  output_.add(Datum(static_cast<std::int64_t>(loop.column())));
  output_.add("\">");
  return true;
}

bool Renderer::next_item() {
  Loop& loop = *loops_.back().loop;
  if (loop.index + 1 >= loop.length) return false;
  ++loop.index;
  bind_item();
  return true;
}

void Renderer::bind_item() {
  const ActiveLoop& active = loops_.back();
  const Loop& loop = *active.loop;
  const std::size_t index =
      active.first + (active.reversed ? loop.length - 1 - loop.index : loop.index);
  if (const Object* object = active.source.object()) {
    values_.bind(active.variable, pair(*object, index));
  } else if (active.source.as<Text>() != nullptr) {
    values_.bind(active.variable, active.source);
  } else {
    values_.bind(active.variable, active.source.item(index));
  }
}

Datum Renderer::pair(const Object& object, std::size_t index) {
  const std::span<Datum> items = context_.allocate_items(2);
  if (items.empty()) return {};
  const auto& [name, value] = *(object.begin() + static_cast<std::ptrdiff_t>(index));
  items[0] = Datum(std::string_view(name));
  items[1] = Datum(value);
  return Items(items);
}

void Renderer::end_loop() {
  const ActiveLoop& active = loops_.back();
  values_.restore(active.variable, active.outer_variable);
  values_.restore(active.loop_variable, active.outer_loop);
  loops_.pop_back();
}

void Renderer::call(const PartialCall& call) {
  if (!call.is_isolated && isolation_ > 0 && program_.syntax != Syntax::careful) {
    context_.refuse("include usage is not allowed in this context");
    return;
  }
  const std::optional<Callee> found = callee(call);
  if (!found) return;
  const Datum value = given_value(call, *found);
  if (context_.failed()) return;
  // Shopify Liquid: `include` goes through any list, `render` only with `for`.
  const bool is_list =
      value.is_list() || (call.for_each && call.is_isolated &&
                          (value.as<Range>() != nullptr || value.object() != nullptr));
  if (!is_list || (call.is_isolated && !call.for_each)) {
    call_once(call, *found, value, nullptr);
    return;
  }
  Loop* const loop = context_.create(Loop{.name = found->name, .length = value.size()});
  for (std::size_t i = 0; i < value.size() && !context_.failed(); ++i) {
    if (!context_.charge_steps(1)) return;
    loop->index = i;
    const Datum item = value.object() != nullptr ? pair(*value.object(), i) : value.item(i);
    call_once(call, *found, item, call.is_isolated ? loop : nullptr);
    if (!call.is_isolated && interrupt_ != Interrupt::nothing) return;
  }
}

std::optional<Renderer::Callee> Renderer::callee(const PartialCall& call) {
  if (call.name_expression != none) return computed_callee(call);
  if (call.snippet != none) {
    const Evaluator::Snippet snippet = values_.snippet(call.snippet);
    if (snippet.unit == nullptr) {
      context_.refuse("internal");
      return std::nullopt;
    }
    return Callee{.unit = snippet.unit,
                  .begin = snippet.begin,
                  .name = program_.names[call.snippet],
                  .variable = call.variable};
  }
  const Unit& unit = *program_.units[call.unit];
  return Callee{.unit = &unit, .name = unit.name, .variable = call.variable};
}

std::optional<Renderer::Callee> Renderer::computed_callee(const PartialCall& call) {
  const Datum computed = values_.value(call.name_expression, Need::required);
  const Text* const name = computed.as<Text>();
  if (name == nullptr) {
    context_.refuse("Argument error in tag 'include' - Illegal template name");
    return std::nullopt;
  }
  const auto unit = program_.unit_ids.find(name->view);
  if (unit == program_.unit_ids.end()) {
    context_.refuse(program_.has_partials ? "internal"
                                          : "This liquid context does not allow includes.");
    return std::nullopt;
  }
  Callee found{
      .unit = program_.units[unit->second].get(), .name = unit->first, .variable = call.variable};
  if (!call.has_alias) {
    // A name that the program does not know is asked for by nobody.
    const std::string_view last = unit->first.substr(unit->first.rfind('/') + 1);
    const auto id = program_.name_ids.find(last);
    found.variable = id == program_.name_ids.end() ? none : id->second;
  }
  return found;
}

Datum Renderer::given_value(const PartialCall& call, const Callee& callee) {
  if (call.value != none) return values_.value(call.value, Need::required);
  if (call.is_isolated) return {};
  const std::string_view name =
      call.default_value == none ? callee.name : program_.names[call.default_value];
  return values_.variable_named(name).value_or(Datum());
}

void Renderer::call_once(const PartialCall& call, const Callee& callee, const Datum& value,
                         const Loop* loop) {
  if (callee.unit->is_missing) {
    context_.refuse(program_.has_partials ? "internal"
                                          : "This liquid context does not allow includes.");
    return;
  }
  if (!callee.unit->fault.empty()) {
    context_.refuse_syntax(callee.unit->fault);
    return;
  }
  if (depth_ >= nesting_max) {
    if (context_.options().failures == Failures::printed) {
      context_.refuse("Nesting too deep");
    } else {
      context_.fail("template_too_deep",
                    fmt::format("partials are nested more than {} deep", nesting_max));
    }
    return;
  }
  const std::span arguments(program_.named.data() + call.first_argument, call.argument_count);
  // Evaluated before anything is bound: an argument sees the variables of the caller.
  const std::span<Datum> given = context_.allocate_items(arguments.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    given[i] = values_.value(arguments[i].expression, Need::required);
  }
  if (context_.failed()) return;
  const std::size_t outer_depth = bindings_.size();
  if (call.is_isolated) {
    ++isolation_;
    values_.enter_isolation();
    if (loop != nullptr) values_.bind(forloop_name, Datum(loop));
  }
  const auto bind = [&](Index name, const Datum& datum) {
    bindings_.emplace_back(name, values_.binding(name));
    values_.bind(name, datum);
  };
  const bool is_given = !call.is_isolated || !value.is_nil();
  for (std::size_t i = 0; i < given.size(); ++i) bind(arguments[i].id, given[i]);
  if (callee.variable != none && is_given) bind(callee.variable, value);
  run(*callee.unit, callee.begin);
  if (call.is_isolated) {
    --isolation_;
    values_.leave_isolation();
    interrupt_ = Interrupt::nothing;
  } else {
    for (std::size_t i = bindings_.size(); i > outer_depth; --i) {
      values_.restore(bindings_[i - 1].first, bindings_[i - 1].second);
    }
  }
  bindings_.resize(outer_depth);
}

}  // namespace sojourn::templates

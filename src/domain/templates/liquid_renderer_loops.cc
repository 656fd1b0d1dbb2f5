#include <algorithm>

#include "domain/templates/liquid_renderer.h"

namespace sojourn::templates {
namespace {

/// How many rounds a loop over this makes: a text is one item, what is no list is none.
std::size_t rounds(const Datum& source) {
  if (const Text* text = source.as<Text>()) return text->view.empty() ? 0 : 1;
  return source.size();
}

}  // namespace

bool Renderer::begin_loop(const LoopHead& head) {
  const Datum source = values_.value(head.collection, Need::required);
  const std::string_view name = program_.loop_names[head.name];
  context_.charge_items(continuations_.size());
  auto continuation =
      std::ranges::find(continuations_, name, &std::pair<std::string_view, std::size_t>::first);
  if (continuation == continuations_.end()) {
    continuation = continuations_.insert(continuations_.end(), {name, 0});
  }
  std::size_t first = 0;
  if (head.continues) {
    first = continuation->second;
  } else if (head.offset != none) {
    first =
        static_cast<std::size_t>(std::max<std::int64_t>(0, values_.whole(head.offset).value_or(0)));
  }
  const std::size_t size = rounds(source);
  std::size_t count = size - std::min(first, size);
  if (head.limit != none) {
    const std::int64_t limit = values_.whole(head.limit).value_or(INT64_MAX);
    count = std::min(count, static_cast<std::size_t>(std::max<std::int64_t>(0, limit)));
  }
  continuation->second = first + count;
  if (count == 0 || context_.failed()) return false;
  const Evaluator::Binding outer_forloop = values_.binding(forloop_name);
  const Loop* parent = outer_forloop ? outer_forloop->loop() : nullptr;
  Loop* const loop = context_.create(Loop{.name = name, .length = count, .parent = parent});
  if (loop == nullptr) return false;
  loops_.push_back({.loop = loop,
                    .source = source,
                    .first = first,
                    .reversed = head.reversed,
                    .variable = head.variable,
                    .outer_variable = values_.binding(head.variable),
                    .outer_forloop = outer_forloop});
  values_.bind(forloop_name, Datum(static_cast<const Loop*>(loop)));
  bind_item();
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
  values_.restore(forloop_name, active.outer_forloop);
  loops_.pop_back();
}

void Renderer::call(const PartialCall& call) {
  const Datum value = call.value == none ? Datum() : values_.value(call.value, Need::required);
  // Shopify Liquid: `include` goes through any list, `render` only with `for`.
  const bool is_list = value.is_list() || (call.for_each && value.as<Range>() != nullptr);
  if (!is_list || (call.is_isolated && !call.for_each)) {
    call_once(call, value, nullptr);
    return;
  }
  Loop* const loop =
      context_.create(Loop{.name = program_.units[call.unit]->name, .length = value.size()});
  for (std::size_t i = 0; i < value.size() && !context_.failed(); ++i) {
    if (!context_.charge_steps(1)) return;
    loop->index = i;
    call_once(call, value.item(i), call.is_isolated ? loop : nullptr);
    if (!call.is_isolated && interrupt_ != Interrupt::nothing) return;
  }
}

void Renderer::call_once(const PartialCall& call, const Datum& value, const Loop* loop) {
  const std::span arguments(program_.named.data() + call.first_argument, call.argument_count);
  // Evaluated before anything is bound: an argument sees the variables of the caller.
  const std::span<Datum> given = context_.allocate_items(arguments.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    given[i] = values_.value(arguments[i].expression, Need::required);
  }
  if (context_.failed()) return;
  const std::size_t outer_depth = bindings_.size();
  if (call.is_isolated) {
    values_.enter_isolation();
    if (loop != nullptr) values_.bind(forloop_name, Datum(loop));
  }
  const auto bind = [&](Index name, const Datum& datum) {
    bindings_.emplace_back(name, values_.binding(name));
    values_.bind(name, datum);
  };
  for (std::size_t i = 0; i < given.size(); ++i) bind(arguments[i].id, given[i]);
  if (call.variable != none) bind(call.variable, value);
  run(*program_.units[call.unit]);
  if (call.is_isolated) {
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

#include "domain/templates/liquid_renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace sojourn::templates {

Result<std::string> Renderer::render() {
  run(*program_.units.front());
  if (context_.failed()) return failure(context_.error());
  return std::move(output_.text());
}

void Renderer::run(const Unit& unit, Index begin) {
  const Unit* const outer_unit = std::exchange(unit_, &unit);
  const std::string_view outer_name = context_.unit();
  context_.set_unit(unit.name);
  ++depth_;
  for (Index at = begin; at < unit.code.size() && !context_.ended();) {
    const Instruction& instruction = unit.code[at];
    context_.set_line(instruction.line);
    if (instruction.operation == Operation::snippet_end) break;
    if (!context_.charge_steps(1)) break;
    if (instruction.operation == Operation::leave) {
      interrupt_ = instruction.a == 0 ? Interrupt::broke : Interrupt::continued;
      break;
    }
    const Index here = at;
    at = step(instruction, here);
    if (context_.refused()) at = recover(instruction, here);
  }
  --depth_;
  context_.set_unit(outer_name);
  unit_ = outer_unit;
}

Index Renderer::recover(const Instruction& instruction, Index here) {
  context_.set_line(instruction.line);
  const std::string message = context_.take_refusal();
  if (context_.options().failures == Failures::printed && !instruction.is_silent) {
    output_.add(Datum(std::string_view(message)));
  }
  return instruction.on_refusal == none ? here + 1 : instruction.on_refusal;
}

Index Renderer::step(const Instruction& instruction, Index here) {
  const Index next = here + 1;
  const Index other = instruction.b;
  switch (instruction.operation) {
    case Operation::text:
      if (instruction.a != none) output_.add(program_.views[instruction.a]);
      return next;
    case Operation::output:
      output_.add(values_.piped(instruction.a));
      return next;
    case Operation::jump:
      return other;
    case Operation::jump_unless:
      return values_.holds(instruction.a) ? next : other;
    case Operation::jump_if:
      return values_.holds(instruction.a) ? other : next;
    case Operation::loop_begin:
      return begin_loop(program_.loops[instruction.a]) ? next : other;
    case Operation::loop_next:
      return next_item() ? other : next;
    case Operation::loop_end:
      end_loop();
      return next;
    case Operation::row_begin:
      return begin_row(program_.loops[instruction.a]) ? next : other;
    case Operation::row_next:
      return next_cell() ? other : next + 1;
    case Operation::row_break:
      output_.add("</td>");
      return next;
    case Operation::row_end:
      output_.add("</tr>\n");
      end_loop();
      return next;
    case Operation::case_begin:
      subjects_.push_back({.expression = instruction.a});
      return next;
    case Operation::case_when:
      return matches(instruction, 0) ? next : other;
    case Operation::case_again:
      return matches(instruction, subjects_.back().seen) ? other : next;
    case Operation::case_else:
      return subjects_.back().is_matched ? other : next;
    case Operation::case_end:
      subjects_.pop_back();
      return next;
    case Operation::assign:
      assign(other, values_.piped(instruction.a));
      return next;
    case Operation::capture_begin:
      captures_.push_back(output_.size());
      return next;
    case Operation::capture_end:
      end_capture(other);
      return next;
    case Operation::changed_begin:
      captures_.push_back(output_.size());
      return next;
    case Operation::changed_end:
      end_changed();
      return next;
    case Operation::snippet:
      values_.define(instruction.a, {.unit = unit_, .begin = next});
      return other;
    case Operation::snippet_end:
      break;  // run() ends the snippet
    case Operation::increment:
    case Operation::decrement:
      count(instruction.operation, other);
      return next;
    case Operation::cycle:
      cycle(program_.cycles[instruction.a]);
      return next;
    case Operation::partial:
      call(program_.calls[instruction.a]);
      return next;
    case Operation::take_break:
      return take(Interrupt::broke) ? next : other;
    case Operation::take_continue:
      return take(Interrupt::continued) ? next : other;
    case Operation::mark_begin:
      stretches_.push_back({.mark = instruction.a, .start = output_.size()});
      return next;
    case Operation::mark_end:
      end_stretch();
      return next;
    case Operation::insert:
      listener_.on_insert(instruction.a, output_.text());
      output_.check();
      return next;
    case Operation::leave:
      break;  // run() ends the unit
  }
  return next;
}

bool Renderer::matches(const Instruction& when, Index from) {
  Subject& subject = subjects_.back();
  for (Index i = from; i < when.c; ++i) {
    if (!context_.charge_steps(1)) return false;
    const Datum compared = values_.value(subject.expression, Need::optional);
    const Datum value = values_.value(program_.lists[when.a + i], Need::optional);
    if (!values_.charged_equal(compared, value) || context_.failed()) continue;
    subject.is_matched = true;
    subject.seen = i + 1;
    return true;
  }
  return false;
}

void Renderer::assign(Index name, const Datum& datum) {
  if (!context_.failed()) values_.assign(name, datum);
}

void Renderer::end_changed() {
  const std::size_t start = captures_.back();
  captures_.pop_back();
  if (output_.since(start) == last_changed_) {
    output_.shorten(start);
  } else {
    last_changed_ = context_.copy(output_.since(start));
  }
}

void Renderer::end_capture(Index name) {
  const std::size_t start = captures_.back();
  captures_.pop_back();
  const std::string_view text = context_.copy(output_.since(start));
  output_.shorten(start);
  const bool is_markup = context_.options().escape_html == EscapeHtml::yes;
  values_.assign(name, Text{.view = text, .markup = is_markup ? Markup::yes : Markup::no});
}

void Renderer::end_stretch() {
  const Stretch stretch = stretches_.back();
  stretches_.pop_back();
  listener_.on_stretch(stretch.mark, output_.text(), stretch.start);
  output_.check();
}

void Renderer::count(Operation operation, Index name) {
  std::int64_t& counter = values_.counter(name);
  if (operation == Operation::decrement) {
    --counter;
    output_.add(Datum(counter));
  } else {
    output_.add(Datum(counter));
    ++counter;
  }
}

/// No text that a template can print.
std::string_view Renderer::alone_name(Index cycle) {
  const std::span<Index> name = context_.allocate_array<Index>(2);
  if (name.empty()) return {};
  name[0] = none;
  name[1] = cycle;
  return {reinterpret_cast<const char*>(name.data()), name.size_bytes()};
}

void Renderer::cycle(const Cycle& cycle) {
  std::string_view group = cycle.key;
  if (cycle.group != none) {
    group = context_.text_of(values_.value(cycle.group, Need::required));
  } else if (cycle.is_alone) {
    group = alone_name(static_cast<Index>(&cycle - program_.cycles.data()));
  }
  auto state = std::ranges::find(cycles_, group, &std::pair<std::string_view, std::size_t>::first);
  context_.charge_items(cycles_.size());
  if (state == cycles_.end()) state = cycles_.insert(cycles_.end(), {group, 0});
  // A group may go on in a shorter list than it began in: nothing is printed then.
  const std::size_t index = state->second;
  state->second = index + 1 >= cycle.value_count ? 0 : index + 1;
  if (index >= cycle.value_count) return;
  output_.add(
      values_.value(program_.lists[cycle.first_value + static_cast<Index>(index)], Need::required));
}

bool Renderer::take(Interrupt kind) {
  if (interrupt_ != kind) return false;
  interrupt_ = Interrupt::nothing;
  return true;
}

}  // namespace sojourn::templates

#include "domain/templates/liquid_context.h"

#include <fmt/format.h>

#include "domain/templates/liquid_number.h"
#include "domain/templates/liquid_print.h"

namespace sojourn::templates {
namespace {

constexpr std::size_t bytes_per_step = 64;
constexpr std::size_t items_per_step = 8;

}  // namespace

Context::Context(const RenderOptions& options, catalogs::Catalogs* catalogs)
    : options_(options),
      catalogs_(catalogs),
      steps_left_(options.limits.steps),
      bytes_left_(options.limits.work_bytes) {}

bool Context::charge_steps(std::int64_t steps) {
  if (steps <= steps_left_) {
    steps_left_ -= steps;
    return !failed();
  }
  if (!ended()) {
    fail("too_many_steps",
         fmt::format("the template takes more than {} steps", options_.limits.steps));
    error_->limit = std::to_string(options_.limits.steps);
  }
  return false;
}

bool Context::charge_reading(std::size_t bytes) {
  return charge_steps(static_cast<std::int64_t>(bytes / bytes_per_step));
}

bool Context::charge_items(std::size_t count) {
  return charge_steps(static_cast<std::int64_t>(count / items_per_step));
}

bool Context::charge_printing(const Measure& measure) {
  return charge_reading(measure.size) && charge_items(measure.pieces);
}

bool Context::charge_bytes(std::size_t bytes) {
  if (failed()) return false;
  if (bytes <= bytes_left_) {
    bytes_left_ -= bytes;
    return true;
  }
  fail("output_too_large", fmt::format("the template needs more than {} bytes to work with",
                                       options_.limits.work_bytes));
  error_->limit = std::to_string(options_.limits.work_bytes);
  return false;
}

std::span<char> Context::allocate(std::size_t bytes) {
  if (bytes == 0) return {};
  if (!charge_bytes(bytes)) return {};
  return {static_cast<char*>(arena_.allocate(bytes, 1)), bytes};
}

std::string_view Context::copy(std::string_view text) {
  return joined(text, {});
}

std::string_view Context::joined(std::string_view first, std::string_view second) {
  const std::span<char> memory = allocate(first.size() + second.size());
  if (memory.empty()) return {};
  first.copy(memory.data(), first.size());
  second.copy(memory.data() + first.size(), second.size());
  return {memory.data(), memory.size()};
}

std::string_view Context::text_of(const Datum& datum) {
  if (const Text* text = datum.as<Text>()) return text->view;
  if (datum.is_nil() || datum.as<Word>() != nullptr) return {};
  if (const bool* truth = datum.as<bool>()) return *truth ? "true" : "false";
  if (const auto* whole = datum.as<std::int64_t>()) return copy(NumberText(*whole).view());
  if (const auto* real = datum.as<double>()) return copy(NumberText(*real).view());
  return printed(datum, print);
}

std::string_view Context::inspected(const Datum& datum) {
  return datum.is_list() ? printed(datum, print_inspected) : text_of(datum);
}

std::string_view Context::json_of(const Datum& datum) {
  return printed(datum, print_json);
}

std::string_view Context::printed(const Datum& datum, void (*print_to)(const Datum&, Sink&)) {
  // Measured first, so that the memory is charged before it is taken.
  Measure measure;
  print_to(datum, measure);
  if (!charge_printing(measure)) return {};
  const std::span<char> memory = allocate(measure.size);
  Fill fill(memory.data());
  if (!memory.empty()) print_to(datum, fill);
  return {memory.data(), memory.size()};
}

void Context::fail(std::string_view code, std::string message) {
  if (ended()) return;
  error_ = Error{.code = std::string(code),
                 .message = unit_.empty()
                                ? fmt::format("line {}: {}", line_, message)
                                : fmt::format("partial {}, line {}: {}", unit_, line_, message),
                 .value = std::to_string(line_)};
}

Datum Context::refuse(std::string message) {
  if (failed()) return {};
  if (is_strict() || options_.failures == Failures::fatal) {
    fail("filter_failed", std::move(message));
  } else {
    refusal_ = Refusal{.message = std::move(message)};
  }
  return {};
}

void Context::refuse_syntax(std::string message) {
  refuse(std::move(message));
  if (refusal_) refusal_->is_syntax = true;
}

std::string Context::take_refusal() {
  const Refusal refusal = std::move(*refusal_);
  refusal_.reset();
  // The error of a partial that is wrong names its own place.
  if (refusal.is_syntax) return fmt::format("Liquid syntax error ({}", refusal.message);
  return unit_.empty()
             ? fmt::format("Liquid error (line {}): {}", line_, refusal.message)
             : fmt::format("Liquid error ({} line {}): {}", unit_, line_, refusal.message);
}

const absl::TimeZone& Context::zone() {
  if (!zone_) {
    absl::TimeZone loaded = absl::UTCTimeZone();
    const absl::string_view name(options_.time_zone.data(), options_.time_zone.size());
    if (!absl::LoadTimeZone(name, &loaded) && is_strict()) {
      fail("unknown_time_zone", fmt::format("\"{}\" is not an IANA time zone", options_.time_zone));
    }
    zone_ = loaded;
  }
  return *zone_;
}

}  // namespace sojourn::templates

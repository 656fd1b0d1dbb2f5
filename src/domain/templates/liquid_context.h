#pragma once

/// What every part of one render shares: its budget, its memory and its first error.

#include <absl/time/time.h>

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "domain/catalogs/look_up.h"
#include "domain/templates/liquid.h"
#include "domain/templates/liquid_datum.h"

namespace sojourn::templates {

class Sink;
class Measure;

/// Belongs to one render and one thread. After a charge that does not fit, or a failure, `failed()`
/// is true and the render ends; what is computed until then does not matter.
class Context {
 public:
  /// `catalogs`: what is looked up in; null: nothing. Both outlive it.
  explicit Context(const RenderOptions& options, catalogs::Catalogs* catalogs = nullptr);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const RenderOptions& options() const { return options_; }
  [[nodiscard]] catalogs::Catalogs* catalogs() const { return catalogs_; }
  [[nodiscard]] bool is_strict() const { return options_.mode == Mode::strict; }

  /// False, and the render fails, when fewer are left.
  bool charge_steps(std::int64_t steps);
  /// The steps that reading this much costs.
  bool charge_reading(std::size_t bytes);
  bool charge_items(std::size_t count);
  bool charge_printing(const Measure& measure);

  /// Memory until the end of the render; empty when the budget refuses it.
  std::span<char> allocate(std::size_t bytes);
  /// Value-initialised, until the end of the render; empty when the budget refuses it.
  template <typename T>
  std::span<T> allocate_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(count, sizeof(T), &bytes)) bytes = SIZE_MAX;
    if (count == 0 || !charge_bytes(bytes)) return {};
    auto* const items = static_cast<T*>(arena_.allocate(bytes, alignof(T)));
    std::uninitialized_value_construct_n(items, count);
    return {items, count};
  }
  std::span<Datum> allocate_items(std::size_t count) { return allocate_array<Datum>(count); }
  std::string_view copy(std::string_view text);
  /// The two texts as one.
  std::string_view joined(std::string_view first, std::string_view second);

  template <typename T>
  T* create(T value) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (!charge_bytes(sizeof(T))) return nullptr;
    return std::pmr::polymorphic_allocator<>(&arena_).template new_object<T>(std::move(value));
  }

  /// The text that Liquid prints for a value: a list's items without separators, nil as nothing.
  std::string_view text_of(const Datum& datum);

  /// The text of a value as filters that work on texts see it: a list is `[1, "a", nil]`.
  std::string_view inspected(const Datum& datum);
  /// Compact JSON, RFC 8259.
  std::string_view json_of(const Datum& datum);

  /// Nothing that is computed now matters any more, until the renderer has taken the refusal.
  [[nodiscard]] bool failed() const { return error_.has_value() || refusal_.has_value(); }
  /// The render is over.
  [[nodiscard]] bool ended() const { return error_.has_value(); }
  /// Ends the render; keeps the first error only.
  void fail(std::string_view code, std::string message);
  /// What cannot be computed ends the output or tag around it (Failures); returns nil.
  Datum refuse(std::string message);
  /// The same for a partial that is wrong.
  void refuse_syntax(std::string message);
  [[nodiscard]] bool refused() const { return refusal_.has_value(); }
  /// As Shopify Liquid prints it: `Liquid error (line 3): divided by 0`. Nothing is refused then.
  std::string take_refusal();
  [[nodiscard]] Error error() const { return *error_; }

  /// The line that errors name.
  void set_line(int line) { line_ = line; }
  /// The partial that errors name; empty for the template.
  void set_unit(std::string_view name) { unit_ = name; }
  [[nodiscard]] std::string_view unit() const { return unit_; }

  /// The zone of the render, loaded when it is first asked for.
  const absl::TimeZone& zone();

 private:
  bool charge_bytes(std::size_t bytes);
  std::string_view printed(const Datum& datum, void (*print_to)(const Datum&, Sink&));

  const RenderOptions& options_;
  catalogs::Catalogs* const catalogs_;
  std::int64_t steps_left_;
  std::size_t bytes_left_;
  int line_ = 0;
  std::string_view unit_;
  std::optional<Error> error_;
  struct Refusal {
    std::string message;
    bool is_syntax = false;
  };
  std::optional<Refusal> refusal_;
  std::optional<absl::TimeZone> zone_;
  // Most messages need no more than this: then a render does not allocate but for its output.
  alignas(std::max_align_t) std::byte first_block_[4096];
  std::pmr::monotonic_buffer_resource arena_{first_block_, sizeof first_block_};
};

}  // namespace sojourn::templates

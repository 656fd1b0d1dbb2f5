#pragma once

/// The printed form of lists, objects and ranges, into a sink that measures or one that fills.

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/templates/liquid_datum.h"

namespace sojourn::templates {

/// Where printed text goes.
class Sink {
 public:
  virtual void add(std::string_view text) = 0;

 protected:
  ~Sink() = default;
};

/// Counts only.
class Measure final : public Sink {
 public:
  std::size_t size = 0;
  /// A list of small items takes time by their number, a long text by its size.
  std::size_t pieces = 0;
  void add(std::string_view text) override {
    size += text.size();
    ++pieces;
  }
};

/// Writes to memory that a Measure of the same value has found large enough.
class Fill final : public Sink {
 public:
  explicit Fill(char* memory) : at_(memory) {}
  void add(std::string_view text) override { at_ += text.copy(at_, text.size()); }

 private:
  char* at_;
};

/// Appends to a text.
class Collect final : public Sink {
 public:
  explicit Collect(std::string& text) : text_(text) {}
  void add(std::string_view text) override { text_ += text; }

 private:
  std::string& text_;
};

/// As filters that work on texts see a value: a list is `[1, "a", nil]`.
void print_inspected(const Datum& datum, Sink& sink);

/// A list's items without separators; an object as `{"name"=>value}`; a range as `1..5`.
void print(const Datum& datum, Sink& sink);

/// Compact JSON, RFC 8259; what JSON has no form for (a loop) is null.
void print_json(const Datum& datum, Sink& sink);

}  // namespace sojourn::templates

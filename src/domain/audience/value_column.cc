#include "domain/audience/value_column.h"

#include <absl/hash/hash.h>

#include <cstring>
#include <utility>

#include "base/ensure.h"
#include "base/json.h"

namespace sojourn::audience {
namespace {

/// So many changes are let pass before anybody looks for values that nobody has.
constexpr std::size_t changes_worth_it = 4096;

enum class Tag : char { falsehood, truth, integer, real, text, json };

template <typename Number>
void append_number(std::string& out, Tag tag, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.push_back(static_cast<char>(tag));
  out.append(bytes, sizeof number);
}

template <typename Number>
Number number_in(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

void encode(const Value& value, std::string& out) {
  out.clear();
  const auto tag = [&](Tag kind) { out.push_back(static_cast<char>(kind)); };
  if (const std::string* text = value.as_string()) {
    tag(Tag::text);
    out += *text;
  } else if (const std::int64_t* integer = value.as_integer()) {
    append_number(out, Tag::integer, *integer);
  } else if (const double* real = value.as_double()) {
    append_number(out, Tag::real, *real);
  } else if (const bool* truth = value.as_bool()) {
    tag(*truth ? Tag::truth : Tag::falsehood);
  } else {
    tag(Tag::json);
    out += to_json(value);
  }
}

Value decode(std::string_view bytes) {
  const Tag tag = static_cast<Tag>(bytes.front());
  bytes.remove_prefix(1);
  switch (tag) {
    case Tag::falsehood:
      return false;
    case Tag::truth:
      return true;
    case Tag::integer:
      return number_in<std::int64_t>(bytes);
    case Tag::real:
      return number_in<double>(bytes);
    case Tag::text:
      return Value(bytes);
    case Tag::json:
      break;
  }
  Result<Value> value = parse_json(bytes);
  ENSURE(value.has_value());
  return std::move(*value);
}

}  // namespace

std::size_t ValueColumn::Hash::operator()(std::string_view bytes) const {
  return absl::Hash<std::string_view>()(bytes);
}

ValueColumn::ValueColumn() : ends_(1, 0), known_(0, Hash{this}, Equal{this}) {}

std::string_view ValueColumn::encoded(Code code) const {
  const std::uint32_t begin = ends_[code - 1];
  return std::string_view(pool_).substr(begin, ends_[code] - begin);
}

Value ValueColumn::value(Code code) const {
  return decode(encoded(code));
}

std::string_view ValueColumn::text(Code code) const {
  const std::string_view bytes = encoded(code);
  return static_cast<Tag>(bytes.front()) == Tag::text ? bytes.substr(1) : std::string_view();
}

ValueColumn::Code ValueColumn::find(const Value& value) const {
  std::string bytes;
  encode(value, bytes);
  const auto known = known_.find(std::string_view(bytes));
  return known == known_.end() ? absent : *known;
}

void ValueColumn::set(Ordinal ordinal, const Value& value) {
  encode(value, scratch_);
  Code code = absent;
  if (const auto known = known_.find(std::string_view(scratch_)); known != known_.end()) {
    code = *known;
  } else {
    pool_ += scratch_;
    ENSURE(pool_.size() <= UINT32_MAX);
    code = static_cast<Code>(ends_.size());
    ends_.push_back(static_cast<std::uint32_t>(pool_.size()));
    known_.insert(code);
  }
  if (ordinal >= codes_.size()) codes_.resize(ordinal + 1, absent);
  const Code before = std::exchange(codes_[ordinal], code);
  if (before == absent || before == code) return;
  ++changes_;
  compact();
}

void ValueColumn::clear(Ordinal ordinal) {
  if (ordinal >= codes_.size() || codes_[ordinal] == absent) return;
  codes_[ordinal] = absent;
  ++changes_;
  compact();
}

void ValueColumn::compact() {
  if (changes_ < changes_worth_it || changes_ * 2 < ends_.size() + codes_.size()) return;
  changes_ = 0;
  std::vector<Code> moved(ends_.size(), absent);
  for (const Code code : codes_) moved[code] = code;
  std::string pool;
  std::vector<std::uint32_t> ends(1, 0);
  for (Code code = 1; code < moved.size(); ++code) {
    if (moved[code] == absent) continue;
    pool += encoded(code);
    moved[code] = static_cast<Code>(ends.size());
    ends.push_back(static_cast<std::uint32_t>(pool.size()));
  }
  moved[absent] = absent;
  known_.clear();
  pool_ = std::move(pool);
  ends_ = std::move(ends);
  for (Code& code : codes_) code = moved[code];
  for (Code code = 1; code < ends_.size(); ++code) known_.insert(code);
}

std::size_t ValueColumn::bytes() const {
  constexpr std::size_t control_byte = 1;
  return codes_.capacity() * sizeof(Code) + pool_.capacity() +
         ends_.capacity() * sizeof(std::uint32_t) +
         known_.capacity() * (sizeof(Code) + control_byte);
}

}  // namespace sojourn::audience

#include "domain/contacts/attributes.h"

#include <absl/time/time.h>

#include <algorithm>
#include <tuple>

#include "base/domain_name.h"
#include "base/json.h"
#include "base/text.h"

namespace sojourn::contacts {
namespace {

enum class Tag : std::uint8_t { null, falsehood, truth, integer, real, text, json };

void write_value(ByteWriter& out, const Value& value) {
  const auto tag = [&](Tag kind) { out.u8(static_cast<std::uint8_t>(kind)); };
  if (value.is_null()) return tag(Tag::null);
  if (const bool* truth = value.as_bool()) return tag(*truth ? Tag::truth : Tag::falsehood);
  if (const std::int64_t* integer = value.as_integer()) {
    tag(Tag::integer);
    return out.signed_number(*integer);
  }
  if (const double* real = value.as_double()) {
    tag(Tag::real);
    return out.real(*real);
  }
  if (const std::string* text = value.as_string()) {
    tag(Tag::text);
    return out.string(*text);
  }
  tag(Tag::json);
  out.string(to_json(value));
}

Value read_value(ByteReader& in) {
  switch (static_cast<Tag>(in.u8())) {
    case Tag::null:
      return nullptr;
    case Tag::falsehood:
      return false;
    case Tag::truth:
      return true;
    case Tag::integer:
      return in.signed_number();
    case Tag::real:
      return in.real();
    case Tag::text:
      return Value(in.string());
    case Tag::json: {
      Result<Value> value = parse_json(in.string());
      if (value) return std::move(*value);
      break;
    }
  }
  in.fail();
  return nullptr;
}

auto by_name(std::vector<Attribute>& attributes, std::string_view name) {
  return std::lower_bound(
      attributes.begin(), attributes.end(), name,
      [](const Attribute& attribute, std::string_view wanted) { return attribute.name < wanted; });
}

}  // namespace

const Value* Attributes::find(std::string_view name) const {
  const auto found = std::lower_bound(
      attributes_.begin(), attributes_.end(), name,
      [](const Attribute& attribute, std::string_view wanted) { return attribute.name < wanted; });
  if (found == attributes_.end() || found->name != name) return nullptr;
  return found->value.is_null() ? nullptr : &found->value;
}

std::string Attributes::text(std::string_view name) const {
  const Value* value = find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

bool Attributes::write(std::string_view name, const Value& value, Timestamp at,
                       const Hash128& writer) {
  const auto place = by_name(attributes_, name);
  if (place == attributes_.end() || place->name != name) {
    if (attributes_.size() >= attributes_max) return false;
    attributes_.insert(place, {std::string(name), value, at, writer});
    return !value.is_null();
  }
  if (std::tie(at, writer) < std::tie(place->at, place->writer)) return false;
  const bool changed = place->value != value;
  *place = {std::string(name), value, at, writer};
  return changed;
}

void Attributes::merge(const Attributes& other) {
  for (const Attribute& attribute : other.attributes_) {
    write(attribute.name, attribute.value, attribute.at, attribute.writer);
  }
}

Object Attributes::values() const {
  Object values;
  for (const Attribute& attribute : attributes_) {
    if (!attribute.value.is_null()) values.append(attribute.name, attribute.value);
  }
  return values;
}

void encode(ByteWriter& out, const Attributes& attributes) {
  out.unsigned_number(attributes.attributes_.size());
  for (const Attribute& attribute : attributes.attributes_) {
    out.string(attribute.name);
    write_value(out, attribute.value);
    out.signed_number(attribute.at.ms);
    out.hash(attribute.writer);
  }
}

Attributes decode_attributes(ByteReader& in) {
  Attributes attributes;
  const std::size_t count = in.count();
  attributes.attributes_.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    Attribute attribute;
    attribute.name = in.string();
    attribute.value = read_value(in);
    attribute.at = {in.signed_number()};
    attribute.writer = in.hash();
    // Look-up is by halves: an order that encode() does not write would hide attributes.
    if (i > 0 && attribute.name <= attributes.attributes_.back().name) in.fail();
    attributes.attributes_.push_back(std::move(attribute));
  }
  return attributes;
}

std::string time_zone(const Attributes& attributes) {
  std::string name = attributes.text(traits::timezone);
  absl::TimeZone zone;
  return !name.empty() && absl::LoadTimeZone(name, &zone) ? name : std::string();
}

std::string normalise_email(std::string_view text) {
  const std::string_view address = trimmed(text);
  const std::size_t at = address.rfind('@');
  // RFC 5321 4.5.3.1: 64 octets of local part, 255 of domain.
  if (at == std::string_view::npos || at == 0 || at > 64) return {};
  const std::string_view domain = address.substr(at + 1);
  if (domain.empty() || domain.size() > 255 || domain.front() == '.') return {};
  const auto bad = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || c == '<' || c == '>' || c == ',' || c == ';' || c == '"';
  };
  if (std::any_of(address.begin(), address.end(), bad)) return {};
  // What is no domain is mailed to by nobody; it still finds its contact.
  return std::string(address.substr(0, at + 1)) +
         ascii_domain(domain).value_or(to_lower_ascii(domain));
}

}  // namespace sojourn::contacts

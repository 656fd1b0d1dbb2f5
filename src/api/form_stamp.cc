#include "api/form_stamp.h"

#include "base/bytes.h"
#include "base/signed_bytes.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::size_t characters_max = 64;

Hash128 mac(const HashKey& master, std::string_view form, std::string_view bytes) {
  return keyed_hash(derive_key(master, "form stamp"), {form, bytes});
}

}  // namespace

std::string make_form_stamp(const HashKey& master, std::string_view form, Timestamp opened) {
  ByteWriter out;
  out.signed_number(opened.ms);
  out.hash(mac(master, form, out.bytes()));
  return to_base64url(out.bytes());
}

std::optional<Timestamp> read_form_stamp(const HashKey& master, std::string_view form,
                                         std::string_view text) {
  if (text.size() > characters_max) return std::nullopt;
  const std::optional<std::string> bytes = from_base64url(text);
  if (!bytes) return std::nullopt;
  const auto content =
      read_signed(*bytes, [&](std::string_view part) { return mac(master, form, part); });
  if (!content) return std::nullopt;
  ByteReader in(*content);
  const Timestamp opened{in.signed_number()};
  return in.ok() && in.at_end() ? std::optional(opened) : std::nullopt;
}

}  // namespace sojourn::api

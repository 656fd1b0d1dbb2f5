#include "channels/providers/mail_fields.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/mime/address.h"

namespace sojourn::channels::providers {
namespace {

constexpr std::array<std::string_view, 6> kept_names = {"Message-ID",       "List-Id",
                                                        "List-Unsubscribe", "List-Unsubscribe-Post",
                                                        "Feedback-ID",      "Auto-Submitted"};

bool is_kept(std::string_view name) {
  return std::ranges::any_of(
      kept_names, [&](std::string_view kept) { return equal_ignoring_case(kept, name); });
}

}  // namespace

std::vector<mime::ReadMail::Header> kept_fields(const mime::WrittenMail& mail) {
  std::vector<mime::ReadMail::Header> fields = mime::read_headers(mail.bytes);
  std::erase_if(fields, [](const auto& field) { return !is_kept(field.name); });
  return fields;
}

std::string wire_form(std::string_view address) {
  const Result<mime::WireAddress> wire = mime::WireAddress::create("address", address);
  return wire ? wire->text() : std::string(address);
}

void text_member(JsonWriter& out, std::string_view name, std::string_view value) {
  out.name(name).string(value);
}

}  // namespace sojourn::channels::providers

#include "domain/messages/copy.h"

#include "base/bytes.h"

namespace sojourn::messages {
namespace {

constexpr std::uint8_t version_1 = 1;

}  // namespace

Timestamp copy_end(Timestamp sent) {
  constexpr std::int64_t hour = Duration::hours(1).ms;
  const std::int64_t end = (sent + copy_kept).ms;
  const std::int64_t past = end % hour;
  return {past == 0 ? end : end - past + hour};
}

std::string encode(const MailCopy& copy) {
  ByteWriter out;
  out.u8(version_1);
  out.string(copy.subject);
  out.string(copy.html);
  out.string(copy.text);
  return out.take();
}

Result<MailCopy> decode_copy(std::string_view bytes) {
  ByteReader in(bytes);
  MailCopy copy;
  const bool is_known = in.u8() == version_1;
  copy.subject = in.string();
  copy.html = in.string();
  copy.text = in.string();
  if (is_known && in.ok() && in.at_end()) return copy;
  return failure("damaged_copy", "the copy of a mail cannot be read");
}

}  // namespace sojourn::messages

/// Replies of an SMTP server read the same in one piece and byte by byte.

#include <string>
#include <vector>

#include "channels/email/smtp_reply.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

namespace {

struct Reading {
  std::vector<std::string> replies;
  bool failed = false;
  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read(std::string_view input, std::size_t portion) {
  Reading reading;
  channels::email::ReplyReader reader;
  for (std::size_t begin = 0; begin < input.size() && !reading.failed; begin += portion) {
    reader.append(input.substr(begin, portion));
    while (true) {
      const auto reply = reader.next();
      reading.failed = !reply;
      if (!reply || !*reply) break;
      ENSURE((*reply)->code >= 200 && (*reply)->code <= 599);
      reading.replies.push_back((*reply)->text);
    }
  }
  return reading;
}

}  // namespace

void run(std::string_view input) {
  if (input.size() > 4096) return;
  ENSURE(read(input, input.size() + 1) == read(input, 1));
}

}  // namespace sojourn::fuzz

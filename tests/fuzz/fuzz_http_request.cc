/// Requests that anybody may send are read within limits, in whatever portions they come.

#include <string>

#include "fuzz/fuzz.h"
#include "net/request_reader.h"

namespace sojourn::fuzz {

namespace {

constexpr std::size_t head_bytes_max = 1024;
constexpr std::size_t body_bytes_max = 2048;

/// What was read, as one text; portions must not change it.
std::string read(std::string_view input, std::size_t portion) {
  static const net::BodyLimit limit = [](net::Method, std::string_view) { return body_bytes_max; };
  net::RequestReader reader(head_bytes_max, limit);
  std::string told;
  std::string waiting;
  for (std::size_t begin = 0; begin < input.size(); begin += portion) {
    waiting += input.substr(begin, portion);
    while (!waiting.empty()) {
      const std::size_t consumed = reader.feed(waiting);
      ENSURE(consumed <= waiting.size());
      waiting.erase(0, consumed);
      if (reader.state() == net::RequestReader::State::refused) {
        return told + "refused " + std::to_string(reader.take_refusal().status);
      }
      if (reader.state() == net::RequestReader::State::complete) {
        const net::Request request = reader.take();
        ENSURE(request.body.size() <= body_bytes_max);
        told += request.path + "\n" + request.body + "\n";
        continue;
      }
      if (consumed == 0) break;
    }
  }
  return told;
}

}  // namespace

void run(std::string_view input) {
  if (input.size() > 8192) return;
  ENSURE(read(input, input.size() + 1) == read(input, 1));
}

}  // namespace sojourn::fuzz

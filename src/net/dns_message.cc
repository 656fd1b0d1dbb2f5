#include "net/dns_message.h"

#include <ares.h>
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace sojourn::net {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::uint16_t start_of_authority = 6;
constexpr std::uint16_t class_internet = 1;
constexpr unsigned no_such_name_code = 3;

/// RFC 2181 §8: the highest bit says that the value is none.
constexpr std::uint32_t lifetime_seconds_max = 0x7fffffff;

/// Reads from front to back; after a read beyond the end everything is zero and broken() holds.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  [[nodiscard]] bool broken() const { return broken_; }
  [[nodiscard]] std::size_t place() const { return place_; }
  void go_to(std::size_t place) {
    broken_ = broken_ || place > message_.size();
    if (!broken_) place_ = place;
  }

  std::string_view bytes(std::size_t count) {
    if (broken_ || message_.size() - place_ < count) {
      broken_ = true;
      return {};
    }
    const std::string_view taken = message_.substr(place_, count);
    place_ += count;
    return taken;
  }
  std::uint32_t number(std::size_t count) {
    std::uint32_t value = 0;
    for (const char byte : bytes(count)) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
  }
  /// In lower case; names may point back into the message.
  std::string name() {
    if (broken_) return {};
    const auto* const begin = reinterpret_cast<const unsigned char*>(message_.data());
    char* text = nullptr;
    long length = 0;
    if (place_ >= message_.size() ||
        ares_expand_name(begin + place_, begin, static_cast<int>(message_.size()), &text,
                         &length) != ARES_SUCCESS) {
      broken_ = true;
      return {};
    }
    std::string name = to_lower_ascii(text);
    ares_free_string(text);
    place_ += static_cast<std::size_t>(length);
    return name;
  }

 private:
  std::string_view message_;
  std::size_t place_ = 0;
  bool broken_ = false;
};

struct Resource {
  std::string owner;
  std::uint16_t type = 0;
  std::uint32_t lifetime_s = 0;
  DnsRecord record = {};                ///< of the types that are asked for
  std::uint32_t negative_lifetime = 0;  ///< of a start of authority
};

std::string address_text(int family, std::string_view bytes) {
  if (bytes.empty()) return {};  // the message breaks off
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr ? std::string()
                                                                              : text.data();
}

std::string joined_strings(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t size = static_cast<std::uint8_t>(bytes.front());
    text += bytes.substr(1, size);
    bytes.remove_prefix(std::min(bytes.size(), size + 1));
  }
  return text;
}

/// RFC 1035 §4.1.3.
Resource read_resource(Reader& in) {
  Resource resource{.owner = in.name()};
  resource.type = static_cast<std::uint16_t>(in.number(2));
  const std::uint32_t record_class = in.number(2);
  resource.lifetime_s = in.number(4);
  if (resource.lifetime_s > lifetime_seconds_max) resource.lifetime_s = 0;
  const std::size_t size = in.number(2);
  const std::size_t end = in.place() + size;
  if (record_class != class_internet) resource.type = 0;
  switch (resource.type) {
    case static_cast<std::uint16_t>(DnsType::a):
      if (size != 4) resource.type = 0;
      resource.record.value = size == 4 ? address_text(AF_INET, in.bytes(size)) : "";
      break;
    case static_cast<std::uint16_t>(DnsType::aaaa):
      if (size != 16) resource.type = 0;
      resource.record.value = size == 16 ? address_text(AF_INET6, in.bytes(size)) : "";
      break;
    case static_cast<std::uint16_t>(DnsType::txt):
      resource.record.value = joined_strings(in.bytes(size));
      break;
    case static_cast<std::uint16_t>(DnsType::mx):
      resource.record.preference = static_cast<std::uint16_t>(in.number(2));
      resource.record.value = in.name();
      break;
    case static_cast<std::uint16_t>(DnsType::cname):
    case static_cast<std::uint16_t>(DnsType::ptr):
      resource.record.value = in.name();
      break;
    case start_of_authority:
      in.name();
      in.name();
      in.bytes(16);
      resource.negative_lifetime = in.number(4);
      break;
    default:
      in.bytes(size);
  }
  in.go_to(end);
  return resource;
}

ReadDnsAnswer broken_answer() {
  return {
      .answer = {.status = DnsStatus::failed, .reason = "the name server's answer is malformed"},
      .lifetime = {}};
}

}  // namespace

ReadDnsAnswer read_dns_message(std::string_view message, std::string_view name, DnsType type) {
  if (message.size() < header_bytes) return broken_answer();
  Reader in(message);
  in.bytes(2);
  const std::uint32_t flags = in.number(2);
  const std::uint32_t questions = in.number(2);
  const std::uint32_t answers = in.number(2);
  const std::uint32_t authorities = in.number(2);
  in.bytes(2);
  for (std::uint32_t i = 0; i < questions && !in.broken(); ++i) {
    in.name();
    in.bytes(4);
  }

  ReadDnsAnswer read;
  std::string owner(name);
  std::uint32_t lifetime_s = lifetime_seconds_max;
  for (std::uint32_t i = 0; i < answers && !in.broken(); ++i) {
    const Resource resource = read_resource(in);
    // Aliases stand before what they lead to (RFC 1034 §4.3.2).
    const bool alias = resource.type == static_cast<std::uint16_t>(DnsType::cname);
    const bool wanted = resource.type == static_cast<std::uint16_t>(type);
    if (resource.owner != owner || (!alias && !wanted)) continue;
    lifetime_s = std::min(lifetime_s, resource.lifetime_s);
    if (wanted) read.answer.records.push_back(resource.record);
    if (alias && !wanted) owner = resource.record.value;
  }
  std::optional<std::uint32_t> negative_s;
  for (std::uint32_t i = 0; i < authorities && !in.broken(); ++i) {
    const Resource resource = read_resource(in);
    if (resource.type != start_of_authority) continue;
    negative_s = std::min(resource.lifetime_s, resource.negative_lifetime);
  }
  if (in.broken()) return broken_answer();

  if (!read.answer.records.empty()) {
    std::ranges::stable_sort(read.answer.records, {}, &DnsRecord::preference);
    read.answer.status = DnsStatus::found;
  } else {
    const bool absent = (flags & 0xf) == no_such_name_code;
    read.answer.status = absent ? DnsStatus::no_such_name : DnsStatus::no_records;
    lifetime_s = std::min(lifetime_s, negative_s.value_or(0));
  }
  read.lifetime = Duration::seconds(lifetime_s);
  return read;
}

}  // namespace sojourn::net

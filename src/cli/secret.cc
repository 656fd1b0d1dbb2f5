#include "cli/secret.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/text.h"

namespace sojourn::cli {
namespace {

constexpr std::size_t secret_characters_min = 16;

HashKey key_from(std::string_view material) {
  const std::array<std::uint8_t, 32> digest = sha256(material);
  HashKey key;
  std::memcpy(key.bytes.data(), digest.data(), key.bytes.size());
  return key;
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return failure("disk_failed", fmt::format("{}: {}", path, std::strerror(errno)));
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool durable = written && ::fsync(file) == 0;
  ::close(file);
  if (!durable) return failure("disk_failed", fmt::format("{} could not be written", path));
  return {};
}

}  // namespace

Result<HashKey> load_master_key(const std::string& secret, const std::string& folder) {
  if (!secret.empty()) {
    if (secret.size() < secret_characters_min) {
      return failure({.code = "invalid_secret",
                      .message = fmt::format("SOJOURN_SECRET has {} characters, it must have {}",
                                             secret.size(), secret_characters_min),
                      .field = "SOJOURN_SECRET",
                      .limit = std::to_string(secret_characters_min)});
    }
    return key_from(secret);
  }
  const std::string path = folder + "/secret.key";
  std::ifstream file(path);
  std::string text;
  if (file && std::getline(file, text)) {
    const std::optional<std::string> material = from_base64url(text);
    if (!material || material->size() != 32) {
      return failure("invalid_secret", fmt::format("{} does not hold a key", path));
    }
    return key_from(*material);
  }
  std::string material(32, '\0');
  randombytes_buf(material.data(), material.size());
  TRY_VOID(write_new_file(path, to_base64url(material) + "\n"));
  return key_from(material);
}

}  // namespace sojourn::cli

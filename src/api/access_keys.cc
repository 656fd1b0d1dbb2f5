#include "api/access_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::size_t key_random_bytes = 24;
constexpr std::size_t shown_characters = 8;

std::string_view prefix(KeyKind kind) {
  switch (kind) {
    case KeyKind::server:
      return "sk_";
    case KeyKind::browser:
      return "bk_";
    case KeyKind::api:
      return "ak_";
  }
  return {};
}

/// Write keys of both kinds share a space, as a call does not say which it sends.
Hash128 hash_of(const HashKey& master, std::string_view space, std::string_view key) {
  return keyed_hash(derive_key(master, "access key"), {space, key});
}

std::string_view space_of(KeyKind kind) {
  return kind == KeyKind::api ? "api" : "write";
}

KeyKind parse_kind(std::string_view text) {
  if (text == to_string(KeyKind::server)) return KeyKind::server;
  if (text == to_string(KeyKind::api)) return KeyKind::api;
  // What this version does not know gets the least trust.
  return KeyKind::browser;
}

}  // namespace

std::string_view to_string(KeyKind kind) {
  switch (kind) {
    case KeyKind::server:
      return "server";
    case KeyKind::browser:
      return "browser";
    case KeyKind::api:
      return "api";
  }
  return {};
}

std::string make_access_key(KeyKind kind, const RandomBytes& random) {
  return std::string(prefix(kind)) + to_base32(random(key_random_bytes));
}

Result<store::AccessKeyRecord> describe_access_key(const HashKey& master, KeyKind kind,
                                                   std::string_view key, Timestamp created_at) {
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
  if (key.empty() || key.size() > access_key_bytes_max || !printable) {
    return failure({.code = "invalid_key",
                    .message = fmt::format("a {} key must be 1 to {} printable ASCII characters "
                                           "without blanks and colons",
                                           to_string(kind), access_key_bytes_max),
                    .limit = std::to_string(access_key_bytes_max)});
  }
  store::AccessKeyRecord record;
  record.key_hash = hash_of(master, space_of(kind), key);
  record.id = std::string(prefix(kind)) + to_base32(record.key_hash.view().substr(0, 5));
  record.kind = to_string(kind);
  record.shown = kind == KeyKind::browser
                     ? std::string(key)
                     : std::string(key.substr(0, std::min(shown_characters, key.size() / 3)));
  record.name = kind == KeyKind::server ? "Server" : kind == KeyKind::browser ? "Website" : "API";
  record.created_at = created_at;
  return record;
}

AccessKey::AccessKey(store::AccessKeyRecord row)
    : record(std::move(row)), kind(parse_kind(record.kind)) {}

AccessKeys::AccessKeys(const HashKey& master) : master_(master) {}

Result<void> AccessKeys::load(store::StateReads& reads) {
  TRY(records, reads.access_keys());
  absl::flat_hash_map<Hash128, Found> loaded;
  for (store::AccessKeyRecord& record : records) {
    const Hash128 hash = record.key_hash;
    auto key = std::make_shared<AccessKey>(std::move(record));
    if (const Found before = find(hash)) key->last_event_ms = before->last_event_ms.load();
    loaded.emplace(hash, std::move(key));
  }
  const std::unique_lock lock(mutex_);
  by_hash_ = std::move(loaded);
  return {};
}

AccessKeys::Found AccessKeys::find(const Hash128& hash) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_hash_.find(hash);
  return found == by_hash_.end() ? nullptr : found->second;
}

AccessKeys::Found AccessKeys::find_write_key(std::string_view key) const {
  if (key.size() > access_key_bytes_max) return nullptr;
  return find(hash_of(master_, space_of(KeyKind::server), key));
}

AccessKeys::Found AccessKeys::find_api_key(std::string_view key) const {
  if (key.size() > access_key_bytes_max) return nullptr;
  return find(hash_of(master_, space_of(KeyKind::api), key));
}

AccessKeys::Found AccessKeys::find_by_id(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [hash, key] : by_hash_) {
    if (key->record.id == id) return key;
  }
  return nullptr;
}

std::vector<AccessKeys::Found> AccessKeys::write_keys() const {
  std::vector<Found> keys;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [hash, key] : by_hash_) {
      if (key->kind != KeyKind::api) keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end(), [](const Found& a, const Found& b) {
    return std::tie(a->record.created_at, a->record.kind, a->record.id) <
           std::tie(b->record.created_at, b->record.kind, b->record.id);
  });
  return keys;
}

}  // namespace sojourn::api

#include "store/sql/event_log_block.h"

#include "absl/container/flat_hash_map.h"
#include "base/bytes.h"
#include "base/ensure.h"

namespace sojourn::store::sql {
namespace {

constexpr char block_version = 1;
/// The fastest of the standard levels: the log writer compresses while callers wait.
constexpr int compression_level = 1;

/// Differences wrap around, so that no pair of times overflows.
std::int64_t difference(std::int64_t later, std::int64_t earlier) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(later) -
                                   static_cast<std::uint64_t>(earlier));
}
std::int64_t sum(std::int64_t earlier, std::int64_t step) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(earlier) +
                                   static_cast<std::uint64_t>(step));
}

std::string to_content(std::span<const BlockEntry> entries) {
  ByteWriter names;
  ByteWriter columns;
  absl::flat_hash_map<std::string_view, std::uint64_t> numbers;
  std::uint64_t before = 0;
  for (const BlockEntry& entry : entries) {
    ENSURE(entry.position.value > before);
    columns.unsigned_number(entry.position.value - before - 1);
    before = entry.position.value;
  }
  for (const BlockEntry& entry : entries) {
    if (entry.is_erased) {
      columns.unsigned_number(0);
      continue;
    }
    const auto [number, is_new] = numbers.try_emplace(entry.name, numbers.size() + 1);
    if (is_new) names.string(entry.name);
    columns.unsigned_number(number->second);
  }
  const auto column = [&](const auto& write) {
    for (const BlockEntry& entry : entries) {
      if (!entry.is_erased) write(entry);
    }
  };
  column([&](const BlockEntry& entry) { columns.hash(entry.subject); });
  column([&](const BlockEntry& entry) { columns.hash(entry.message); });
  std::int64_t at = 0;
  column([&](const BlockEntry& entry) {
    columns.signed_number(difference(entry.at.ms, at));
    at = entry.at.ms;
  });
  std::int64_t received = 0;
  column([&](const BlockEntry& entry) {
    columns.signed_number(difference(entry.received_at.ms, received));
    received = entry.received_at.ms;
  });
  column([&](const BlockEntry& entry) { columns.unsigned_number(entry.payload.size()); });

  ByteWriter head;
  head.unsigned_number(entries.size());
  head.unsigned_number(numbers.size());
  std::string content = head.take();
  content += names.bytes();
  content += columns.bytes();
  column([&](const BlockEntry& entry) { content += entry.payload; });
  return content;
}

Result<std::string> decompress(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != block_version) {
    return failure("damaged", "log block has an unknown version");
  }
  bytes.remove_prefix(1);
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
      size > block_content_bytes_max) {
    return failure("damaged", "log block does not say its size");
  }
  std::string content(size, '\0');
  const std::size_t got =
      ZSTD_decompress(content.data(), content.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != size) {
    return failure("damaged", "log block fails its checksum");
  }
  return content;
}

std::vector<BlockEntry> parse(std::string_view content, bool& ok) {
  ByteReader reader(content);
  std::vector<BlockEntry> entries(reader.count());
  std::vector<std::string_view> names(reader.count());
  for (std::string_view& name : names) name = reader.string();
  std::uint64_t before = 0;
  for (BlockEntry& entry : entries) {
    entry.position.value = before + reader.unsigned_number() + 1;
    // Positions ascend; a step that wraps around is malformed.
    ok = ok && entry.position.value > before;
    before = entry.position.value;
  }
  for (BlockEntry& entry : entries) {
    const std::uint64_t number = reader.unsigned_number();
    ok = ok && number <= names.size();
    entry.is_erased = number == 0 || !ok;
    if (!entry.is_erased) entry.name = names[number - 1];
  }
  const auto column = [&](const auto& read) {
    for (BlockEntry& entry : entries) {
      if (!entry.is_erased) read(entry);
    }
  };
  column([&](BlockEntry& entry) { entry.subject = reader.hash(); });
  column([&](BlockEntry& entry) { entry.message = reader.hash(); });
  std::int64_t at = 0;
  column([&](BlockEntry& entry) { entry.at = {at = sum(at, reader.signed_number())}; });
  std::int64_t received = 0;
  column([&](BlockEntry& entry) {
    entry.received_at = {received = sum(received, reader.signed_number())};
  });
  std::vector<std::uint64_t> lengths;
  lengths.reserve(entries.size());
  column([&](BlockEntry&) { lengths.push_back(reader.unsigned_number()); });
  std::size_t index = 0;
  column([&](BlockEntry& entry) { entry.payload = reader.bytes(lengths[index++]); });
  ok = ok && reader.ok() && reader.at_end();
  return entries;
}

}  // namespace

LogRecord BlockEntry::to_record() const {
  return {.position = position,
          .message = message,
          .subject = subject,
          .at = at,
          .received_at = received_at,
          .name = std::string(name),
          .payload = std::string(payload)};
}

BlockEntry to_entry(const LogRecord& record) {
  return {.position = record.position,
          .is_erased = false,
          .name = record.name,
          .subject = record.subject,
          .message = record.message,
          .at = record.at,
          .received_at = record.received_at,
          .payload = record.payload};
}

Result<void> Block::decode(std::string_view bytes) {
  entries_.clear();
  TRY(content, decompress(bytes));
  content_ = std::move(content);
  bool ok = true;
  entries_ = parse(content_, ok);
  if (ok) return {};
  entries_.clear();
  return failure("damaged", "log block is malformed");
}

std::string BlockEncoder::encode(std::span<const BlockEntry> entries) {
  const std::string content = to_content(entries);
  ENSURE(content.size() <= block_content_bytes_max);
  std::string bytes(1 + ZSTD_compressBound(content.size()), '\0');
  bytes.front() = block_version;
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, compression_level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  const std::size_t size = ZSTD_compress2(context_.get(), bytes.data() + 1, bytes.size() - 1,
                                          content.data(), content.size());
  ENSURE(ZSTD_isError(size) == 0);
  bytes.resize(1 + size);
  return bytes;
}

}  // namespace sojourn::store::sql

#include "store/sql/event_log_block.h"

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "base/bytes.h"
#include "base/ensure.h"

namespace sojourn::store::sql {
namespace {

using events::Position;

constexpr char block_version = 1;
constexpr char split_version = 2;
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

/// What a block holds, in the parts that the versions arrange differently.
struct Columns {
  struct Payloads {
    ByteWriter lengths;
    std::string bytes;
  };
  std::string head;                ///< count, dictionary, positions, names
  std::string rest;                ///< subjects, hashes, times
  std::vector<Payloads> payloads;  ///< by name
};

Columns to_columns(std::span<const BlockEntry> entries) {
  Columns columns;
  ByteWriter names;
  ByteWriter positions;
  absl::flat_hash_map<std::string_view, std::uint64_t> numbers;
  std::uint64_t before = 0;
  for (const BlockEntry& entry : entries) {
    ENSURE(entry.position.value > before);
    positions.unsigned_number(entry.position.value - before - 1);
    before = entry.position.value;
  }
  for (const BlockEntry& entry : entries) {
    if (entry.is_erased) {
      positions.unsigned_number(0);
      continue;
    }
    const auto [number, is_new] = numbers.try_emplace(entry.name, numbers.size() + 1);
    if (is_new) {
      names.string(entry.name);
      columns.payloads.emplace_back();
    }
    positions.unsigned_number(number->second);
    Columns::Payloads& payloads = columns.payloads[number->second - 1];
    payloads.lengths.unsigned_number(entry.payload.size());
    payloads.bytes += entry.payload;
  }
  ByteWriter head;
  head.unsigned_number(entries.size());
  head.unsigned_number(numbers.size());
  columns.head = head.bytes() + names.bytes() + positions.bytes();

  ByteWriter rest;
  const auto column = [&](const auto& write) {
    for (const BlockEntry& entry : entries) {
      if (!entry.is_erased) write(entry);
    }
  };
  column([&](const BlockEntry& entry) { rest.hash(entry.subject); });
  column([&](const BlockEntry& entry) { rest.hash(entry.message); });
  std::int64_t at = 0;
  column([&](const BlockEntry& entry) {
    rest.signed_number(difference(entry.at.ms, at));
    at = entry.at.ms;
  });
  std::int64_t received = 0;
  column([&](const BlockEntry& entry) {
    rest.signed_number(difference(entry.received_at.ms, received));
    received = entry.received_at.ms;
  });
  columns.rest = rest.take();
  return columns;
}

/// The one frame of version 1.
std::string to_content(std::span<const BlockEntry> entries) {
  const Columns columns = to_columns(entries);
  ByteWriter lengths;
  std::string payloads;
  for (const BlockEntry& entry : entries) {
    if (entry.is_erased) continue;
    lengths.unsigned_number(entry.payload.size());
    payloads += entry.payload;
  }
  return columns.head + columns.rest + lengths.bytes() + payloads;
}

Result<std::string> decompress(std::string_view bytes) {
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

/// Calls `read` with each entry that was not erased.
template <typename Read>
void read_column(std::vector<BlockEntry>& entries, const Read& read) {
  for (BlockEntry& entry : entries) {
    if (!entry.is_erased) read(entry);
  }
}

/// Positions and names of a block, and its dictionary.
struct Head {
  std::vector<std::string_view> names;
  std::vector<BlockEntry> entries;
  std::vector<std::size_t> numbers;  ///< of each entry's name, from 0; of erased ones: no name's
};

Head parse_head(ByteReader& reader, bool& ok) {
  Head head;
  head.entries.resize(reader.count());
  head.names.resize(reader.count());
  for (std::string_view& name : head.names) name = reader.string();
  std::uint64_t before = 0;
  for (BlockEntry& entry : head.entries) {
    entry.position.value = before + reader.unsigned_number() + 1;
    // Positions ascend; a step that wraps around is malformed.
    ok = ok && entry.position.value > before;
    before = entry.position.value;
  }
  head.numbers.reserve(head.entries.size());
  for (BlockEntry& entry : head.entries) {
    const std::uint64_t number = reader.unsigned_number();
    ok = ok && number <= head.names.size();
    entry.is_erased = number == 0 || !ok;
    head.numbers.push_back(entry.is_erased ? head.names.size() : number - 1);
    if (!entry.is_erased) entry.name = head.names[number - 1];
  }
  return head;
}

void parse_columns(ByteReader& reader, std::vector<BlockEntry>& entries) {
  const auto column = [&](const auto& read) { read_column(entries, read); };
  column([&](BlockEntry& entry) { entry.subject = reader.hash(); });
  column([&](BlockEntry& entry) { entry.message = reader.hash(); });
  std::int64_t at = 0;
  column([&](BlockEntry& entry) { entry.at = {at = sum(at, reader.signed_number())}; });
  std::int64_t received = 0;
  column([&](BlockEntry& entry) {
    entry.received_at = {received = sum(received, reader.signed_number())};
  });
}

std::vector<BlockEntry> parse(std::string_view content, bool& ok) {
  ByteReader reader(content);
  std::vector<BlockEntry> entries = parse_head(reader, ok).entries;
  parse_columns(reader, entries);
  std::vector<std::uint64_t> lengths;
  lengths.reserve(entries.size());
  read_column(entries, [&](BlockEntry&) { lengths.push_back(reader.unsigned_number()); });
  std::size_t index = 0;
  read_column(entries, [&](BlockEntry& entry) { entry.payload = reader.bytes(lengths[index++]); });
  ok = ok && reader.ok() && reader.at_end();
  return entries;
}

Error malformed() {
  return {.code = "damaged", .message = "log block is malformed"};
}

/// A block of version 2, of which the first frame has been read.
class SplitBlock {
 public:
  static Result<SplitBlock> open(std::string_view bytes) {
    SplitBlock block;
    ByteReader outer(bytes);
    const std::string_view first = outer.bytes(outer.unsigned_number());
    if (!outer.ok()) return failure(malformed());
    TRY(content, decompress(first));
    // On the heap: views into it stay valid when the block moves.
    block.content_ = std::make_unique<std::string>(std::move(content));
    ByteReader reader(*block.content_);
    bool ok = true;
    block.head = parse_head(reader, ok);
    block.columns_ = outer.bytes(reader.unsigned_number());
    for (std::size_t i = 0; i < block.head.names.size(); ++i) {
      block.payloads_.push_back(outer.bytes(reader.unsigned_number()));
    }
    ok = ok && reader.ok() && reader.at_end() && outer.ok() && outer.at_end();
    if (!ok) return failure(malformed());
    return block;
  }

  /// Fills in subjects, hashes and times.
  Result<void> read_columns() {
    TRY(content, decompress(columns_));
    ByteReader reader(content);
    parse_columns(reader, head.entries);
    if (!reader.ok() || !reader.at_end()) return failure(malformed());
    return {};
  }

  /// Fills in the payloads of one name; they are views into the answer, which is on the heap since
  /// a short string takes its bytes along when it moves.
  Result<std::unique_ptr<std::string>> read_payloads(std::size_t name) {
    TRY(decompressed, decompress(payloads_[name]));
    auto content = std::make_unique<std::string>(std::move(decompressed));
    ByteReader reader(*content);
    std::vector<std::uint64_t> lengths;
    const auto of_name = [&](const auto& read) {
      for (std::size_t i = 0; i < head.entries.size(); ++i) {
        if (head.numbers[i] == name) read(head.entries[i]);
      }
    };
    of_name([&](BlockEntry&) { lengths.push_back(reader.unsigned_number()); });
    std::size_t index = 0;
    of_name([&](BlockEntry& entry) { entry.payload = reader.bytes(lengths[index++]); });
    if (!reader.ok() || !reader.at_end()) return failure(malformed());
    return content;
  }

  Head head;
  [[nodiscard]] std::unique_ptr<std::string> take_content() { return std::move(content_); }

 private:
  std::unique_ptr<std::string> content_;
  std::string_view columns_;
  std::vector<std::string_view> payloads_;  ///< by name
};

/// The payloads of one name, one after another.
class NamePayloads {
 public:
  static Result<NamePayloads> open(std::string_view frame, std::size_t count) {
    TRY(content, decompress(frame));
    NamePayloads payloads;
    // On the heap: views into it stay valid when the payloads move.
    payloads.content_ = std::make_unique<std::string>(std::move(content));
    ByteReader reader(*payloads.content_);
    payloads.lengths_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) payloads.lengths_.push_back(reader.unsigned_number());
    std::uint64_t total = 0;
    for (const std::uint64_t length : payloads.lengths_) {
      if (length > payloads.content_->size()) return failure(malformed());
      total += length;
    }
    payloads.rest_ = reader.bytes(total);
    if (!reader.ok() || !reader.at_end()) return failure(malformed());
    return payloads;
  }

  std::string_view next() {
    const std::string_view payload = rest_.substr(0, lengths_[taken_]);
    rest_.remove_prefix(lengths_[taken_++]);
    return payload;
  }

 private:
  std::unique_ptr<std::string> content_;
  std::vector<std::uint64_t> lengths_;
  std::size_t taken_ = 0;
  std::string_view rest_;
};

/// scan_block() of version 2. Nearly all entries are passed over: nothing is made of them but a
/// position and a number.
Result<Position> scan_split_block(
    std::string_view bytes, const EventLogReader::Scan& scan,
    const std::function<bool(std::string_view)>& is_wanted,
    const std::function<void(const EventLogReader::Scanned&)>& visit) {
  ByteReader outer(bytes);
  const std::string_view first = outer.bytes(outer.unsigned_number());
  if (!outer.ok()) return failure(malformed());
  TRY(content, decompress(first));
  ByteReader reader(content);
  const std::size_t count = reader.count();
  std::vector<std::string_view> names(reader.count());
  for (std::string_view& name : names) name = reader.string();
  std::vector<std::uint64_t> positions(count);
  std::uint64_t before = 0;
  bool ok = true;
  for (std::uint64_t& position : positions) {
    position = before + reader.unsigned_number() + 1;
    ok = ok && position > before;
    before = position;
  }
  std::vector<std::uint64_t> numbers(count);  // from 1; 0: erased
  std::vector<std::size_t> counts(names.size() + 1, 0);
  for (std::uint64_t& number : numbers) {
    number = reader.unsigned_number();
    if (number > names.size()) return failure(malformed());
    ++counts[number];
  }
  outer.bytes(reader.unsigned_number());  // the other columns
  std::vector<std::optional<NamePayloads>> payloads(names.size() + 1);
  for (std::size_t number = 1; number <= names.size(); ++number) {
    const std::string_view frame = outer.bytes(reader.unsigned_number());
    if (!outer.ok() || !reader.ok()) return failure(malformed());
    if (!is_wanted(names[number - 1])) continue;
    TRY(opened, NamePayloads::open(frame, counts[number]));
    payloads[number] = std::move(opened);
  }
  ok = ok && reader.ok() && reader.at_end() && outer.ok() && outer.at_end();
  if (!ok) return failure(malformed());
  Position reached = scan.after;
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<NamePayloads>& of_name = payloads[numbers[i]];
    const std::string_view payload = of_name ? of_name->next() : std::string_view();
    const Position position{positions[i]};
    if (position <= scan.after || position > scan.until) continue;
    reached = position;
    if (of_name) visit({position, names[numbers[i] - 1], payload});
  }
  return reached;
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
  contents_.clear();
  const char version = bytes.empty() ? '\0' : bytes.front();
  if (version == split_version) return decode_split(bytes.substr(1));
  if (version != block_version) return failure("damaged", "log block has an unknown version");
  TRY(content, decompress(bytes.substr(1)));
  contents_.push_back(std::make_unique<std::string>(std::move(content)));
  bool ok = true;
  entries_ = parse(*contents_.front(), ok);
  if (ok) return {};
  entries_.clear();
  return failure(malformed());
}

Result<void> Block::decode_split(std::string_view bytes) {
  TRY(block, SplitBlock::open(bytes));
  TRY_VOID(block.read_columns());
  for (std::size_t name = 0; name < block.head.names.size(); ++name) {
    TRY(content, block.read_payloads(name));
    contents_.push_back(std::move(content));
  }
  entries_ = std::move(block.head.entries);
  contents_.push_back(block.take_content());
  return {};
}

Result<Position> scan_block(std::string_view bytes, const EventLogReader::Scan& scan,
                            const std::function<void(const EventLogReader::Scanned&)>& visit) {
  const auto is_wanted = [&](std::string_view name) {
    return std::find(scan.names.begin(), scan.names.end(), name) != scan.names.end();
  };
  const bool is_split = !bytes.empty() && bytes.front() == split_version;
  if (is_split) return scan_split_block(bytes.substr(1), scan, is_wanted, visit);
  Block block;
  TRY_VOID(block.decode(bytes));
  Position reached = scan.after;
  for (const BlockEntry& entry : block.entries()) {
    if (entry.position <= scan.after || entry.position > scan.until) continue;
    reached = entry.position;
    if (entry.is_erased || !is_wanted(entry.name)) continue;
    visit({entry.position, entry.name, entry.payload});
  }
  return reached;
}

void BlockEncoder::add_frame(std::string& bytes, std::string_view content) {
  const std::size_t before = bytes.size();
  bytes.resize(before + ZSTD_compressBound(content.size()));
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, compression_level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  const std::size_t size = ZSTD_compress2(context_.get(), bytes.data() + before,
                                          bytes.size() - before, content.data(), content.size());
  ENSURE(ZSTD_isError(size) == 0);
  bytes.resize(before + size);
}

std::string BlockEncoder::encode(std::span<const BlockEntry> entries) {
  if (entries.size() >= split_records_min) return encode_split(entries);
  const std::string content = to_content(entries);
  ENSURE(content.size() <= block_content_bytes_max);
  std::string bytes(1, block_version);
  add_frame(bytes, content);
  return bytes;
}

std::string BlockEncoder::encode_split(std::span<const BlockEntry> entries) {
  Columns columns = to_columns(entries);
  std::string rest;
  add_frame(rest, columns.rest);
  ByteWriter sizes;
  sizes.unsigned_number(rest.size());
  for (const Columns::Payloads& each : columns.payloads) {
    const std::size_t before = rest.size();
    const std::string content = each.lengths.bytes() + each.bytes;
    ENSURE(content.size() <= block_content_bytes_max);
    add_frame(rest, content);
    sizes.unsigned_number(rest.size() - before);
  }
  std::string first;
  add_frame(first, columns.head + sizes.bytes());
  ByteWriter first_size;
  first_size.unsigned_number(first.size());
  return std::string(1, split_version) + first_size.bytes() + first + rest;
}

}  // namespace sojourn::store::sql

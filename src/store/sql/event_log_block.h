#pragma once

/// The bytes of a log block: columns of events, compressed. Versioned; the reader never trusts
/// what it reads.
///
/// A version byte, then zstd frames with their checksums. Version 1, of small blocks, is one frame.
/// Inside, in this order: count; the dictionary of names; then a column each of positions (steps),
/// names (number in the dictionary, 0 for an erased event), subjects, message hashes, event times
/// (differences), times of receipt (differences), payload lengths, payloads. Erased events are in
/// the first two columns only.
///
/// Version 2, of large blocks, has a frame for what every scan reads and one for the payloads of
/// each name, so that a scan for one name leaves the rest compressed: the size of the first frame;
/// that frame, with count, dictionary, positions, names, and the sizes of the others; a frame with
/// the other columns; then for each name of the dictionary one with the lengths of its payloads,
/// and the payloads.

#include <zstd.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/event_log.h"

namespace sojourn::store::sql {

/// More events or bytes of payload go to several blocks, so that reading one event never costs
/// more than this.
inline constexpr std::size_t block_records_max = 4096;
inline constexpr std::size_t block_payload_bytes_max = 8 << 20;
/// From so many events on a block is of version 2: frames of a few events compress badly.
inline constexpr std::size_t split_records_min = 256;
/// A block claims no more than this before decompressing: payloads, and columns beside them.
inline constexpr std::size_t block_content_bytes_max = 2 * block_payload_bytes_max;

/// An event within a block; views into the block.
struct BlockEntry {
  events::Position position;
  bool is_erased = false;  ///< nothing but the position is left
  std::string_view name;
  Hash128 subject;
  Hash128 message;
  Timestamp at;
  Timestamp received_at;
  std::string_view payload;

  [[nodiscard]] LogRecord to_record() const;
};
[[nodiscard]] BlockEntry to_entry(const LogRecord& record);

/// A decoded block. Entries stay valid as long as the block is neither moved nor destroyed.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// Replaces what the block held. Error `damaged` for bytes that encode() did not write.
  [[nodiscard]] Result<void> decode(std::string_view bytes);
  /// Ascending positions.
  [[nodiscard]] std::span<BlockEntry> entries() { return entries_; }

 private:
  Result<void> decode_split(std::string_view bytes);

  std::vector<std::unique_ptr<std::string>> contents_;  ///< what entries_ are views into
  std::vector<BlockEntry> entries_;
};

/// Visits the events of a block that a scan asks for, and decompresses little else. The answer is
/// the last position up to `until` that the block has; `after` where it has none beyond that.
[[nodiscard]] Result<events::Position> scan_block(
    std::string_view bytes, const EventLogReader::Scan& scan,
    const std::function<void(const EventLogReader::Scanned&)>& visit);

class BlockEncoder {
 public:
  BlockEncoder() : context_(ZSTD_createCCtx()) {}
  /// Positions must ascend. At most the limits above. Not thread-safe.
  [[nodiscard]] std::string encode(std::span<const BlockEntry> entries);

 private:
  std::string encode_split(std::span<const BlockEntry> entries);
  void add_frame(std::string& bytes, std::string_view content);
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

}  // namespace sojourn::store::sql

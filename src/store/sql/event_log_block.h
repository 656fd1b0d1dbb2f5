#pragma once

/// The bytes of a log block: columns of events, compressed. Versioned; the reader never trusts
/// what it reads.
///
/// A version byte, then one zstd frame with its checksum. Inside, in this order: count; the
/// dictionary of names; then a column each of positions (steps), names (number in the dictionary,
/// 0 for an erased event), subjects, message hashes, event times (differences), times of receipt
/// (differences), payload lengths, payloads. Erased events are in the first two columns only.

#include <zstd.h>

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
  std::string content_;
  std::vector<BlockEntry> entries_;
};

class BlockEncoder {
 public:
  BlockEncoder() : context_(ZSTD_createCCtx()) {}
  /// Positions must ascend. At most the limits above. Not thread-safe.
  [[nodiscard]] std::string encode(std::span<const BlockEntry> entries);

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

}  // namespace sojourn::store::sql

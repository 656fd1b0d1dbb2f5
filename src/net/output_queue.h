#pragma once

/// The bytes that a connection still has to write: small texts in one buffer, large bodies as
/// they are, so that many responses leave in one system call. Internal to net.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::net {

class OutputQueue {
 public:
  /// Bodies up to this size are copied behind their head: one more piece costs more than that.
  static constexpr std::size_t copied_bytes_max = 8 << 10;

  /// Text to append small things to, until the next call of another member.
  [[nodiscard]] std::string& text() { return text_; }
  void append_body(std::string&& body);
  /// `body` outlives the queue, or lives as long as `owner` does.
  void append_static(std::string_view body, std::shared_ptr<const void> owner = {});

  [[nodiscard]] bool empty() const { return pieces_.empty() && sent_ == text_.size(); }
  /// Fills `views` with the first unsent bytes in order; returns how many views it filled.
  [[nodiscard]] std::size_t fill(std::span<std::string_view> views) const;
  /// The first `size` unsent bytes are sent.
  void consume(std::size_t size);

 private:
  // A body that follows the text up to `text_end`.
  struct Piece {
    std::size_t text_end = 0;
    std::string owned = {};
    std::string_view borrowed = {};
    std::shared_ptr<const void> owner = {};
    std::size_t sent = 0;

    [[nodiscard]] std::string_view rest() const {
      return (borrowed.empty() ? std::string_view(owned) : borrowed).substr(sent);
    }
  };

  std::string text_;
  std::size_t sent_ = 0;  // of text_
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // of pieces_ not sent
};

}  // namespace sojourn::net

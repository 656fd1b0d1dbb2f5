#include "net/output_queue.h"

#include <algorithm>
#include <utility>

namespace sojourn::net {
namespace {

// A buffer that one large burst has made is not kept for the idle hours after it.
constexpr std::size_t text_bytes_kept_max = 16 << 10;

}  // namespace

void OutputQueue::append_body(std::string&& body) {
  if (body.size() <= copied_bytes_max) {
    text_.append(body);
    return;
  }
  pieces_.push_back({.text_end = text_.size(), .owned = std::move(body)});
}

void OutputQueue::append_static(std::string_view body, std::shared_ptr<const void> owner) {
  if (body.size() <= copied_bytes_max) {
    text_.append(body);
    return;
  }
  pieces_.push_back({.text_end = text_.size(), .borrowed = body, .owner = std::move(owner)});
}

std::size_t OutputQueue::fill(std::span<std::string_view> views) const {
  const std::string_view text = text_;
  std::size_t count = 0;
  std::size_t begin = sent_;
  const auto push = [&](std::string_view view) {
    if (!view.empty() && count < views.size()) views[count++] = view;
  };
  for (std::size_t index = first_; index < pieces_.size(); ++index) {
    push(text.substr(begin, pieces_[index].text_end - begin));
    begin = pieces_[index].text_end;
    push(pieces_[index].rest());
  }
  push(text.substr(begin));
  return count;
}

void OutputQueue::consume(std::size_t size) {
  while (size > 0) {
    const bool has_piece = first_ < pieces_.size();
    const std::size_t text_end = has_piece ? pieces_[first_].text_end : text_.size();
    const std::size_t of_text = std::min(size, text_end - sent_);
    sent_ += of_text;
    size -= of_text;
    if (!has_piece || size == 0) break;
    Piece& piece = pieces_[first_];
    const std::size_t of_piece = std::min(size, piece.rest().size());
    piece.sent += of_piece;
    size -= of_piece;
    if (piece.rest().empty()) ++first_;
  }
  if (first_ < pieces_.size() || sent_ < text_.size()) return;
  pieces_.clear();
  text_.clear();
  if (text_.capacity() > text_bytes_kept_max) text_.shrink_to_fit();
  sent_ = 0;
  first_ = 0;
}

}  // namespace sojourn::net

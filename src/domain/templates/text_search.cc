#include "domain/templates/text_search.h"

#include <cstring>

namespace sojourn::templates {

std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (wanted.empty()) return from;
  if (text.empty()) return std::string_view::npos;
  // OPTIMIZATION: memmem of glibc is the two-way algorithm; std::search with a prepared searcher
  // allocates.
  const void* found = memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace sojourn::templates

#include "channels/connector/exchange_journal.h"

#include <algorithm>
#include <utility>

namespace sojourn::channels::connector {
namespace {

constexpr std::string_view hidden = "…";

bool ends_an_address(char c) {
  return c <= ' ' || std::string_view("<>\"'(),;:[]{}=").find(c) != std::string_view::npos;
}

}  // namespace

void ExchangeJournal::note(Exchange exchange) {
  exchange.url = without_secrets(exchange.url);
  exchange.words = without_addresses(exchange.words);
  const std::lock_guard lock(mutex_);
  exchange.number = ++noted_;
  exchanges_.push_back(std::move(exchange));
  while (exchanges_.size() > kept_max_) exchanges_.pop_front();
}

std::vector<Exchange> ExchangeJournal::before(std::uint64_t number, std::size_t count) const {
  std::vector<Exchange> found;
  const std::lock_guard lock(mutex_);
  for (auto each = exchanges_.rbegin(); each != exchanges_.rend() && found.size() < count; ++each) {
    if (number == 0 || each->number < number) found.push_back(*each);
  }
  return found;
}

std::string without_secrets(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t host = scheme + 3;
  const std::size_t path = std::min(url.find('/', host), url.size());
  const std::size_t user = url.substr(0, path).rfind('@');
  std::string shown(url.substr(0, host));
  const bool names_a_user = user != std::string_view::npos && user >= host;
  shown += url.substr(names_a_user ? user + 1 : host);
  return shown;
}

std::string without_addresses(std::string_view words) {
  std::string shown;
  for (const char c : words.substr(0, ExchangeJournal::words_bytes_max)) {
    if (c == '@') {
      while (!shown.empty() && !ends_an_address(shown.back())) shown.pop_back();
      shown += hidden;
    }
    const bool printable = c >= ' ' && c < 0x7f;
    shown.push_back(printable ? c : (c == '\n' || c == '\r' || c == '\t') ? ' ' : '?');
  }
  return shown;
}

}  // namespace sojourn::channels::connector

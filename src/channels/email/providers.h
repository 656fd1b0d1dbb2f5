#pragma once

/// Mailbox providers: whose hosts are whose, and how much each takes at once. The table is a file,
/// providers.txt, before which an operator may put lines of his own (docs/reference/sending.md).

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sojourn::channels::email {

struct ProviderLimits {
  int connections = 10;
  int connections_per_minute = 100;
  int mails_per_connection = 100;
  int mails_per_minute = 0;  ///< 0: no limit

  friend bool operator==(const ProviderLimits&, const ProviderLimits&) = default;
};

struct Provider {
  std::string name;
  ProviderLimits limits;
};

/// A value; copies share the table.
class Providers {
 public:
  static constexpr std::size_t text_bytes_max = 256 * 1024;
  static constexpr int number_max = 100'000;  ///< of any limit

  /// Those of the program.
  Providers();
  /// Those of `text`, then those of the program. Error: `invalid_providers` with the number of the
  /// line, or the limit.
  [[nodiscard]] static Result<Providers> parse(std::string_view text);

  /// Who runs the mail host; `host` in lower case.
  [[nodiscard]] Provider of_host(std::string_view host) const;

 private:
  struct Row;
  struct Table;
  std::shared_ptr<const Table> table_;

  static Result<void> read(std::string_view text, Table& table);
  static std::string take(std::string_view part, Row& row);
};

}  // namespace sojourn::channels::email

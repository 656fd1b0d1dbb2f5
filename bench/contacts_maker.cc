/// Puts contacts into the store of a server that is not running, as identify calls of http_load
/// would have left them, and many times as fast: in the order of the store, in large transactions.
///
///   contacts_maker FOLDER CONTACTS
///
/// FOLDER is the data folder of a server that was started once. Prints one JSON object.

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/ensure.h"
#include "cli/secret.h"
#include "domain/reaction/contact_state.h"
#include "runtime/event_log.h"
#include "store/sql/open.h"

namespace sojourn::bench {
namespace {

constexpr std::size_t contacts_per_transaction = 20'000;

struct Made {
  contacts::ContactId id;
  std::uint32_t number = 0;
};

std::string user_of(std::uint32_t number) {
  return fmt::format("u{:07}", number);
}

reaction::ContactState state_of(const Made& made, Timestamp at) {
  reaction::ContactState state;
  state.id = made.id;
  state.first_seen = state.last_seen = at;
  const std::string user = user_of(made.number);
  state.identifiers = {{std::string(contacts::kinds::user_id), user}};
  const auto set = [&](std::string_view name, const Value& value) {
    state.attributes.write(name, value, at, {});
  };
  set("email", user + "@visitor.example");
  set("firstName", "Ana");
  set("plan", "team");
  set("country", "FR");
  set("industry", "retail");
  set("employees", static_cast<std::int64_t>(made.number % 500));
  state.timeline = {{at, {1}, "Identified"}};
  return state;
}

/// Random inserts into an index of millions take longer than everything else: it is made at the
/// end.
void run_script(const std::string& folder, const char* script) {
  sqlite3* handle = nullptr;
  ENSURE(sqlite3_open((folder + "/state.db").c_str(), &handle) == SQLITE_OK);
  ENSURE(sqlite3_exec(handle, script, nullptr, nullptr, nullptr) == SQLITE_OK);
  ENSURE(sqlite3_close(handle) == SQLITE_OK);
}

int run(const std::string& folder, std::uint32_t contacts) {
  const auto start = std::chrono::steady_clock::now();
  const Result<HashKey> master = cli::load_master_key("", folder);
  ENSURE(master.has_value());
  const HashKey key = runtime::contact_key(*master);
  std::vector<Made> all;
  all.reserve(contacts);
  for (std::uint32_t number = 0; number < contacts; ++number) {
    const contacts::Identifier identifier{std::string(contacts::kinds::user_id), user_of(number)};
    all.push_back({contacts::derive_contact_id(key, identifier), number});
  }
  run_script(folder, "DROP INDEX identifier_contact");
  auto store = store::sql::open_sqlite_store(
      {.folder = folder, .durability = store::Durability::planted_no_fsync});
  ENSURE(store.has_value());
  const auto in_portions = [&](const auto& put) {
    for (std::size_t first = 0; first < all.size(); first += contacts_per_transaction) {
      auto transaction = (*store)->begin();
      ENSURE(transaction.has_value());
      const std::size_t end = std::min(all.size(), first + contacts_per_transaction);
      for (std::size_t i = first; i < end; ++i) put(**transaction, all[i]);
      ENSURE((*transaction)->commit().has_value());
    }
  };
  in_portions([&](store::StateTransaction& transaction, const Made& made) {
    ENSURE(
        transaction
            .put_identifier({std::string(contacts::kinds::user_id), user_of(made.number)}, made.id)
            .has_value());
  });
  std::sort(all.begin(), all.end(), [](const Made& a, const Made& b) { return a.id < b.id; });
  const Timestamp at = *parse_timestamp("2026-01-01T00:00:00Z");
  in_portions([&](store::StateTransaction& transaction, const Made& made) {
    const reaction::ContactState state = state_of(made, at);
    ENSURE(transaction
               .put_contact({.id = made.id,
                             .user_id = user_of(made.number),
                             .email = state.attributes.text("email"),
                             .name = "Ana",
                             .first_seen = at,
                             .last_seen = at,
                             .state = reaction::encode(state)})
               .has_value());
  });
  ENSURE((*store)->checkpoint_state().has_value());
  store->reset();
  run_script(folder,
             "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;"
             "CREATE INDEX identifier_contact ON identifier (workspace, contact);"
             "PRAGMA wal_checkpoint(TRUNCATE);");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{{\"contacts\":{},\"seconds\":{:.1f}}}\n", contacts, took.count());
  return 0;
}

}  // namespace
}  // namespace sojourn::bench

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "contacts_maker FOLDER CONTACTS\n");
    return 2;
  }
  return sojourn::bench::run(arguments[1],
                             static_cast<std::uint32_t>(std::strtoul(arguments[2], nullptr, 10)));
}

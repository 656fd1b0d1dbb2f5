/// What the store takes in: events a second appended in group commits of several sizes, and
/// contacts a second written in transactions of the committer. Everything is durable (fdatasync).
///
///   sojourn_store_bench [folder | postgresql://…] [contacts]
///
/// With a URL the store is that database, which must be empty. Beside each figure stands the floor
/// of PERFORMANCE.md I2, measured in the same run: a plain SQLite append and one 400-byte upsert
/// per event.

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/ensure.h"
#include "store/sql/open.h"

namespace sojourn::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double seconds_each = 2.0;
constexpr std::size_t state_bytes = 400;

Hash128 random_hash(std::mt19937_64& random) {
  Hash128 hash;
  for (std::uint8_t& byte : hash.bytes) byte = static_cast<std::uint8_t>(random());
  return hash;
}

/// Text of which a part repeats, as payloads do.
std::string payload_of(std::mt19937_64& random) {
  return fmt::format(
      R"({{"path":"/products/{}","referrer":"https://example.com/search?q={:x}","title":"Product {}",)"
      R"("userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","ip":"192.0.2.{}",)"
      R"("session":"{:016x}{:016x}","screen":{{"width":1920,"height":1080}},"locale":"en-GB"}})",
      random() % 1000, random(), random() % 1000, random() % 256, random(), random());
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void bench_append(Store& store, std::size_t block) {
  std::mt19937_64 random(1);
  std::uint64_t position = store.log_reader().head()->value;
  std::vector<LogRecord> records(block);
  std::size_t payload_bytes = 0;
  for (LogRecord& record : records) {
    record.subject = random_hash(random);
    record.message = random_hash(random);
    record.name = random() % 4 == 0 ? "Product Viewed" : "Page Viewed";
    record.payload = payload_of(random);
    payload_bytes += record.payload.size();
  }
  std::uint64_t count = 0;
  const auto start = Clock::now();
  while (seconds_since(start) < seconds_each) {
    for (LogRecord& record : records) {
      record.position.value = ++position;
      record.at = record.received_at = {static_cast<std::int64_t>(1'700'000'000'000 + position)};
    }
    ENSURE(store.log_writer().append(records).has_value());
    count += block;
  }
  const double rate = static_cast<double>(count) / seconds_since(start);
  fmt::print("log append, blocks of {:>5}: {:>9.0f} events/s {:>7.0f} commits/s ({} bytes each)\n",
             block, rate, rate / static_cast<double>(block), payload_bytes / block);
}

void bench_scan(Store& store) {
  const auto start = Clock::now();
  std::uint64_t count = 0;
  events::Position after;
  while (true) {
    const auto records = store.log_reader().read(after, 10'000);
    ENSURE(records.has_value());
    if (records->empty()) break;
    after = records->back().position;
    count += records->size();
  }
  fmt::print("log scan, from the start: {:>9.0f} events/s\n",
             static_cast<double>(count) / seconds_since(start));
}

/// Random contacts of `ids`, in order, as a committer's batch has them.
std::vector<contacts::ContactId> batch_of(std::mt19937_64& random,
                                          const std::vector<contacts::ContactId>& ids,
                                          std::size_t size) {
  std::vector<contacts::ContactId> batch;
  for (std::size_t index = 0; index < size; ++index) batch.push_back(ids[random() % ids.size()]);
  std::sort(batch.begin(), batch.end());
  return batch;
}

void write_batch(Store& store, const std::vector<contacts::ContactId>& batch, int round) {
  auto transaction = store.begin();
  ENSURE(transaction.has_value());
  ContactRecord record;
  record.email = "person@example.com";
  record.first_seen = {1'700'000'000'000};
  record.last_seen = {1'700'000'000'000 + round};
  record.state.assign(state_bytes, static_cast<char>('a' + round % 26));
  for (const contacts::ContactId& id : batch) {
    record.id = id;
    ENSURE((*transaction)->put_contact(record).has_value());
  }
  ENSURE((*transaction)->commit().has_value());
}

void bench_state(Store& store, const std::vector<contacts::ContactId>& ids, std::size_t size) {
  std::mt19937_64 random(2);
  std::uint64_t count = 0;
  int round = 0;
  const auto start = Clock::now();
  while (seconds_since(start) < seconds_each) {
    write_batch(store, batch_of(random, ids, size), ++round);
    count += size;
  }
  fmt::print("state upsert, {:>5} a transaction of {} contacts: {:>9.0f} contacts/s\n", size,
             ids.size(), static_cast<double>(count) / seconds_since(start));
}

void run_sql(sqlite3* handle, const char* sql) {
  ENSURE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

/// The floor: the least that a durable event store on SQLite can do, without indexes or names.
void bench_floor(const std::string& file, const std::vector<contacts::ContactId>& ids,
                 std::size_t size) {
  sqlite3* handle = nullptr;
  ENSURE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
  run_sql(handle, "PRAGMA journal_mode=WAL");
  run_sql(handle, "PRAGMA synchronous=FULL");
  run_sql(handle, "CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, payload BLOB)");
  run_sql(handle,
          "CREATE TABLE IF NOT EXISTS state (id BLOB PRIMARY KEY, bytes BLOB) WITHOUT ROWID");
  sqlite3_stmt* append = nullptr;
  sqlite3_stmt* upsert = nullptr;
  sqlite3_prepare_v2(handle, "INSERT INTO event (payload) VALUES (?1)", -1, &append, nullptr);
  sqlite3_prepare_v2(handle, "INSERT OR REPLACE INTO state VALUES (?1, ?2)", -1, &upsert, nullptr);
  std::mt19937_64 random(3);
  const std::string payload = payload_of(random);
  const std::string state(state_bytes, 's');
  std::uint64_t count = 0;
  const auto start = Clock::now();
  while (seconds_since(start) < seconds_each) {
    run_sql(handle, "BEGIN IMMEDIATE");
    for (const contacts::ContactId& id : batch_of(random, ids, size)) {
      sqlite3_bind_blob64(append, 1, payload.data(), payload.size(), SQLITE_STATIC);
      ENSURE(sqlite3_step(append) == SQLITE_DONE);
      sqlite3_reset(append);
      sqlite3_bind_blob64(upsert, 1, id.hash.bytes.data(), 16, SQLITE_STATIC);
      sqlite3_bind_blob64(upsert, 2, state.data(), state.size(), SQLITE_STATIC);
      ENSURE(sqlite3_step(upsert) == SQLITE_DONE);
      sqlite3_reset(upsert);
    }
    run_sql(handle, "COMMIT");
    count += size;
  }
  fmt::print("floor, {:>5} a transaction: {:>9.0f} events/s\n", size,
             static_cast<double>(count) / seconds_since(start));
  sqlite3_finalize(append);
  sqlite3_finalize(upsert);
  sqlite3_close(handle);
}

Result<std::unique_ptr<Store>> open(const std::string& place) {
  if (place.starts_with("postgresql://")) return sql::open_postgres_store({.url = place});
  return sql::open_sqlite_store({.folder = place + "/data"});
}

void run(const std::string& folder, std::size_t contact_count) {
  auto store = open(folder);
  ENSURE(store.has_value());
  for (const std::size_t block : {1, 100, 1000}) bench_append(**store, block);
  bench_scan(**store);
  std::mt19937_64 random(4);
  std::vector<contacts::ContactId> ids;
  for (std::size_t index = 0; index < contact_count; ++index) ids.push_back({random_hash(random)});
  const auto start = Clock::now();
  for (std::size_t first = 0; first < ids.size(); first += 10'000) {
    const auto end = std::min(first + 10'000, ids.size());
    std::vector<contacts::ContactId> batch(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                           ids.begin() + static_cast<std::ptrdiff_t>(end));
    std::sort(batch.begin(), batch.end());
    write_batch(**store, batch, 0);
  }
  fmt::print("state insert, 10000 a transaction: {:>9.0f} contacts/s\n",
             static_cast<double>(contact_count) / seconds_since(start));
  for (const std::size_t size : {1000, 10'000}) bench_state(**store, ids, size);
  if (!std::filesystem::is_directory(folder)) return;
  for (const std::size_t size : {100, 1000, 10'000}) {
    bench_floor(folder + "/floor.db", ids, size);
  }
}

}  // namespace
}  // namespace sojourn::store

int main(int argc, char** argv) {
  const bool is_given = argc > 1;
  std::string folder = is_given ? argv[1] : "/tmp/sojourn-store-bench-XXXXXX";
  if (!is_given && ::mkdtemp(folder.data()) == nullptr) return 1;
  const std::size_t contact_count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
  sojourn::store::run(folder, contact_count);
  if (!is_given) std::filesystem::remove_all(folder);
  return 0;
}

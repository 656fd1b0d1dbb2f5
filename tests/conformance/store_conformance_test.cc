#include "conformance/store_conformance.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/sql/open.h"
#include "support/fault_vfs.h"
#include "support/postgres_server.h"

namespace sojourn::store {

Hash128 sample_hash(std::uint64_t number) {
  Hash128 hash;
  // The number stands at the end and, mixed, at the beginning: samples spread over partitions.
  hash.bytes[0] = static_cast<std::uint8_t>(number * 37);
  hash.bytes[1] = static_cast<std::uint8_t>(number * 101);
  for (std::size_t index = 0; index < 8; ++index) {
    hash.bytes[15 - index] = static_cast<std::uint8_t>(number >> (8 * index));
  }
  return hash;
}

contacts::ContactId sample_id(std::uint64_t number) {
  return {sample_hash(number)};
}

ContactRecord sample_contact(std::uint64_t number) {
  return {.id = sample_id(number),
          .user_id = fmt::format("user-{}", number),
          .email = fmt::format("Person{}@example.com", number),
          .name = fmt::format("Person {}", number),
          .first_seen = {static_cast<std::int64_t>(1'000'000 + number)},
          .last_seen = {static_cast<std::int64_t>(2'000'000 + number)},
          .state = fmt::format("state {}", number) + std::string("\0bytes", 6)};
}

messages::Message sample_message(std::uint64_t number) {
  messages::Message message;
  message.id = {number};
  message.key = fmt::format("run/{}/email", number);
  message.contact = sample_id(number);
  message.message_class = messages::MessageClass::transactional;
  message.channel = "email";
  message.address = fmt::format("person{}@example.com", number);
  message.topic = "news";
  message.journey = number % 2 == 0 ? "even" : "odd";
  message.run = number * 10;
  message.step = "welcome";
  message.template_key = "hello";
  message.subject = "Hello";
  message.links = {"https://example.com/a", ""};
  message.queued_at = {static_cast<std::int64_t>(number)};
  message.due = {static_cast<std::int64_t>(1000 - number)};
  message.opened_at = Timestamp{77};
  return message;
}

LogRecord sample_event(std::uint64_t position) {
  return {.position = {position},
          .message = sample_hash(position + 1'000'000),
          .subject = sample_hash(position % 7),
          .at = {static_cast<std::int64_t>(position) * 1000},
          .received_at = {static_cast<std::int64_t>(position) * 1000 + 5},
          .name = position % 3 == 0 ? "Order Completed" : "Page Viewed",
          .payload = fmt::format("payload of event {}", position)};
}

std::vector<LogRecord> sample_events(std::uint64_t first, std::uint64_t last) {
  std::vector<LogRecord> events;
  for (std::uint64_t position = first; position <= last; ++position) {
    events.push_back(sample_event(position));
  }
  return events;
}

namespace {

class DiskBed final : public StoreBed {
 public:
  DiskBed() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sojourn-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    owned_ = folder_;
  }
  explicit DiskBed(std::string folder) : folder_(std::move(folder)) {}
  ~DiskBed() override {
    std::error_code ignored;
    if (!owned_.empty()) std::filesystem::remove_all(owned_, ignored);
  }
  Result<std::unique_ptr<Store>> open() override {
    return sql::open_sqlite_store({.folder = folder_ + "/data"});
  }
  std::string bytes_on_disk() override {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/data")) {
      std::ifstream file(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
  }
  std::string backup_folder() override { return folder_ + "/copy/data"; }
  std::unique_ptr<StoreBed> backup_bed() override {
    return std::make_unique<DiskBed>(folder_ + "/copy");
  }

 private:
  std::string folder_;
  std::string owned_;  ///< removed at the end; empty where another bed owns it
};

class MemoryBed final : public StoreBed {
 public:
  MemoryBed()
      : disk_(std::make_shared<testing::FaultVfs>(fmt::format("conformance-{}", ++made_))) {}
  MemoryBed(std::shared_ptr<testing::FaultVfs> disk, std::string folder)
      : disk_(std::move(disk)), folder_(std::move(folder)) {}
  Result<std::unique_ptr<Store>> open() override {
    return sql::open_sqlite_store({.folder = folder_, .vfs = disk_->name()});
  }
  std::string bytes_on_disk() override {
    std::string all;
    for (const std::string& file : disk_->files()) all += disk_->contents(file);
    return all;
  }
  std::string backup_folder() override { return "copy"; }
  std::unique_ptr<StoreBed> backup_bed() override {
    return std::make_unique<MemoryBed>(disk_, "copy");
  }

 private:
  static inline std::atomic<int> made_ = 0;
  std::shared_ptr<testing::FaultVfs> disk_;
  std::string folder_ = "data";
};

class PostgresBed final : public StoreBed {
 public:
  ~PostgresBed() override { server_.drop_database(database_); }
  Result<std::unique_ptr<Store>> open() override {
    return sql::open_postgres_store({.url = server_.url(database_)});
  }
  /// What the tables hold: when the server overwrites what it has freed is its own affair.
  std::string bytes_on_disk() override { return server_.contents(database_); }
  std::string backup_folder() override { return ""; }
  std::unique_ptr<StoreBed> backup_bed() override { return nullptr; }

 private:
  testing::PostgresServer& server_ = testing::PostgresServer::shared();
  std::string database_ = server_.make_database();
};

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreConformance,
    ::testing::Values(NamedBed{"SqliteOnDisk", [] { return std::make_unique<DiskBed>(); }},
                      NamedBed{"SqliteInMemory", [] { return std::make_unique<MemoryBed>(); }},
                      NamedBed{"Postgres", [] { return std::make_unique<PostgresBed>(); }}),
    [](const auto& bed) { return bed.param.name; });

}  // namespace
}  // namespace sojourn::store

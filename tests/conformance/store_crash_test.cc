#include <fmt/format.h>

#include <map>
#include <optional>

#include "conformance/store_conformance.h"
#include "store/sql/open.h"
#include "support/fault_vfs.h"

namespace sojourn::store {
namespace {

using sojourn::testing::DiskFault;
using sojourn::testing::FaultVfs;
using sojourn::testing::Repeat;

/// A workload that knows after each answer what the store must hold. A step is a group commit of
/// the log, or a transaction of the state; one that was answered with an error, or not answered,
/// may have happened as a whole or not at all.
class Workload {
 public:
  explicit Workload(FaultVfs& disk) : disk_(disk) {}

  /// Opens the store; absent where the disk fails.
  bool open() {
    store_.reset();
    Result<std::unique_ptr<Store>> opened =
        sql::open_sqlite_store({.folder = "data", .vfs = disk_.name()});
    if (!opened) {
      EXPECT_TRUE(is_disk_error(opened.error())) << opened.error().message;
      return false;
    }
    store_ = std::move(*opened);
    return true;
  }
  void close() { store_.reset(); }
  Store& store() { return *store_; }

  /// False: a step was answered with an error, which must be one of the disk.
  bool step(std::uint64_t number) {
    switch (number % 4) {
      case 0:
      case 1:
        return append(1 + number % 23);
      case 2:
        return commit();
      default:
        return answered(number % 8 == 3 ? store_->log_writer().checkpoint()
                                        : store_->checkpoint_state());
    }
  }

  /// The store, freshly opened, must agree with what was answered. From then on its state is what
  /// the workload goes on from.
  void check() {
    const std::uint64_t head = value_of(store_->log_reader().head()).value;
    EXPECT_TRUE(head == acknowledged_ || head == attempted_)
        << head << " of " << acknowledged_ << " or " << attempted_;
    EXPECT_EQ(value_of(store_->log_reader().read({}, 1'000'000)), sample_events(1, head));
    EXPECT_EQ(value_of(store_->log_reader().counts(0)).total, head);
    const auto view = value_of(store_->view());
    const std::uint64_t generation =
        std::stoull(value_of(view->setting("generation")).value_or("0"));
    EXPECT_TRUE(generation == generation_ || generation == attempted_generation_) << generation;
    EXPECT_EQ(value_of(view->contact_count()), generation == 0 ? 0u : 10u);
    for (std::uint64_t number = 0; number < 10 && generation > 0; ++number) {
      const auto contact = value_of(view->contact(sample_id(number)));
      EXPECT_EQ(contact->state, state_of(generation, number));
    }
    acknowledged_ = attempted_ = head;
    generation_ = attempted_generation_ = generation;
  }

 private:
  static bool is_disk_error(const Error& error) {
    return error.code == "disk_full" || error.code == "disk_failed";
  }
  static std::string state_of(std::uint64_t generation, std::uint64_t number) {
    return fmt::format("{} {} {}", generation, number,
                       std::string((generation * 613 + number * 97) % 3000, 'x'));
  }
  static bool answered(const Result<void>& result) {
    if (result) return true;
    EXPECT_TRUE(is_disk_error(result.error())) << result.error().code << result.error().message;
    return false;
  }

  bool append(std::uint64_t count) {
    attempted_ = acknowledged_ + count;
    if (!answered(store_->log_writer().append(sample_events(acknowledged_ + 1, attempted_)))) {
      return false;
    }
    acknowledged_ = attempted_;
    return true;
  }

  bool commit() {
    attempted_generation_ = generation_ + 1;
    if (!answered(write_generation(attempted_generation_))) return false;
    generation_ = attempted_generation_;
    return true;
  }

  Result<void> write_generation(std::uint64_t generation) {
    TRY(transaction, store_->begin());
    for (std::uint64_t number = 0; number < 10; ++number) {
      ContactRecord record = sample_contact(number);
      record.state = state_of(generation, number);
      TRY_VOID(transaction->put_contact(record));
    }
    TRY_VOID(transaction->put_setting("generation", std::to_string(generation)));
    TRY_VOID(transaction->set_applied({acknowledged_}));
    return transaction->commit();
  }

  FaultVfs& disk_;
  std::unique_ptr<Store> store_;
  std::uint64_t acknowledged_ = 0;  ///< log positions
  std::uint64_t attempted_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t attempted_generation_ = 0;
};

/// Steps until one fails or `count` have passed.
void run(Workload& workload, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t number = first; number < first + count; ++number) {
    if (!workload.step(number)) return;
  }
}

TEST(StoreCrash, LosesNothingAcknowledgedWhenPowerIsLost) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    FaultVfs disk(fmt::format("crash-{}", seed));
    Workload workload(disk);
    for (std::uint64_t round = 0; round < 8; ++round) {
      ASSERT_TRUE(workload.open());
      workload.check();
      // Power goes in the middle of a call: from some call on nothing reaches the disk.
      disk.fail_call(1 + (seed * 7919 + round * 104729) % 400, DiskFault::failed, Repeat::for_ever);
      run(workload, round * 5, 40);
      disk.clear_faults();
      if (seed % 2 == 0) {
        disk.crash();
      } else {
        disk.crash_tearing(seed * 1000 + round);
      }
      workload.close();
      ASSERT_FALSE(HasFailure()) << "seed " << seed << " round " << round;
    }
  }
}

void survive_faults(DiskFault fault, Repeat repeat) {
  // The number of calls of the whole workload, without faults.
  std::uint64_t calls = 0;
  {
    FaultVfs disk("faults-none");
    Workload workload(disk);
    ASSERT_TRUE(workload.open());
    run(workload, 0, 16);
    calls = disk.call_count();
  }
  for (std::uint64_t call = 1; call <= calls; ++call) {
    FaultVfs disk("faults");
    Workload workload(disk);
    disk.fail_call(call, fault, repeat);
    if (workload.open()) {
      run(workload, 0, 16);
      disk.clear_faults();
      workload.close();
    }
    disk.clear_faults();
    if (call % 2 == 0) disk.crash();
    ASSERT_TRUE(workload.open()) << "call " << call;
    workload.check();
    run(workload, 0, 8);
    ASSERT_FALSE(::testing::Test::HasFailure()) << "call " << call << " of " << calls;
  }
}

TEST(StoreFaults, IoErrorAtAnyCallGivesNoFalseAnswer) {
  survive_faults(DiskFault::failed, Repeat::once);
}

TEST(StoreFaults, BrokenDiskFromAnyCallOnGivesNoFalseAnswer) {
  survive_faults(DiskFault::failed, Repeat::for_ever);
}

TEST(StoreFaults, FullDiskFromAnyCallOnGivesNoFalseAnswer) {
  survive_faults(DiskFault::full, Repeat::for_ever);
}

TEST(StoreFaults, StoreGoesOnWhenThereIsRoomAgain) {
  FaultVfs disk("room");
  Workload workload(disk);
  ASSERT_TRUE(workload.open());
  run(workload, 0, 3);
  disk.set_capacity(1);
  const Result<void> refused = workload.store().log_writer().append(sample_events(1000, 1003));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "disk_full");
  const std::uint64_t head = value_of(workload.store().log_reader().head()).value;
  EXPECT_LT(head, 1000u);
  disk.set_capacity(UINT64_MAX);
  must(workload.store().log_writer().append(sample_events(1000, 1003)));
  EXPECT_EQ(value_of(workload.store().log_reader().head()).value, 1003u);
}

TEST(StoreFaults, SkippedSyncIsFoundOut) {
  FaultVfs disk("no-sync");
  Workload workload(disk);
  ASSERT_TRUE(workload.open());
  workload.close();
  disk.set_sync(sojourn::testing::Sync::skipped);
  ASSERT_TRUE(workload.open());
  run(workload, 0, 3);
  disk.crash();
  workload.close();
  disk.set_sync(sojourn::testing::Sync::honest);
  ASSERT_TRUE(workload.open());
  EXPECT_EQ(value_of(workload.store().log_reader().head()).value, 0u);
}

TEST(FaultVfs, SameCallsAndSeedsGiveTheSameBytes) {
  std::map<std::string, std::string> images[2];
  for (auto& image : images) {
    FaultVfs disk("same");
    Workload workload(disk);
    ASSERT_TRUE(workload.open());
    run(workload, 0, 30);
    disk.crash_tearing(42);
    workload.close();
    for (const std::string& file : disk.files()) image[file] = disk.contents(file);
  }
  EXPECT_FALSE(images[0].empty());
  // Not EXPECT_EQ: nobody reads the megabytes that it would print.
  EXPECT_TRUE(images[0] == images[1]);
}

}  // namespace
}  // namespace sojourn::store

#pragma once

/// What every store must do, as tests over a factory of stores. A driver takes part by naming a
/// `StoreBed` in store_conformance_test.cc.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "store/store.h"

namespace sojourn::store {

/// A place where a store lives: opened, closed and opened again.
class StoreBed {
 public:
  virtual ~StoreBed() = default;
  virtual Result<std::unique_ptr<Store>> open() = 0;
  /// Every byte on disk, of every file.
  virtual std::string bytes_on_disk() = 0;
  /// Where backup() may write, and that place as a bed.
  virtual std::string backup_folder() = 0;
  virtual std::unique_ptr<StoreBed> backup_bed() = 0;
};

struct NamedBed {
  std::string name;
  std::function<std::unique_ptr<StoreBed>()> make;
};

class StoreConformance : public ::testing::TestWithParam<NamedBed> {
 protected:
  void SetUp() override {
    bed = GetParam().make();
    reopen();
  }
  void TearDown() override { store.reset(); }

  /// Ends the store and opens it again.
  void reopen() {
    store.reset();
    Result<std::unique_ptr<Store>> opened = bed->open();
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store = std::move(*opened);
  }
  /// Runs `work(StateTransaction&)` and commits.
  template <typename Work>
  void commit(const Work& work) {
    Result<std::unique_ptr<StateTransaction>> transaction = store->begin();
    ASSERT_TRUE(transaction.has_value()) << transaction.error().message;
    work(**transaction);
    const Result<void> committed = (*transaction)->commit();
    ASSERT_TRUE(committed.has_value()) << committed.error().message;
  }
  std::unique_ptr<StateReads> view() {
    Result<std::unique_ptr<StateReads>> view = store->view();
    EXPECT_TRUE(view.has_value());
    return view ? std::move(*view) : nullptr;
  }

  std::unique_ptr<StoreBed> bed;
  std::unique_ptr<Store> store;
};

/// The value of a result that must not be an error.
template <typename T>
T value_of(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().code << ": " << result.error().message;
    return T{};
  }
  return std::move(*result);
}
inline void must(const Result<void>& result) {
  EXPECT_TRUE(result.has_value()) << result.error().code << ": " << result.error().message;
}
template <typename T>
std::string code_of(const Result<T>& result) {
  return result ? "" : result.error().code;
}

/// Samples; the number makes them differ and says where they sort.
[[nodiscard]] Hash128 sample_hash(std::uint64_t number);
[[nodiscard]] contacts::ContactId sample_id(std::uint64_t number);
[[nodiscard]] ContactRecord sample_contact(std::uint64_t number);
[[nodiscard]] messages::Message sample_message(std::uint64_t number);
[[nodiscard]] LogRecord sample_event(std::uint64_t position);
[[nodiscard]] std::vector<LogRecord> sample_events(std::uint64_t first, std::uint64_t last);

}  // namespace sojourn::store

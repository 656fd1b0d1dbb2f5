#include "scenarios/mortal_store.h"

#include "simulation/forwarding_store.h"

namespace sojourn::scenarios {
namespace {

tl::unexpected<Error> is_dead() {
  return failure("disk_failed", "the process has ended");
}

class MortalTransaction final : public simulate::ForwardingTransaction {
 public:
  MortalTransaction(std::unique_ptr<store::StateTransaction> inner, Life& life)
      : ForwardingTransaction(std::move(inner)), life_(life) {}

  Result<void> commit() override {
    if (life_.dead) return is_dead();
    TRY_VOID(inner_->commit());
    life_.committed();
    return {};
  }

 private:
  Life& life_;
};

class MortalWriter final : public store::EventLogWriter {
 public:
  MortalWriter(store::EventLogWriter& inner, Life& life) : inner_(inner), life_(life) {}

  Result<void> append(std::span<const store::LogRecord> records) override {
    return once([&] { return inner_.append(records); });
  }
  Result<void> remember_messages(std::uint32_t bucket, std::span<const Hash128> sorted,
                                 events::Position covered) override {
    return once([&] { return inner_.remember_messages(bucket, sorted, covered); });
  }
  Result<std::vector<bool>> were_remembered(std::span<const Hash128> hashes) override {
    return inner_.were_remembered(hashes);
  }
  Result<void> forget_messages(std::uint32_t bucket) override {
    return once([&] { return inner_.forget_messages(bucket); });
  }
  Result<std::vector<RememberedBucket>> remembered_buckets() override {
    return inner_.remembered_buckets();
  }
  Result<void> visit_remembered(
      std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) override {
    return inner_.visit_remembered(bucket, visit);
  }
  Result<events::Position> covered() override { return inner_.covered(); }
  Result<void> erase(std::span<const events::Position> positions) override {
    return once([&] { return inner_.erase(positions); });
  }
  Result<void> checkpoint() override { return inner_.checkpoint(); }

 private:
  template <typename Write>
  Result<void> once(Write write) {
    if (life_.dead) return is_dead();
    TRY_VOID(write());
    life_.committed();
    return {};
  }

  store::EventLogWriter& inner_;
  Life& life_;
};

class MortalStore final : public simulate::ForwardingStore {
 public:
  MortalStore(std::unique_ptr<store::Store> inner, Life& life)
      : ForwardingStore(std::move(inner)), life_(life), writer_(inner_->log_writer(), life) {}

  store::EventLogWriter& log_writer() override { return writer_; }

  Result<std::unique_ptr<store::StateTransaction>> begin() override {
    if (life_.dead) return is_dead();
    TRY(transaction, inner_->begin());
    return std::make_unique<MortalTransaction>(std::move(transaction), life_);
  }

 private:
  Life& life_;
  MortalWriter writer_;
};

}  // namespace

std::unique_ptr<store::Store> make_mortal(std::unique_ptr<store::Store> inner, Life& life) {
  return std::make_unique<MortalStore>(std::move(inner), life);
}

}  // namespace sojourn::scenarios

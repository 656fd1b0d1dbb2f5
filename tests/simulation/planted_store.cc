#include "simulation/planted_store.h"

#include <map>
#include <set>
#include <vector>

#include "simulation/forwarding_store.h"

namespace sojourn::simulate {
namespace {

/// Writes the applied position with the events, in a transaction before that of their effects.
class PositionFirstStore final : public ForwardingStore {
 public:
  explicit PositionFirstStore(std::unique_ptr<store::Store> inner)
      : ForwardingStore(std::move(inner)), writer_(*inner_) {}

  store::EventLogWriter& log_writer() override { return writer_; }

 private:
  class Writer final : public store::EventLogWriter {
   public:
    explicit Writer(store::Store& store) : store_(store), log_(store.log_writer()) {}

    Result<void> append(std::span<const store::LogRecord> records) override {
      TRY_VOID(log_.append(records));
      // An error here is none of the log's: the events are durable.
      const Result<void> early = write_position(records.back().position);
      static_cast<void>(early);
      return {};
    }
    Result<void> remember_messages(std::uint32_t bucket, std::span<const Hash128> sorted,
                                   events::Position covered) override {
      return log_.remember_messages(bucket, sorted, covered);
    }
    Result<std::vector<bool>> were_remembered(std::span<const Hash128> hashes) override {
      return log_.were_remembered(hashes);
    }
    Result<void> forget_messages(std::uint32_t bucket) override {
      return log_.forget_messages(bucket);
    }
    Result<std::vector<RememberedBucket>> remembered_buckets() override {
      return log_.remembered_buckets();
    }
    Result<void> visit_remembered(
        std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) override {
      return log_.visit_remembered(bucket, visit);
    }
    Result<events::Position> covered() override { return log_.covered(); }
    Result<void> erase(std::span<const events::Position> positions) override {
      return log_.erase(positions);
    }
    Result<void> checkpoint() override { return log_.checkpoint(); }

   private:
    Result<void> write_position(events::Position position) {
      TRY(transaction, store_.begin());
      TRY_VOID(transaction->set_applied(position));
      return transaction->commit();
    }

    store::Store& store_;
    store::EventLogWriter& log_;
  };

  Writer writer_;
};

/// Hands each wake that comes true out a second time, with the contact as it was before, as if the
/// transaction that worked it had not cleared it.
class RepeatingStore final : public ForwardingStore {
 public:
  RepeatingStore(const Clock& clock, std::unique_ptr<store::Store> inner)
      : ForwardingStore(std::move(inner)), clock_(clock) {}

  Result<std::unique_ptr<store::StateTransaction>> begin() override {
    TRY(transaction, inner_->begin());
    return std::make_unique<Transaction>(*this, std::move(transaction));
  }

 private:
  using Wake = store::StateReads::Wake;
  struct Repeat {
    Wake wake;
    store::ContactRecord before;
  };
  class Transaction final : public ForwardingTransaction {
   public:
    Transaction(RepeatingStore& store, std::unique_ptr<store::StateTransaction> inner)
        : ForwardingTransaction(std::move(inner)), store_(store) {}

    Result<std::vector<Wake>> due_wakes(Timestamp until, std::size_t limit) override {
      TRY(wakes, inner_->due_wakes(until, limit));
      for (auto& [id, repeat] : store_.repeats_) {
        stale_.insert({id, repeat.before});
        wakes.push_back(repeat.wake);
      }
      repeated_ = true;
      for (const Wake& wake : wakes) {
        if (stale_.contains(wake.contact) || wake.due > store_.clock_.now()) continue;
        TRY(record, inner_->contact(wake.contact));
        if (record) found_.push_back({wake, std::move(*record)});
      }
      return wakes;
    }
    Result<std::optional<Timestamp>> earliest_wake() override {
      if (!found_.empty()) return std::optional(store_.clock_.now());
      return inner_->earliest_wake();
    }
    Result<std::optional<store::ContactRecord>> contact(const contacts::ContactId& id) override {
      const auto stale = stale_.find(id);
      if (stale != stale_.end()) return std::optional(stale->second);
      return inner_->contact(id);
    }
    Result<void> commit() override {
      TRY_VOID(inner_->commit());
      if (repeated_) store_.repeats_.clear();
      for (Repeat& repeat : found_) store_.repeats_[repeat.wake.contact] = std::move(repeat);
      return {};
    }

   private:
    RepeatingStore& store_;
    std::map<contacts::ContactId, store::ContactRecord> stale_;
    std::vector<Repeat> found_;
    bool repeated_ = false;
  };

  const Clock& clock_;
  std::map<contacts::ContactId, Repeat> repeats_;
};

/// Stores where a campaign stands one contact too far, while there is one: whoever reads it after a
/// crash passes over somebody.
class AheadStore final : public ForwardingStore {
 public:
  explicit AheadStore(std::unique_ptr<store::Store> inner) : ForwardingStore(std::move(inner)) {}

  Result<std::unique_ptr<store::StateTransaction>> begin() override {
    TRY(transaction, inner_->begin());
    return std::make_unique<Transaction>(std::move(transaction));
  }

 private:
  class Transaction final : public ForwardingTransaction {
   public:
    using ForwardingTransaction::ForwardingTransaction;

    Result<void> put_campaign(const campaigns::Standing& campaign) override {
      campaigns::Standing ahead = campaign;
      const bool is_under_way = campaign.state == campaigns::State::sending &&
                                campaign.next_page < campaign.pages && campaign.next_in_page > 0;
      if (is_under_way) ++ahead.next_in_page;
      return inner_->put_campaign(ahead);
    }
  };
};

}  // namespace

std::unique_ptr<store::Store> with_fault(Planted planted, const Clock& clock,
                                         std::unique_ptr<store::Store> inner) {
  switch (planted) {
    case Planted::position_first:
      return std::make_unique<PositionFirstStore>(std::move(inner));
    case Planted::timer_fired_twice:
      return std::make_unique<RepeatingStore>(clock, std::move(inner));
    case Planted::cursor_ahead:
      return std::make_unique<AheadStore>(std::move(inner));
    case Planted::none:
    case Planted::skipped_fsync:
    case Planted::policy_not_asked:
    case Planted::retry_after_unknown:
      return inner;
  }
  return inner;
}

}  // namespace sojourn::simulate

#include "runtime/repeats.h"

#include <algorithm>
#include <cstring>

namespace sojourn::runtime {
namespace {

// Small tails stay in memory: the log has them after a stop. Large ones cost memory.
constexpr std::size_t tail_worth_flushing = 10'000;
constexpr std::size_t tail_max = 1'000'000;
// A flush writes random keys: so many take about as long as one fdatasync may.
constexpr std::size_t flush_count = 5'000;

constexpr std::uint64_t first_layer_capacity = 1 << 14;
constexpr int bits_per_item = 10;
constexpr int probes = 7;

std::uint32_t bucket_of(Timestamp time) {
  return static_cast<std::uint32_t>(time.ms / repeat_window.ms);
}

template <typename Visit>
void visit_probes(const Hash128& hash, std::uint64_t bit_count, Visit visit) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, hash.bytes.data(), 8);
  std::memcpy(&high, hash.bytes.data() + 8, 8);
  // Kirsch and Mitzenmacher: two hashes stand for any number of them.
  for (int i = 0; i < probes; ++i) {
    visit((low + static_cast<std::uint64_t>(i) * (high | 1)) % bit_count);
  }
}

}  // namespace

void BloomFilter::add(const Hash128& hash) {
  if (layers_.empty() || layers_.back().count == layers_.back().capacity) {
    Layer layer;
    layer.capacity = layers_.empty() ? first_layer_capacity : layers_.back().capacity * 2;
    layer.bits.resize(layer.capacity * bits_per_item / 64 + 1);
    layers_.push_back(std::move(layer));
  }
  Layer& layer = layers_.back();
  ++layer.count;
  visit_probes(hash, layer.bits.size() * 64,
               [&](std::uint64_t bit) { layer.bits[bit / 64] |= std::uint64_t{1} << (bit % 64); });
}

bool BloomFilter::may_contain(const Hash128& hash) const {
  return std::any_of(layers_.begin(), layers_.end(), [&](const Layer& layer) {
    bool all = true;
    visit_probes(hash, layer.bits.size() * 64, [&](std::uint64_t bit) {
      all = all && (layer.bits[bit / 64] >> (bit % 64) & 1) != 0;
    });
    return all;
  });
}

BloomFilter& Repeats::filter_of(std::uint32_t bucket) {
  for (Bucket& each : buckets_) {
    if (each.number == bucket) return each.filter;
  }
  return buckets_.emplace_back(Bucket{bucket, {}}).filter;
}

Result<void> Repeats::load(const store::EventLogReader& reader, Timestamp now) {
  TRY_VOID(forget_old(now));
  TRY(buckets, log_.remembered_buckets());
  for (const auto& bucket : buckets) {
    BloomFilter& filter = filter_of(bucket.bucket);
    TRY_VOID(log_.visit_remembered(bucket.bucket, [&](std::span<const Hash128> hashes) {
      for (const Hash128& hash : hashes) filter.add(hash);
    }));
  }
  TRY(covered, log_.covered());
  events::Position position = covered;
  while (true) {
    constexpr std::size_t page = 10'000;
    TRY(records, reader.read(position, page));
    if (records.empty()) return {};
    for (const store::LogRecord& record : records) {
      add(record.message, record.position, record.received_at);
    }
    position = records.back().position;
  }
}

Result<std::vector<bool>> Repeats::contain(std::span<const Hash128> hashes) {
  std::vector<bool> found(hashes.size());
  std::vector<Hash128> doubtful;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (in_tail_.contains(hashes[i])) {
      found[i] = true;
      continue;
    }
    const bool perhaps = std::any_of(buckets_.begin(), buckets_.end(), [&](const Bucket& bucket) {
      return bucket.filter.may_contain(hashes[i]);
    });
    if (!perhaps) continue;
    doubtful.push_back(hashes[i]);
    places.push_back(i);
  }
  if (doubtful.empty()) return found;
  TRY(remembered, log_.were_remembered(doubtful));
  for (std::size_t i = 0; i < places.size(); ++i) found[places[i]] = remembered[i];
  return found;
}

void Repeats::add(const Hash128& hash, events::Position position, Timestamp received_at) {
  if (!in_tail_.insert(hash).second) return;
  tail_.push_back({hash, position, bucket_of(received_at)});
}

Result<bool> Repeats::flush(bool idle, Timestamp now) {
  const bool worth_it = tail_.size() >= tail_max || (idle && tail_.size() >= tail_worth_flushing);
  if (!worth_it) return false;
  std::vector<Hash128> batch;
  const std::uint32_t bucket = tail_.front().bucket;
  for (const Entry& entry : tail_) {
    if (batch.size() == flush_count || entry.bucket != bucket) break;
    batch.push_back(entry.hash);
  }
  const events::Position covered = tail_[batch.size() - 1].position;
  std::vector<Hash128> sorted = batch;
  std::sort(sorted.begin(), sorted.end());
  TRY_VOID(log_.remember_messages(bucket, sorted, covered));
  BloomFilter& filter = filter_of(bucket);
  for (const Hash128& hash : batch) {
    filter.add(hash);
    in_tail_.erase(hash);
  }
  tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
  TRY_VOID(forget_old(now));
  return true;
}

Result<void> Repeats::forget_old(Timestamp now) {
  // Two buckets cover every instant of the last 7 days.
  const std::uint32_t present = bucket_of(now);
  TRY(buckets, log_.remembered_buckets());
  for (const auto& bucket : buckets) {
    if (bucket.bucket + 1 < present) TRY_VOID(log_.forget_messages(bucket.bucket));
  }
  std::erase_if(buckets_, [&](const Bucket& bucket) { return bucket.number + 1 < present; });
  return {};
}

}  // namespace sojourn::runtime
